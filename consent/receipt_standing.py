"""How what a receipt covers stands now: state, end, and until when its proof is kept, purpose by purpose."""

from collections.abc import Mapping
from datetime import datetime
from itertools import groupby

from consent.hearing import Hearing
from consent.lifetime import lifetime
from consent.model import Key
from consent.notices import NoticeVersion
from consent.permissions import hearing_for
from consent.policy_model import Policy
from consent.receipt_facts import Covered, Standing
from consent.receipt_scope import Scope
from consent.state import consent_state, keep_proof_until
from consent.view import View
from consent.vocabulary import PurposeClass


def covered_by(
    scope: Scope, subject: str, *, then: Policy, now: View, identifier_ids: Mapping[str, str]
) -> tuple[Covered, ...]:
    """Return what a scope covers, in the words of the policy of `then` and as it stands under that of `now`.

    `identifier_ids` are the data subject's own identifiers by their contact points.
    """
    versions = [then.notice_versions[name] for name in scope.notices if name in then.notice_versions]
    found = []
    for name, grouped in groupby(scope.keys, key=lambda key: key.purpose):
        keys = list(grouped)
        hearings = [(key, hearing_for(subject, key, now)) for key in keys if _is_known(key, now.policy)]
        dates = [date for date in (keep_proof_until(hearing) for _, hearing in hearings) if date is not None]
        ids = {key.channel: identifier_ids.get(key.contact_point or "") for key in keys}
        found.append(
            Covered(
                purpose=then.purposes[name],
                topic=keys[0].topic,
                channels=tuple(then.channels[channel] for channel in dict.fromkeys(key.channel for key in keys)),
                identifier_ids={channel: known for channel, known in ids.items() if known is not None},
                recipients=_recipients(then, name, versions),
                standings=tuple(_standing(key, hearing, scope, ids) for key, hearing in hearings),
                keep_proof_until=max(dates, default=None),
            )
        )
    return tuple(found)


def _is_known(key: Key, policy: Policy) -> bool:
    known = key.controller in policy.controllers and key.purpose in policy.purposes
    return known and key.channel in policy.channels


def _recipients(policy: Policy, purpose: str, versions: list[NoticeVersion]) -> tuple[str, ...]:
    """Return who receives data for a purpose: for sharing, those that its notices name."""
    if policy.purposes[purpose].purpose_class is not PurposeClass.SHARING:
        return ()
    named = (name for version in versions if purpose in version.purposes for name in version.recipients)
    return tuple(dict.fromkeys(named))


def _standing(key: Key, hearing: Hearing, scope: Scope, ids: Mapping[str, str | None]) -> Standing:
    own = scope.declaration.event.id if scope.declaration is not None else None
    fault = next((wrong for declaration, wrong in hearing.yeses if declaration.event.id == own), None)
    return Standing(key.channel, ids.get(key.channel), consent_state(hearing), fault, _ends(hearing))


def _ends(hearing: Hearing) -> datetime | None:
    """Return when the consent that carries now will end by itself, or None."""
    governing, matter = hearing.governing, hearing.matter
    if governing is None or hearing.lapse is not None:
        return None
    life = lifetime(governing, matter.view.texts.get(governing.notice), matter)
    ends = [end for end in (life.valid_until, life.promised_end, life.sleeps_from) if end is not None]
    return min(ends, default=None)

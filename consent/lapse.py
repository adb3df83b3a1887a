"""Why a yes that governs no longer carries, in the order of the rule book."""

from consent.declarations import Declaration
from consent.event import ConsentEvent
from consent.lifetime import lifetime
from consent.matter import Matter
from consent.periods import birthday
from consent.validity import is_minors
from consent.vocabulary import EventKind, PurposeClass, Reason


def lapse(governing: Declaration, matter: Matter) -> Reason | None:
    """Return why a governing yes does not carry, or None if it does; the first reason in the book's order."""
    version = matter.view.texts.get(governing.notice)
    if _is_struck_down(governing, matter):
        return Reason.INVALID
    if _has_outgrown_guardian(governing, matter):
        return Reason.GUARDIAN_CONSENT_LAPSED
    if version is not None:
        later = list(matter.view.texts.later(version, matter.horizon))
        if any(other.supersedes_all for other in later):
            return Reason.SUPERSEDED
        if matter.purpose.purpose_class is PurposeClass.SHARING:
            recipient = matter.question.recipient
            if recipient not in version.recipients:
                named = any(recipient in other.recipients for other in later)
                return Reason.SUPERSEDED if named else Reason.SCOPE_RECIPIENT
    life = lifetime(governing, version, matter)
    for end, reason in (
        (life.valid_until, Reason.EXPIRED),
        (life.promised_end, Reason.EXPIRED),
        (life.sleeps_from, Reason.DORMANT),
    ):
        if end is not None and matter.horizon.reached(end):
            return reason
    return None


def _is_struck_down(governing: Declaration, matter: Matter) -> bool:
    return any(
        event.position > governing.position and _strikes(event, governing, matter)
        for event in matter.view.timeline.of_kind(EventKind.INVALIDATE)
    )


def _strikes(event: ConsentEvent, governing: Declaration, matter: Matter) -> bool:
    key = matter.key
    notice = governing.notice or ""
    return (
        key.controller in event.controllers
        and event.subject in (None, governing.subject, matter.holder.id)
        and event.notice in (None, notice, notice.partition("@")[0])
        and (not event.purposes or key.purpose in event.purposes)
        and (event.topic is None or event.topic == key.topic)
        and (not event.channels or key.channel in event.channels)
        and (not event.identifiers or key.contact_point in event.identifiers)
    )


def _has_outgrown_guardian(governing: Declaration, matter: Matter) -> bool:
    born = matter.view.subject(governing.subject).birth_date
    if born is None or not is_minors(governing, matter):
        return False
    return matter.horizon.reached(birthday(born, matter.pack.age_of_consent.lapses_at))

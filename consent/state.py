"""What an answer tells besides yes or no: the state of the consent, and how long its proof is kept."""

from datetime import datetime

from consent.bases import notices_shown
from consent.hearing import Hearing
from consent.lapse import lapse
from consent.lifetime import uses_of
from consent.noes import ABOUT_CONSENT, OWN_WORD, NoKind
from consent.periods import add_years
from consent.vocabulary import ConsentState, Reason

_LAPSED = {
    Reason.EXPIRED: ConsentState.EXPIRED,
    Reason.DORMANT: ConsentState.DORMANT,
    Reason.SUPERSEDED: ConsentState.SUPERSEDED,
    Reason.INVALID: ConsentState.INVALID,
}


def consent_state(hearing: Hearing) -> ConsentState:
    """Return the state of the consent alone: block lists, restriction and the like leave it untouched."""
    matter = hearing.matter
    if hearing.latest_standing({NoKind.OBJECTED}):
        return ConsentState.OBJECTED
    own_word = hearing.latest_standing(OWN_WORD)
    if own_word is not None:
        return ConsentState.REFUSED if own_word.kind is NoKind.REFUSED else ConsentState.WITHDRAWN
    last_no = max((no.position for no in hearing.noes if no.kind in ABOUT_CONSENT), default=None)
    governing = hearing.newest_after(last_no)
    if governing is not None:
        why = hearing.lapse if governing is hearing.governing else lapse(governing, matter)
        return ConsentState.GRANTED if why is None else _LAPSED.get(why, ConsentState.GRANTED)
    if any(not matter.horizon.reached(request.expires) for request in hearing.requests):
        return ConsentState.PENDING
    if hearing.yeses:
        _, wrong = hearing.yeses[-1]
        return ConsentState.SUPERSEDED if wrong is Reason.SUPERSEDED else ConsentState.INVALID
    return ConsentState.ASKED if notices_shown(matter) else ConsentState.NONE


def keep_proof_until(hearing: Hearing) -> datetime | None:
    """Return until when the rule pack wants the proof kept: years after the latest yes or use of the key."""
    matter = hearing.matter
    years = matter.rule.proof_years
    if years is None or not hearing.yeses:
        return None
    latest = max([hearing.yeses[-1][0].at, *(use.at for use in uses_of(matter))])
    return add_years(latest, years)

"""The laws of the rule book about time: what it opens, what it ends, and what it leaves as it was."""

from dataclasses import replace
from datetime import timedelta

from consent.law_answers import differ, is_closed
from consent.random_cases import Fields
from consent.trials import Scene
from consent.vocabulary import Action, EventKind, LawfulBasis, Proof, Reason

_HOUSE_RULES = frozenset({Reason.PAUSED, Reason.QUIET_HOURS, Reason.FREQUENCY_CAP})
_DAY = timedelta(days=1)


def a_no_lasts(scene: Scene) -> str | None:
    """Hold that no no ends by time alone."""
    if not is_closed(scene.answer) or scene.question.action is Action.SOLICIT:
        return None
    for moment in scene.later:
        answer = scene.ask_at(moment)
        if answer.allowed:
            return f"{scene.answer.reason} became {answer.basis} by {moment}"
    return None


def what_ran_out_stays_so(scene: Scene) -> str | None:
    """Hold that a yes that ran out never lets an older one carry."""
    before = scene.answer
    if _has_moved(scene):
        return None
    for moment in scene.later:
        after = scene.ask_at(moment)
        if before.reason in (Reason.EXPIRED, Reason.DORMANT) and after.basis is LawfulBasis.CONSENT:
            return f"{before.reason} became {after.basis} by {moment}"
        if before.basis is after.basis is LawfulBasis.CONSENT and before.carried_by != after.carried_by:
            return f"carried by {before.carried_by}, then by {after.carried_by}"
        before = after
    return None


def a_newer_yes_takes_the_older_with_it(scene: Scene) -> str | None:
    """Hold that when a yes of one day has ended, no other consent carries what it carried."""
    asked = scene.question
    short: Fields = {
        "event": EventKind.GRANT.value,
        "at": asked.as_of,
        "subject": asked.subject or "s1",
        "controller": asked.controller,
        "purpose": asked.purpose,
        "channel": asked.channel,
        "proof": Proof.DOCUMENTED.value,
        "explicit": True,
        "valid_until": asked.as_of + _DAY,
    }
    if asked.identifier is not None:
        short["identifier"] = asked.identifier
    said = scene.event(short)
    history = scene.made_of((*scene.visible, said))
    for moment in (asked.as_of, asked.as_of + _DAY, asked.as_of + 2 * _DAY):
        answer = scene.ask(history, as_of=moment, as_known=max(moment, asked.as_known))
        if moment == asked.as_of and answer.carried_by != said.id:
            return None
        if moment > asked.as_of and answer.basis is LawfulBasis.CONSENT:
            return f"carried by {answer.carried_by} after the newer yes has ended"
    return None


def time_alone_opens_in_four_ways(scene: Scene) -> str | None:
    """Hold what the notes say: house rules, waiting before asking again, growing up, the year after a move."""
    if scene.answer.allowed or scene.answer.reason in (*_HOUSE_RULES, Reason.REASK_COOLDOWN):
        return None
    if _has_moved(scene):
        return None
    for moment in scene.later:
        after = scene.ask_at(moment)
        grown_up = after.basis is LawfulBasis.NOT_OPTED_OUT and any(one.birth_date for one in scene.case.subjects)
        if after.allowed and not grown_up:
            return f"{scene.answer.reason} became {after.basis} by {moment}"
    return None


def _has_moved(scene: Scene) -> bool:
    """Say whether the rules of a country left may cease to apply meanwhile."""
    return any(event.kind is EventKind.MOVED for event in scene.visible)


def what_is_recorded_later_changes_nothing(scene: Scene) -> str | None:
    """Hold that an answer stays the same whatever is recorded later."""
    known = scene.question.as_known
    late = [event for event in scene.later if event > known]
    if not late:
        return None
    event = scene.more("late")
    event = replace(event, recorded_at=max(event.at, *late))
    return differ(scene.answer, scene.ask(scene.told(event)))


def the_answer_lasts_as_long_as_it_says(scene: Scene) -> str | None:
    """Hold that an answer stays the same until its `valid_until`."""
    first = scene.ask_at(scene.question.as_of)
    for moment in scene.later:
        if first.valid_until is None or moment < first.valid_until:
            later = scene.ask_at(moment)
            difference = differ(replace(first, valid_until=None), replace(later, valid_until=None))
            if difference:
                return f"{difference} by {moment}"
    return None

"""The laws of the rule book, as statements that hold for every history and question; the numbers are the book's.

Each takes a scene and returns how it is broken there, in words, or None. Laws 1, 6 and 9 have a part that only a
database can show; the tests of the services hold that.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from consent import laws_of_time
from consent.decision import all_of, decide, decide_many, decide_traced
from consent.event import NO
from consent.law_answers import differ, is_closed, opened, substance
from consent.permissions import fold
from consent.random_cases import Fields
from consent.trials import NOES, Scene
from consent.vocabulary import Action, EventKind, LawfulBasis, Reason

_INSTANT = timedelta(microseconds=1)
_SAYING_NO = frozenset({*NOES, EventKind.IMPORT_ROW})
_CARRIED = frozenset({LawfulBasis.CONSENT, LawfulBasis.EXISTING_CUSTOMER, LawfulBasis.IMPLIED_CONSENT})


@dataclass(frozen=True, slots=True)
class Law:
    """One law: what it says, and the test that tells how a scene breaks it."""

    id: str
    says: str
    broken_by: Callable[[Scene], str | None]


def _fold_is_a_function_of_the_events(scene: Scene) -> str | None:
    backwards = scene.made_of(reversed(scene.history.events))
    for subject in scene.history.subjects:
        difference = differ(fold(subject, scene.history, scene.policy), fold(subject, backwards, scene.policy))
        if difference:
            return difference
    return None


def _a_no_opens_nothing(scene: Scene) -> str | None:
    # A no may cancel the newest request; a confirmation that names none then confirms an older one.
    if scene.confirms_the_newest:
        return None
    return opened(scene.answer, scene.ask(scene.told(scene.more("no"))))


def _order_of_recording(scene: Scene) -> str | None:
    events = scene.history.events
    places = [event.position[:2] for event in events]
    # What binds since a merge is said at its instant, like a no of that instant.
    places += [(event.at, NO) for event in events if event.kind is EventKind.MERGE]
    if len(set(places)) < len(places):
        return None
    asked = max([scene.question.as_known, *(event.recorded_at for event in events)])
    shuffled = [replace(event, place=len(events) - event.place, recorded_at=event.at) for event in events]
    late = [replace(event, recorded_at=asked) for event in events if event.at <= asked]
    before = scene.ask(as_known=asked)
    for other in (shuffled, late):
        difference = differ(before, scene.ask(scene.made_of(other), as_known=asked))
        if difference:
            return difference
    return None


def _requests_and_links_open_nothing(scene: Scene) -> str | None:
    if scene.confirms_the_newest:
        return None
    after = scene.ask(scene.told(scene.more("opens_nothing")))
    return differ(substance(scene.answer), substance(after))


def _a_merge_opens_nothing(scene: Scene) -> str | None:
    after = scene.question.as_of + _INSTANT
    asked: Fields = {"as_of": after, "as_known": max(after, scene.question.as_known)}
    if scene.contact_point is not None:
        # Who names a person means, once merged, the contact points of the other record as well.
        asked |= {"subject": None, "identifier": scene.contact_point}
    merge = scene.event({"event": "merge", "at": after, "subject": "s1", "other": "s2"})
    before = scene.ask(scene.made_of(scene.visible), **asked)
    return opened(before, scene.ask(scene.made_of((*scene.visible, merge)), **asked))


def _an_import_answers_no_no(scene: Scene) -> str | None:
    row = scene.more("row", status="subscribed")
    return opened(scene.answer, scene.ask(scene.told(row))) if is_closed(scene.answer) else None


def _the_same_event_twice_is_one(scene: Scene) -> str | None:
    keyed = [replace(event, idempotency_key=f"key {event.place}") for event in scene.history.events]
    again = [replace(event, id=f"again {event.place}", place=event.place + 1000) for event in keyed]
    return differ(scene.answer, scene.ask(scene.made_of([*keyed, *again])))


def _bulk_equals_the_single_questions(scene: Scene) -> str | None:
    questions = (scene.question, *scene.others)
    alone = tuple(decide(question, scene.history, scene.policy) for question in questions)
    together = decide_many(questions, scene.history, scene.policy)
    whole = all_of(together, scene.policy)
    if whole.allowed is not all(answer.allowed for answer in alone):
        return f"of {[answer.decision.value for answer in alone]} the whole is {whole.decision}"
    return differ(alone, together)


def _the_erased_stay_so(scene: Scene) -> str | None:
    asked, point = scene.question, scene.contact_point
    if point is None or scene.is_service:
        return None
    after = asked.as_of + _INSTANT
    common: Fields = {"at": asked.as_of, "controller": asked.controller}
    gone = [scene.event({**common, "event": "erase", "subject": name}) for name in scene.history.subjects]
    named: Fields = {**common, "at": after, "subject": "again", "identifier": point}
    row = {"status": "subscribed", "proof": "documented", "purpose": asked.purpose, "channel": asked.channel}
    again = [scene.event({**named, "event": "identifier_added"}), scene.event({**named, **row, "event": "import_row"})]
    known = max(after, asked.as_known)
    erased = scene.ask(scene.made_of((*scene.visible, *gone)), as_known=known)
    imported = scene.ask(
        scene.made_of((*scene.visible, *gone, *again)), as_of=after, as_known=known, subject=None, identifier=point
    )
    if erased.allowed or (erased.reason is Reason.ERASED and imported.allowed):
        return f"{erased.basis} though erased, {imported.basis} by an import"
    return None


def _unmerging_restores(scene: Scene) -> str | None:
    apart = [event for event in scene.visible if event.kind not in (EventKind.MERGE, EventKind.UNMERGE)]
    end = scene.question.as_of
    start = min([end, *(event.at for event in apart[len(apart) // 2 :])])
    if any(event.kind in _SAYING_NO and event.at >= start for event in apart):
        return None
    joined: Fields = {"subject": "s1", "other": "s2"}
    merged = [
        scene.event({"event": "merge", "at": start, **joined}),
        scene.event({"event": "unmerge", "at": end, **joined}),
    ]
    known = max(end, scene.question.as_known)
    before = scene.ask(scene.made_of(apart), as_known=known)
    return differ(before, scene.ask(scene.made_of([*apart, *merged]), as_known=known))


def _one_reason_or_one_basis(scene: Scene) -> str | None:
    answer = scene.answer
    if answer.allowed:
        carries = answer.basis not in _CARRIED or answer.carried_by is not None
        sound = answer.basis is not None and answer.reason is None and carries and bool(answer.rests_on)
    else:
        sound = answer.reason is not None and (answer.basis, answer.obligations, answer.carried_by) == (None, (), None)
    return None if sound else f"not one answer: {answer}"


def _unknown_parts_deny(scene: Scene) -> str | None:
    for part in ("controller", "purpose", "channel"):
        answer = scene.ask(None, **{part: "nobody's"})
        if answer.reason != f"unknown_{part}":
            return f"an unknown {part} gives {answer.reason}"
    return None


def _a_hint_only_tightens(scene: Scene) -> str | None:
    return opened(scene.ask(country_hint=None), scene.ask(country_hint=scene.trial.hint))


def _a_faulty_yes_changes_nothing(scene: Scene) -> str | None:
    after = scene.ask(scene.told(scene.more("declaration", prechecked=True)))
    return differ(substance(scene.answer), substance(after))


def _a_withdrawal_works_at_once(scene: Scene) -> str | None:
    asked = scene.question
    if scene.is_service or asked.action is Action.SOLICIT:
        return None
    said = [
        scene.event({"event": "withdraw", "at": asked.as_of, "controller": asked.controller, "subject": name})
        for name in scene.history.subjects
    ]
    answer = scene.ask(scene.told(*said), as_known=max(asked.as_of, asked.as_known))
    return f"withdrawn, and yet {answer.basis}" if answer.allowed else None


def _a_trace_tells_the_same(scene: Scene) -> str | None:
    answer, trace = decide_traced(scene.question, scene.history, scene.policy)
    whole = [step.step for step in trace if step.holder is None]
    if whole not in ([1], [1, 2], [1, 2, 3], [1, 2, 3, 10]):
        return f"steps {whole}"
    return differ(scene.answer, answer)


LAWS: tuple[Law, ...] = (
    Law("1", "permissions are a fold of the events, however these are read", _fold_is_a_function_of_the_events),
    Law("2", "a no more never turns a denial into an allowance", _a_no_opens_nothing),
    Law("3", "the order of recording changes nothing", _order_of_recording),
    Law("4-no", "a no never ends by time alone", laws_of_time.a_no_lasts),
    Law("4-yes", "a yes that ran out never lets an older one carry", laws_of_time.what_ran_out_stays_so),
    Law("4-newest", "a newer yes takes the older with it", laws_of_time.a_newer_yes_takes_the_older_with_it),
    Law("4-time", "time alone opens in four ways only", laws_of_time.time_alone_opens_in_four_ways),
    Law("5-request", "a request that waits and a fetched link change no answer", _requests_and_links_open_nothing),
    Law("5-merge", "a merge opens nothing", _a_merge_opens_nothing),
    Law("5-import", "an import answers no no", _an_import_answers_no_no),
    Law("6", "the same event told twice is one event", _the_same_event_twice_is_one),
    Law("7", "bulk equals the single questions", _bulk_equals_the_single_questions),
    Law("8", "what is recorded later changes no earlier answer", laws_of_time.what_is_recorded_later_changes_nothing),
    Law("9", "whoever was erased is not opened by an import", _the_erased_stay_so),
    Law("10", "unmerging restores both answers", _unmerging_restores),
    Law("11-form", "a denial has one reason, an allowance one basis and what carries it", _one_reason_or_one_basis),
    Law("11-unknown", "unknown parts deny", _unknown_parts_deny),
    Law("until", "an answer stays the same until its valid_until", laws_of_time.the_answer_lasts_as_long_as_it_says),
    Law("hint", "a further country only ever tightens", _a_hint_only_tightens),
    Law("fault", "a declaration that is not valid changes nothing", _a_faulty_yes_changes_nothing),
    Law("withdrawal", "a withdrawal works at once", _a_withdrawal_works_at_once),
    Law("trace", "a trace changes no answer", _a_trace_tells_the_same),
)

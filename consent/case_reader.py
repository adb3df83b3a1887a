"""Reading a file of decision cases: facts, events in the order of recording, questions and expectations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from consent.errors import CaseError, EventError, FactError, QuestionError
from consent.event import ConsentEvent
from consent.history import History
from consent.model import Identifier, Subject
from consent.periods import as_instant, to_iso
from consent.question import Question
from consent.strict_yaml import NotStrictYaml, load_yaml
from consent.vocabulary import EventKind, IdentifierKind

_COMPARED = ("reason", "basis", "carried_by", "state", "keep_proof_until", "retry_after", "denied")
_EXPECTED = {"expect", *_COMPARED, "obligations", "notes", "without"}
_CASE = {"id", "title", "source", "subject", "subjects", "identifiers", "parameters", "history", "ask"}
_TIMES = ("at", "as_of", "as_known")
_NOBODY = "none"

_TAKES: dict[str, tuple[str, ...]] = {
    EventKind.GRANT: ("purpose", "channel"),
    EventKind.GRANT_REQUESTED: ("purpose", "channel"),
    EventKind.RECONFIRM: ("purpose", "channel"),
    EventKind.GUARDIAN_AUTHORISED: ("purpose", "channel"),
    EventKind.IMPORT_ROW: ("purpose", "channel"),
    EventKind.USE: ("purpose", "channel"),
    EventKind.INQUIRY: ("channel",),
    EventKind.B2B_INTEREST: ("purpose",),
    EventKind.ASSESSMENT: ("purpose",),
}
"""What an event takes from the defaults of the file when it leaves it out: those marked with a dagger."""

_ABOUT_NOBODY = (EventKind.INVALIDATE, EventKind.ASSESSMENT, EventKind.NOTICE_PUBLISHED)
"""The events that are about every subject, or none in particular, unless one is named."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What an answer must be: values that are equal, and names it must or must not contain."""

    equal: Mapping[str, object]
    obligations: frozenset[str]
    notes: frozenset[str]
    without: frozenset[str]
    exact: bool


@dataclass(frozen=True, slots=True)
class Ask:
    """One question of a case, or a list of them (`is_list`) with what is expected of each part."""

    questions: tuple[Question, ...]
    expectation: Expectation
    is_list: bool = False
    parts: tuple[Expectation | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One case: it stands alone. `events` are in the order of recording, `history` is made of them."""

    DEFAULT_SUBJECT: ClassVar[str] = "s1"

    id: str
    title: str
    source: str
    subjects: tuple[Subject, ...]
    identifiers: tuple[Identifier, ...]
    parameters: Mapping[str, object]
    events: tuple[ConsentEvent, ...]
    history: History
    asks: tuple[Ask, ...]


def read_cases(text: str) -> list[Case]:
    """Read a file of cases; raise `CaseError` naming the case and what is wrong in it."""
    try:
        document = load_yaml(text)
    except NotStrictYaml as error:
        raise CaseError(str(error)) from None
    whole = _mapping(document, "file")
    defaults = _mapping(whole.get("defaults") or {}, "defaults")
    cases = [read_case(_mapping(item, "case"), defaults) for item in _list(whole.get("cases"))]
    names = [case.id for case in cases]
    for name in names:
        if names.count(name) > 1:
            raise CaseError(f"{name}: stands twice")
    return cases


def read_case(item: Mapping[str, object], defaults: Mapping[str, object]) -> Case:
    """Read one case under the defaults of its file; raise `CaseError` naming it and what is wrong in it."""
    name = str(item.get("id"))
    for key in item:
        if key not in _CASE:
            raise CaseError(f"{name}: {key}: no such key")
    try:
        subjects = _subjects(item, defaults)
        identifiers = _identifiers(item, defaults)
        events = tuple(
            _event(_mapping(event, "event"), place, defaults) for place, event in enumerate(_list(item.get("history")))
        )
        asks = tuple(_ask(_mapping(ask, "ask"), defaults) for ask in _list(item.get("ask")))
    except (CaseError, EventError, FactError, QuestionError, ValueError, TypeError) as error:
        raise CaseError(f"{name}: {error}") from error
    return Case(
        id=name,
        title=str(item.get("title", "")),
        source=str(item.get("source", "")),
        subjects=subjects,
        identifiers=identifiers,
        parameters=_mapping(item.get("parameters") or {}, "parameters"),
        events=events,
        history=History.of(subjects, identifiers, events),
        asks=asks,
    )


def _subjects(item: Mapping[str, object], defaults: Mapping[str, object]) -> tuple[Subject, ...]:
    common = _mapping(defaults.get("subject") or {}, "subject")
    facts = {Case.DEFAULT_SUBJECT: item.get("subject"), **_mapping(item.get("subjects") or {}, "subjects")}
    return tuple(Subject.from_mapping(name, {**common, **_mapping(own or {}, name)}) for name, own in facts.items())


def _identifiers(item: Mapping[str, object], defaults: Mapping[str, object]) -> tuple[Identifier, ...]:
    declared = {
        **_mapping(defaults.get("identifiers") or {}, "identifiers"),
        **_mapping(item.get("identifiers") or {}, "identifiers"),
    }
    found = []
    for name, value in declared.items():
        facts = _mapping(value, name)
        for key in facts.keys() - {"kind", "subject", "verified"}:
            raise CaseError(f"identifiers: {name}: {key}: no such key")
        holder = str(facts.get("subject") or Case.DEFAULT_SUBJECT)
        found.append(
            Identifier(
                id=name,
                kind=IdentifierKind(str(facts.get("kind"))),
                holder=None if holder == _NOBODY else holder,
                verified=facts.get("verified", True) is True,
            )
        )
    return tuple(found)


def _event(event: Mapping[str, object], place: int, defaults: Mapping[str, object]) -> ConsentEvent:
    kind = str(event.get("event"))
    filled: dict[str, object] = {"place": place, "id": f"event {place}", "controller": defaults.get("controller")}
    if kind not in _ABOUT_NOBODY:
        filled["subject"] = Case.DEFAULT_SUBJECT
    filled |= {key: defaults.get(key) for key in _TAKES.get(kind, ())}
    return ConsentEvent.from_mapping(filled | {key: value for key, value in event.items() if value is not None})


def _ask(ask: Mapping[str, object], defaults: Mapping[str, object]) -> Ask:
    exact = defaults.get("exact") is True
    expectation = _expectation(ask, exact=exact)
    if "all" not in ask:
        return Ask((_question(ask, defaults),), expectation)
    parts = [_mapping(part, "all") for part in _list(ask.get("all"))]
    # Time, subject and controller are handed down to the questions of a list.
    handed = {key: ask[key] for key in (*_TIMES, "subject", "controller") if key in ask}
    return Ask(
        tuple(_question({**handed, **part}, defaults) for part in parts),
        expectation,
        is_list=True,
        parts=tuple(_expectation(part, exact=exact) if "expect" in part else None for part in parts),
    )


def _question(ask: Mapping[str, object], defaults: Mapping[str, object]) -> Question:
    filled = {key: defaults.get(key) for key in ("controller", "purpose", "channel")}
    return Question.from_mapping(filled | {key: value for key, value in ask.items() if key not in _EXPECTED})


def _expectation(ask: Mapping[str, object], *, exact: bool) -> Expectation:
    equal: dict[str, object] = {"expect": ask.get("expect")}
    for name in _COMPARED:
        if name in ask:
            value = ask[name]
            equal[name] = to_iso(as_instant(value)) if name in ("keep_proof_until", "retry_after") else value
    return Expectation(
        equal=equal,
        obligations=_names(ask.get("obligations")),
        notes=_names(ask.get("notes")),
        without=_names(ask.get("without")),
        exact=exact,
    )


def _names(value: object) -> frozenset[str]:
    return frozenset(str(item) for item in _list(value))


def _mapping(value: object, place: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise CaseError(f"{place}: not a mapping")
    return {str(key): item for key, item in value.items()}


def _list(value: object) -> Sequence[object]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise CaseError("not a list")
    return value

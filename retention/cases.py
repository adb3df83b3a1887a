"""Cases of the rule book: read from YAML, run, and compared with what they expect.

An answer is right if it equals what is expected: the same keys, the same values, lists in the same order.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from retention.case_values import (
    Fields,
    present,
    read_clock_events,
    read_datum,
    read_facts,
    read_instant,
    read_place,
)
from retention.deadlines import DeadlineAnswer, DeadlineFacts, Duty, Regime, deadline
from retention.document import Node, read_document
from retention.errors import Malformed, RetentionError, Unclassified
from retention.model import Datum, Facts, Verdict
from retention.schedule import Schedule
from retention.schedule_loading import patched
from retention.verdict import verdict

DEFAULT_ZONE = ZoneInfo("Europe/Berlin")

ABSENT = "(absent)"

Answer = Mapping[str, object]


class CaseKind(StrEnum):
    """The two parts of the rule book, by the key under which a file lists its cases."""

    DEADLINES = "deadlines"
    RETENTION = "retention"


@dataclass(frozen=True, slots=True)
class Case:
    """One case: its kind, its id, and its text as plain data."""

    kind: CaseKind
    id: str
    node: Node = field(repr=False)


@dataclass(frozen=True, slots=True)
class Failure:
    """A difference between what a case expects and what was answered, at `place` inside the answer."""

    place: str
    expected: object
    found: object

    def __str__(self) -> str:
        return f"{self.place or 'answer'}: expected {self.expected!r}, found {self.found!r}"


def read_cases(text: str) -> tuple[Case, ...]:
    """Return the cases of a file, those of deadlines first; raise a DocumentError for a text that is no such file."""
    root = Node(read_document(text), "")
    lists = root.fields(list(CaseKind))
    if not lists:
        raise Malformed("file", "there is neither a list of deadlines nor one of retention")
    return tuple(_read_case(kind, node) for kind in CaseKind if kind in lists for node in lists[kind].items())


def _read_case(kind: CaseKind, node: Node) -> Case:
    return Case(kind, node.required(node.entries(), "id").text(), node)


def run(case: Case, schedule: Schedule | None = None) -> list[Failure]:
    """Answer a case and return where the answer differs from what it expects; nothing means that it passed.

    Cases of retention need the `schedule` under which they run. A case that cannot be answered is answered with
    `{error: CODE}`, which it may expect.
    """
    try:
        found = answer(case, schedule)
    except RetentionError as error:
        found = {"error": error.code}
    expected = case.node.entries().get("expect")
    return list(_differences(None if expected is None else expected.value, found))


def answer(case: Case, schedule: Schedule | None = None) -> Answer:
    """Return the answer to a case, written as the rule book writes it; raise what keeps it from being answered."""
    fields = present(case.node)
    if case.kind is CaseKind.DEADLINES:
        return written_deadline(deadline(read_deadline_facts(case.node, fields)))
    if schedule is None:
        raise Malformed(case.node.place, "a case of retention needs a schedule")
    return _answer_retention(case.node, fields, schedule)


def read_deadline_facts(node: Node, fields: Fields) -> DeadlineFacts:
    """Return the facts of a case of part A; without `at` it is judged at the latest instant that it names."""
    place = read_place(fields, DEFAULT_ZONE)
    received_at = tuple(read_instant(each, place.zone) for each in node.required(fields, "received_at").one_or_more())
    if not received_at:
        raise Malformed(node.place, "received_at is missing")
    events = read_clock_events(fields, place.zone)
    latest = max((*received_at, *(event.happened_at for event in events)))
    return DeadlineFacts(
        regime=node.required(fields, "regime").choice(Regime),
        duty=fields["duty"].choice(Duty) if "duty" in fields else Duty.ANSWER,
        received_at=received_at,
        place=place,
        events=events,
        at=read_instant(fields["at"], place.zone) if "at" in fields else latest,
    )


def _answer_retention(node: Node, fields: Fields, schedule: Schedule) -> Answer:
    changed = patched(schedule, fields["rules"].value) if "rules" in fields else schedule
    place = read_place(fields, changed.zone)
    at = read_instant(node.required(fields, "at"), place.zone)
    facts = read_facts(fields, place)
    data = [read_datum(each, place.zone) for each in node.required(fields, "data").items()]
    return {datum.ref: _answer_datum(datum, changed, facts, at) for datum in data}


def _answer_datum(datum: Datum, schedule: Schedule, facts: Facts, at: datetime) -> Answer:
    try:
        return written_verdict(verdict(datum, schedule, facts, at))
    except Unclassified as error:
        return {"error": error.code}


def written_deadline(found: DeadlineAnswer) -> Answer:
    """Return an answer of part A as the rule book writes it (A.5)."""
    written: dict[str, object] = {
        "due": _written_due(found.due),
        "due_extended": _written_due(found.due_extended),
        "plan_by": _written_due(found.plan_by),
        "ends_at_utc": _written_instant(found.ends_at),
        "accepted": found.accepted,
        "state": str(found.state),
    }
    if found.rejected:
        written["rejected"] = [str(code) for code in found.rejected]
    return written


def written_verdict(found: Verdict) -> Answer:
    """Return a verdict as the rule book writes it (B.8)."""
    return {
        "state": str(found.state),
        "destroyable_from": _written_instant(found.destroyable_from),
        "blocked_until": None if found.blocked_until is None else found.blocked_until.isoformat(),
        "reasons": [str(code) for code in found.reasons],
        "legal_source": found.legal_source,
        "unusable_for": list(found.unusable_for),
    }


def _written_due(due: date | datetime | None) -> str | None:
    if due is None:
        return None
    return due.isoformat(timespec="seconds") if isinstance(due, datetime) else due.isoformat()


def _written_instant(instant: datetime | None) -> str | None:
    return None if instant is None else instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _differences(expected: object, found: object, place: str = "") -> Iterator[Failure]:
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        for key in (*expected, *(key for key in found if key not in expected)):
            inner = f"{place}.{key}" if place else str(key)
            yield from _differences(expected.get(key, ABSENT), found.get(key, ABSENT), inner)
    elif type(expected) is not type(found) or expected != found:
        yield Failure(place, expected, found)

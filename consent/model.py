"""The values that a decision is made of: facts, events, questions and answers. All are frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from consent.errors import FactError
from consent.event import ConsentEvent as ConsentEvent
from consent.event import Position as Position
from consent.periods import as_date
from consent.question import Question as Question
from consent.vocabulary import (
    ConsentState,
    IdentifierKind,
    LawfulBasis,
    Note,
    Obligation,
    Reason,
    SubjectKind,
    Verdict,
)


class Key(NamedTuple):
    """What is asked for: the contact point is None on a channel that has none."""

    controller: str
    purpose: str
    topic: str | None
    channel: str
    contact_point: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Facts about a data subject from the start. No `birth_date`: an adult; no `time_zone`: the controller's.

    `country` is ISO 3166 (None: unknown), `region` its second part (`CA` for California).
    """

    id: str
    country: str | None = None
    region: str | None = None
    kind: SubjectKind = SubjectKind.CONSUMER
    birth_date: date | None = field(default=None, repr=False)
    time_zone: str | None = None

    def __post_init__(self) -> None:
        """Refuse a time zone that nobody knows."""
        if self.time_zone is not None:
            try:
                ZoneInfo(self.time_zone)
            except (ValueError, OSError, KeyError):
                raise FactError("time_zone: no such time zone") from None

    @classmethod
    def from_mapping(cls, subject_id: str, facts: Mapping[str, object]) -> "Subject":
        """Read the facts by the names of the rule book; raise `FactError` naming what is malformed."""
        values = dict(facts)
        try:
            kind = SubjectKind(str(values.pop("kind", None) or SubjectKind.CONSUMER))
            born = values.pop("birth_date", None)
            birth_date = None if born is None else as_date(born)
        except (ValueError, TypeError):
            raise FactError("subject: kind or birth_date malformed") from None
        texts = {name: _text_or_none(name, values.pop(name, None)) for name in ("country", "region", "time_zone")}
        if values:
            raise FactError(f"{min(values)}: no such fact about a subject")
        return cls(id=subject_id, kind=kind, birth_date=birth_date, **texts)


def _text_or_none(name: str, value: object) -> str | None:
    if value is None or (isinstance(value, str) and value):
        return value
    raise FactError(f"{name}: not a text")


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """Facts about a contact point from the start: its kind, who holds it (None: nobody), control proved."""

    id: str
    kind: IdentifierKind
    holder: str | None = None
    verified: bool = True


@dataclass(frozen=True, slots=True)
class RestsOn:
    """One thing an answer rests on: an event (by its id), the rule that made it count, and its source."""

    event: str | None
    rule: str
    citation: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The answer to a question: a verdict with one reason or one basis, and all that comes with it.

    `valid_until` is the first instant at which the answer could change by time alone (None: it cannot);
    `denied` names the places (from 0) of all denials in a list of questions.
    """

    decision: Verdict
    basis: LawfulBasis | None = None
    reason: Reason | None = None
    rests_on: tuple[RestsOn, ...] = ()
    notes: tuple[Note, ...] = ()
    obligations: tuple[Obligation, ...] = ()
    carried_by: str | None = None
    state: ConsentState | None = None
    keep_proof_until: datetime | None = None
    retry_after: datetime | None = None
    denied: tuple[int, ...] | None = None
    valid_until: datetime | None = None
    policy_version: str = ""

    @property
    def allowed(self) -> bool:
        """Say whether the answer is yes."""
        return self.decision is Verdict.ALLOW

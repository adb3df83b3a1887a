"""Trials of the laws of the rule book: a random case, a question about it, and what a law may add to it.

A trial is plain data, so that it can be printed and made smaller; a scene is the same, read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from random import Random

from consent.case_reader import Ask, Case, Expectation
from consent.cases import questions_of
from consent.decision import decide
from consent.event import ConsentEvent
from consent.history import History
from consent.model import Decision
from consent.periods import to_iso
from consent.policy_model import Policy
from consent.question import Question
from consent.random_cases import Fields, RandomCase, as_case
from consent.random_draw import LAST, Draw
from consent.vocabulary import EventKind

SIZE = 8
"""How many events a trial has at most."""

NOES = (
    EventKind.REFUSE,
    EventKind.WITHDRAW,
    EventKind.OBJECT,
    EventKind.RESTRICT,
    EventKind.SUPPRESS,
    EventKind.ERASE,
    EventKind.DECEASE,
    EventKind.INVALIDATE,
    EventKind.SIGNAL,
)
WITHOUT_EFFECT = (
    EventKind.GRANT_REQUESTED,
    EventKind.DOI_LINK_OPENED,
    EventKind.UNSUBSCRIBE_LINK_OPENED,
    EventKind.PUBLIC_POST,
)
_MORE: Mapping[str, tuple[EventKind, ...]] = {
    "no": NOES,
    "opens_nothing": WITHOUT_EFFECT,
    "row": (EventKind.IMPORT_ROW,),
    "declaration": (EventKind.GRANT,),
    "late": (),
}

_NOTHING_EXPECTED = Expectation({}, frozenset(), frozenset(), frozenset(), exact=False)


@dataclass(frozen=True, slots=True)
class Trial:
    """One random case with its question; `others` are further questions, `more` events that a law may add.

    `later` are times after the question; `hint` is a country.
    """

    case: Fields
    question: Fields
    others: tuple[Fields, ...]
    more: Mapping[str, Fields]
    later: tuple[str, ...]
    hint: str

    def without_event(self, place: int) -> "Trial":
        """Return the trial without one event of its history; the others keep their labels."""
        history = self.history
        return replace(self, case={**self.case, "history": history[:place] + history[place + 1 :]})

    @property
    def history(self) -> list[Fields]:
        """Return the events of the case."""
        events = self.case["history"]
        if not isinstance(events, list):
            raise TypeError("a history is a list")
        return events


def draw_trial(random: Random, policy: Policy) -> Trial:
    """Draw a trial; the same random numbers give the same."""
    draw = Draw(random, policy)
    made = RandomCase(draw, size=SIZE)
    country, region = draw.residence()
    question = made.question()
    moments = sorted(draw.moment() for _ in range(2))
    asked = datetime.fromisoformat(str(question["at"]))
    return Trial(
        case=made.document,
        question=question,
        others=(made.question(), made.question()),
        more={name: made.event(100 + place, kinds) for place, (name, kinds) in enumerate(_MORE.items())},
        later=tuple(to_iso(max(asked, moment)) for moment in (*moments, LAST)),
        hint="-".join(filter(None, (country, region))) or "BR",
    )


class Scene:
    """A trial, read: what the laws look at."""

    def __init__(self, trial: Trial, policy: Policy) -> None:
        self.trial = trial
        self.case: Case = as_case({**trial.case, "ask": []})
        self.policy = policy.with_parameters(**self.case.parameters)
        self.history = self.case.history
        self.question = self._read(trial.question)

    def _read(self, fields: Fields) -> Question:
        ask = Ask((Question.from_mapping(fields),), _NOTHING_EXPECTED)
        return questions_of(ask, self.case, self.policy)[0]

    @cached_property
    def others(self) -> tuple[Question, ...]:
        """Return further questions about the same history."""
        return tuple(map(self._read, self.trial.others))

    @cached_property
    def answer(self) -> Decision:
        """Return the answer to the question of the trial."""
        return self.ask()

    @cached_property
    def visible(self) -> tuple[ConsentEvent, ...]:
        """Return the events that the question may see."""
        asked = self.question
        return tuple(e for e in self.history.events if e.at <= asked.as_of and e.recorded_at <= asked.as_known)

    @cached_property
    def later(self) -> tuple[datetime, ...]:
        """Return times after the one asked about."""
        return tuple(map(datetime.fromisoformat, self.trial.later))

    @property
    def is_service(self) -> bool:
        """Say whether a service is asked about, and not reclassified."""
        purpose = self.policy.purposes[self.question.purpose]
        return purpose.is_service and not any(getattr(self.question, flag) for flag in purpose.becomes)

    @property
    def contact_point(self) -> str | None:
        """Return the contact point asked about; None where the channel has none, or the subject none of its kind."""
        channel = self.policy.channels[self.question.channel]
        default = self.history.default_contact_point(self.question.subject, channel.identifier)
        return channel.identifier and (self.question.identifier or default)

    @property
    def confirms_the_newest(self) -> bool:
        """Say whether a confirmation names no request: what it confirms depends on what else was said."""
        return any(event.kind is EventKind.DOI_CONFIRMED and event.request is None for event in self.history.events)

    def more(self, name: str, **fields: object) -> ConsentEvent:
        """Return one of the events that a law may add, recorded after all others."""
        return self.event({**self.trial.more[name], **fields})

    def event(self, fields: Fields) -> ConsentEvent:
        """Read an event that is recorded after all others."""
        return ConsentEvent.from_mapping({"id": "added", "place": len(self.case.events) + 100, **fields})

    def told(self, *events: ConsentEvent) -> History:
        """Return the history with further events."""
        return self.made_of((*self.history.events, *events))

    def made_of(self, events: Iterable[ConsentEvent]) -> History:
        """Return a history of other events about the same people and contact points."""
        return History.of(self.case.subjects, self.case.identifiers, events)

    def ask(self, history: History | None = None, **changes: object) -> Decision:
        """Answer the question, changed in some fields, about this history or another."""
        question = replace(self.question, **changes)  # type: ignore[arg-type]  # the fields of a question
        return decide(question, self.history if history is None else history, self.policy)

    def ask_at(self, moment: datetime) -> Decision:
        """Answer the question at another time if nothing happens beyond what was visible."""
        return self.ask(self._seen, as_of=moment, as_known=max(moment, self.question.as_known))

    @cached_property
    def _seen(self) -> History:
        return self.made_of(self.visible)

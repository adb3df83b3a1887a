"""What would turn a denial: the smallest sets of changes, found by deciding again on changed records.

No reason of a denial is looked up here. A change is tried because the rule book knows it, and told because
the answer with it is yes; so what is told is true, and where nothing is told nothing was left untried.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Final

from consent.asking_otherwise import elsewhere
from consent.candidates import steps
from consent.changes import Change, Standpoint
from consent.decision import decide_many
from consent.denied import Denied, notices_for
from consent.history import History
from consent.model import Decision
from consent.periods import LAST_INSTANT, birthday
from consent.policy_model import Policy
from consent.question import Question
from consent.view import View
from consent.vocabulary import EventKind, Proof

MOST_CHANGES: Final = 4
MOST_WAYS: Final = 8
MOST_MOMENTS: Final = 12
"""How many moments ahead are looked at for one wait."""

MOST_WORK: Final = 300_000
A_DECISION: Final = 200
"""What one decision costs by itself, measured in events that it reads."""


@dataclass(frozen=True, slots=True)
class Way:
    """Changes that together turn the answer: made at `at`, when the question is put again."""

    changes: tuple[Change, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Ways:
    """The smallest ways to a yes; none for an answer that is one.

    `is_final`: all was tried, and no change by anybody turns the answer as long as the policy stays as it is.
    Where there is neither a way nor an end to it, the search was cut short.
    """

    ways: tuple[Way, ...] = ()
    is_final: bool = False


def would_allow(questions: Sequence[Question], history: History, policy: Policy) -> Ways:
    """Return the smallest sets of changes that would turn the answer to `questions`, put as one, into a yes.

    All questions are about the same moment. Every set told was decided upon; all are of the same, least size.
    The work is bounded: sets of up to MOST_CHANGES, until about MOST_WORK events have been read.
    """
    if len(questions) == 1:
        return _Search(Standpoint.of(questions, history, policy), MOST_WORK).run()
    # What can never be turned alone can never be turned with others, and alone it is seen soon.
    share = MOST_WORK // 2 // len(questions)
    alone = (_Search(Standpoint.of([question], history, policy), share).run() for question in questions)
    if any(found.is_final for found in alone):
        return Ways(is_final=True)
    return _Search(Standpoint.of(questions, history, policy), MOST_WORK // 2).run()


class _CutShort(Exception):
    """The work came to its bound."""


@dataclass(frozen=True)
class _Tried:
    """Some changes, and the answers after them."""

    changes: tuple[Change, ...]
    standpoint: Standpoint
    answers: tuple[Decision, ...]

    @property
    def allowed(self) -> bool:
        """Whether every question is answered with yes."""
        return all(answer.allowed for answer in self.answers)

    @property
    def moment(self) -> datetime:
        """The instant that the questions are asked about."""
        return self.standpoint.questions[0].as_of

    @cached_property
    def denied(self) -> Denied:
        """Return the first question that was denied, with all that is on record after the changes."""
        part = next(place for place, answer in enumerate(self.answers) if not answer.allowed)
        question, here = self.standpoint.questions[part], self.standpoint
        return Denied.at(part, question, View(here.history, here.policy, question.as_of, question.as_known))

    @cached_property
    def findings(self) -> object:
        """Return what stands in the way, and how near to a yes the people are."""
        return [(answer.reason, answer.rests_on) for answer in self.answers], self.denied.spoken()

    @property
    def next_moment(self) -> datetime | None:
        """Return when time alone could change the first denial."""
        answer = self.answers[self.denied.part]
        return answer.retry_after or answer.valid_until


class _Search:
    """Tries sets of changes, the smallest first, and goes on only from those that did something."""

    def __init__(self, start: Standpoint, work: int) -> None:
        self._start = start
        self._work_left = work
        self._kept: set[frozenset[Change]] = set()

    def run(self) -> Ways:
        """Return the smallest sets of changes after which the answer is yes."""
        found: list[_Tried] = []
        following = [self._try(())]
        if following[0].allowed:
            return Ways()
        try:
            for _ in range(MOST_CHANGES):
                frontier, following = following, []
                for bigger in (bigger for tried in frontier for bigger in self._one_more(tried)):
                    (found if bigger.allowed else following).append(bigger)
                if found or not following:
                    break
        except _CutShort:
            return Ways(self._told(found))
        return Ways(self._told(found), is_final=not found and not following)

    def _one_more(self, tried: _Tried) -> Iterator[_Tried]:
        """Give what one more change leads to: a yes, or another no from which it may be worth going on."""
        for change in steps(tried.denied):
            bigger = self._with(tried, change)
            # Another question is another matter; an event that alters no finding did nothing.
            if bigger is not None and (bigger.allowed or change.asked or bigger.findings != tried.findings):
                self._kept.add(frozenset(bigger.changes))
                yield bigger
        yield from self._waited(tried)
        # Another question is worth telling of only where its answer is yes as things stand.
        for change in () if tried.changes else elsewhere(tried.denied):
            bigger = self._with(tried, change)
            if bigger is not None and bigger.allowed:
                yield bigger

    def _with(self, tried: _Tried, change: Change) -> _Tried | None:
        """Try one more change; None for a set that was come by before, in another order."""
        if change in tried.changes or frozenset((*tried.changes, change)) in self._kept:
            return None
        self._spend()
        return self._try((*tried.changes, change))

    def _waited(self, tried: _Tried) -> Iterator[_Tried]:
        """Give the first moment ahead at which the answer is yes, if time is all that is lacking.

        Where the denial says that it ends by time, and something else has ended by then, give that moment too.
        """
        known, before = _moments(tried.denied), tuple(change for change in tried.changes if change.until is None)
        now, ends = tried, tried.answers[tried.denied.part].retry_after is not None
        for _ in range(MOST_MOMENTS):
            ahead = [at for at in (now.next_moment, *known) if at is not None and now.moment < at < LAST_INSTANT]
            if not ahead:
                return
            self._spend()
            now = self._try((*before, Change(until=min(ahead))))
            if now.allowed:
                yield now
                return
            if ends and now.findings != tried.findings and frozenset(now.changes) not in self._kept:
                self._kept.add(frozenset(now.changes))
                yield now
                ends = False

    def _spend(self) -> None:
        self._work_left -= len(self._start.history.events) + A_DECISION * len(self._start.questions)
        if self._work_left < 0:
            raise _CutShort

    def _try(self, changes: tuple[Change, ...]) -> _Tried:
        here = self._start.after(changes)
        return _Tried(changes, here, decide_many(here.questions, here.history, here.policy))

    def _told(self, found: Sequence[_Tried]) -> tuple[Way, ...]:
        least = min((len(tried.changes) for tried in found), default=0)
        found = [tried for tried in found if len(tried.changes) == least]
        # Of ways that differ in the text alone one is enough: the first, which has the purpose's own.
        first_of = {frozenset(map(_shape, tried.changes)): tried for tried in reversed(found)}
        told = [tried for tried in found if first_of[frozenset(map(_shape, tried.changes))] is tried]
        return tuple(self._least(tried) for tried in told[:MOST_WAYS])

    def _least(self, tried: _Tried) -> Way:
        """Ask of each yes in a way no more proof, and no more explicitness, than it takes."""
        for place, change in enumerate(tried.changes):
            weaker = (
                self._try((*tried.changes[:place], lesser, *tried.changes[place + 1 :])) for lesser in _lesser(change)
            )
            tried = next((enough for enough in weaker if enough.allowed), tried)
        return Way(tried.changes, tried.moment)


def _lesser(change: Change) -> Iterator[Change]:
    """Give weaker forms of a yes, the weakest first."""
    event = change.event
    if event is None or event.kind not in (EventKind.GRANT, EventKind.GRANT_REQUESTED):
        return
    proofs = [Proof.STATED, Proof.CONFIRMED, Proof.DOCUMENTED] if event.kind is EventKind.GRANT else [None]
    for explicit in (False, True):
        for proof in proofs:
            yield replace(change, event=replace(event, proof=proof, explicit=explicit))


def _shape(change: Change) -> object:
    event = change.event
    if event is None:
        return change
    return event.kind, event.subject, event.purposes, event.topic, event.channels, event.identifiers, event.reason


def _moments(denied: Denied) -> set[datetime]:
    """Return the moments that no answer tells of: when a child comes of age, and when a text is to come out."""
    ages = {pack.age_of_consent.years for pack in denied.view.policy.packs.values()}
    born = {holder.birth_date for holder in denied.holders if holder.birth_date is not None}
    texts = {version.published for key in denied.keys for version in notices_for(key, denied, to_agree=False)}
    return {birthday(date, age) for date in born for age in ages} | {at for at in texts if at is not None}

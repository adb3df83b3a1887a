"""Taking in a batch of rows: each is judged as if it were recorded by itself, all are written together."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from audit.ground import Ground
from audit.ids import new_id
from consent.errors import InvalidIdentifier
from consent.event import ConsentEvent
from consent.event_store import EventStore, StoredEvent
from consent.identifier_store import IdentifierStore
from consent.identifiers import rule_kind
from consent.import_fresh import Alone, KnownRows
from consent.import_judging import Judgement, judge_row
from consent.import_people import People, Story
from consent.import_plan import Candidate, NewPerson, Plan, Taken
from consent.import_reading import ReadRow
from consent.import_report import STORED, RowOutcome, RowReport
from consent.import_row import ImportRow, RowRefused
from consent.in_force import InForce
from consent.model import Subject
from consent.notices import NO_TEXT
from consent.permissions import fold
from consent.registry import Indexed
from consent.report_reading import CLOCK_SKEW
from consent.texts import Texts
from consent.vocabulary import EventKind, ImportStatus, Proof

VERIFIED_HOW: Final = "import"
"""How control over a contact point was proved that came with a row which its holder proved to have said."""


@dataclass(frozen=True, slots=True)
class Source:
    """Whose rows they are, who brings them, and the SHA-256 of the file that they stand in, in hexadecimal."""

    controller: str
    actor: str
    digest: str

    def key(self, number: int) -> str:
        """Return the idempotency key of a row: the same row of the same file is taken in once."""
        return f"import:{self.digest}:{number:09d}"


class ImportBatch:
    """Judges rows against what is on record, in the caller's transaction; writes nothing."""

    def __init__(self, ground: Ground, session: Session, in_force: InForce, source: Source, *, now: datetime) -> None:
        self._ground = ground
        self._in_force = in_force
        self._source = source
        self._now = now
        self._events = EventStore(ground, session)
        self._identifiers = IdentifierStore(ground, session)
        self._people = People(ground, session, source.controller)
        self._texts = Texts(
            in_force.policy,
            [event for event in self._events.list_of_nobody() if event.kind is EventKind.NOTICE_PUBLISHED],
        )
        self._places: Iterator[int] = iter(())
        self._rows_about: Counter[bytes] = Counter()
        self._known_rows = KnownRows()
        self.plan = Plan()

    @property
    def people(self) -> People:
        """Return the people whom the rows are about."""
        return self._people

    def sort_out(self, rows: Sequence[tuple[int, ReadRow]]) -> tuple[list[Candidate], dict[int, RowReport]]:
        """Return the rows that can be judged, and the reports of those taken in before or malformed."""
        keys = {self._source.key(number): number for number, _ in rows}
        stored = self._events.list_by_keys(self._source.controller, keys)
        reports = {keys[key]: _report_again(keys[key], event) for key, event in stored.items()}
        candidates = []
        for number, row in rows:
            if number in reports:
                continue
            try:
                candidates.append(self._candidate(number, row))
            except RowRefused as refused:
                reports[number] = _refused(number, refused)
        return candidates, reports

    def judge(self, candidates: Sequence[Candidate]) -> Iterator[RowReport]:
        """Give the reports of rows, in order, and plan what they write. Whom they are about is loaded before."""
        self._places = iter(self._events.draw_places(2 * len(candidates)))
        self._rows_about = Counter(candidate.indexed.blind_index for candidate in candidates)
        for candidate in candidates:
            try:
                yield self._take(candidate)
            except RowRefused as refused:
                yield _refused(candidate.number, refused)

    def _candidate(self, number: int, row: ReadRow) -> Candidate:
        if isinstance(row, RowRefused):
            raise row
        self._check_names(row)
        if row.at is not None and row.at > self._now + CLOCK_SKEW:
            raise RowRefused("in_future", "at")
        try:
            indexed = Indexed(*self._identifiers.normalise(row.identifier, region=row.country))
        except InvalidIdentifier as error:
            field = "identifier_kind" if str(error).startswith("kind") else "identifier_value"
            raise RowRefused(error.code, field) from None
        return Candidate(number, row, indexed)

    def _check_names(self, row: ImportRow) -> None:
        policy = self._in_force.policy
        if row.purpose not in policy.purposes:
            raise RowRefused("unknown_purpose", "purpose")
        if row.channel not in policy.channels:
            raise RowRefused("unknown_channel", "channel")
        if row.topic is not None and row.topic not in policy.purposes[row.purpose].topics:
            raise RowRefused("unknown_topic", "topic")
        if row.notice not in (None, NO_TEXT) and row.notice not in policy.notice_versions:
            raise RowRefused("unknown_notice", "notice")
        wanted = policy.channels[row.channel].identifier
        if wanted is not None and rule_kind(row.identifier.kind) is not wanted:
            raise RowRefused("not_of_this_channel", "identifier_kind")

    def _take(self, candidate: Candidate) -> RowReport:
        holder = self._people.holder(candidate.indexed)
        if holder is None and self._is_all_there_is(candidate):
            return self._take_alone(candidate)
        story = self._people.story(holder, candidate.indexed)
        person = None if holder is not None else self._begin(candidate)
        subject = self._people.subject(holder or "", story) if person is None else person.subject
        begun = [] if person is None or person.added is None else [person.added]
        event = self._event(candidate, subject.id)
        judgement = self._judged(event, story, begun, subject)
        if judgement.outcome in STORED:
            story.take([*begun, event], subject)
            if person is not None:
                self._people.remember(subject.id, candidate.indexed, story)
            self.plan.add(story, person, Taken(candidate, event))
        return self._report(candidate, judgement, event)

    def _is_all_there_is(self, candidate: Candidate) -> bool:
        return self._rows_about[candidate.indexed.blind_index] == 1 and self._people.is_unheard_of(candidate.indexed)

    def _take_alone(self, candidate: Candidate) -> RowReport:
        """Take in a row about somebody of whom nothing is on record, and whom no other row of the batch is about."""
        person = self._begin(candidate)
        event = self._event(candidate, person.subject.id)
        alone = self._known_rows.find(
            event, (person.subject.country, person.verified), lambda: self._worked_out(event, person)
        )
        if alone.judgement.outcome in STORED:
            self.plan.add(None, person, Taken(candidate, event), alone.permissions)
        return self._report(candidate, alone.judgement, event)

    def _worked_out(self, event: ConsentEvent, person: NewPerson) -> Alone:
        story = self._people.story(None, person.candidate.indexed)
        begun = [] if person.added is None else [person.added]
        judgement = self._judged(event, story, begun, person.subject)
        history = story.history([*begun, event], person.subject)
        return Alone(judgement, fold(person.subject.id, history, self._in_force.policy))

    def _judged(self, event: ConsentEvent, story: Story, begun: list[ConsentEvent], subject: Subject) -> Judgement:
        history = story.history([*begun, event], subject)
        return judge_row(event, history, self._in_force.policy, self._now)

    def _report(self, candidate: Candidate, judgement: Judgement, event: ConsentEvent) -> RowReport:
        is_lowered = judgement.outcome is RowOutcome.LOWERED
        return RowReport(
            row=candidate.number,
            outcome=judgement.outcome,
            reason=judgement.reason,
            event_id=event.id if judgement.outcome in STORED else None,
            known_subject=event.subject if is_lowered and event.subject in self._people.known else None,
        )

    def _begin(self, candidate: Candidate) -> NewPerson:
        """Return the record that begins with a row.

        Whoever confirmed a declaration holds the contact point (rule book: Proof). Of one that was on record
        before no row proves anything: proving it would make us forget that mails to it failed.
        """
        subject = Subject(id=new_id(), country=candidate.row.country)
        verified = candidate.row.proof.suffices_for(Proof.CONFIRMED)
        contact = candidate.indexed.contact
        added = None
        if contact is not None:
            added = ConsentEvent(
                id=new_id(),
                kind=EventKind.IDENTIFIER_ADDED,
                at=self._now,
                recorded_at=self._now,
                place=next(self._places),
                subject=subject.id,
                identifiers=(contact,),
                verified=verified,
            )
        return NewPerson(subject, candidate, added, verified)

    def _event(self, candidate: Candidate, subject_id: str) -> ConsentEvent:
        row, contact = candidate.row, candidate.indexed.contact
        at = self._now if row.at is None else min(row.at, self._now)
        on_contact = self._in_force.policy.channels[row.channel].identifier is not None
        return ConsentEvent(
            id=new_id(),
            kind=EventKind.IMPORT_ROW,
            at=at,
            recorded_at=self._now,
            place=next(self._places),
            subject=subject_id,
            controllers=(self._source.controller,),
            purposes=(row.purpose,),
            topic=row.topic,
            channels=(row.channel,),
            identifiers=(contact,) if on_contact and contact is not None else (),
            notice=row.notice or self._texts.newest(self._in_force.policy.purposes[row.purpose].notice, at) or NO_TEXT,
            proof=row.proof,
            status=row.status,
        )


def _refused(number: int, refused: RowRefused) -> RowReport:
    return RowReport(row=number, outcome=RowOutcome.REJECTED, reason=refused.reason, column=refused.field)


def _report_again(number: int, stored: StoredEvent) -> RowReport:
    said_no = stored.event.status is ImportStatus.UNSUBSCRIBED
    outcome = RowOutcome.LOWERED if said_no else RowOutcome.APPLIED
    return RowReport(row=number, outcome=outcome, event_id=stored.event.id, before=True)

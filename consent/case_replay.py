"""Replaying decision cases in an installation: every event is recorded, every question asked, through its doors.

A case tells its history by labels; here each label gets a real record, a real identifier, a real event.
Whatever an installation refuses is by the rule book without effect, so the answers have to be the same.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, Final

import yaml

from audit.ground import Ground
from consent.asking import Asked
from consent.case_door import ACTOR, Answered, Door, Plain, Put, Refusal, ServiceDoor
from consent.case_reader import Case
from consent.cases import Failure, differences, questions_of
from consent.defaults import NAMES_CONTACT_POINTS
from consent.event import ConsentEvent
from consent.identifiers import GivenIdentifier
from consent.model import Identifier, Subject
from consent.notices import NO_TEXT
from consent.policies import PolicyService
from consent.policy_model import Policy
from consent.question import Question
from consent.registry import SubjectFacts
from consent.report import Report
from consent.strict_yaml import load_yaml
from consent.vocabulary import EventKind, IdentifierKind

OUTSIDE_ID: Final = "crm:case"
NOBODY: Final = "nobody"
_FIRST_DAY: Final = datetime(2000, 1, 1, tzinfo=UTC)
_APART: Final = ("id", "at", "recorded_at", "place", "subject", "identifier", "to", "other", "idempotency_key")


class CaseReplay:
    """Replays one case through the services, in a controller group of its own. `set_clock` sets its clock."""

    def __init__(self, ground: Ground, set_clock: Callable[[datetime], None]) -> None:
        self._set_clock = set_clock
        self._policies = PolicyService(ground)
        self._door = ServiceDoor(ground, self._policies, set_clock)

    def run(self, case: Case, policy_text: str) -> list[Failure]:
        """Replay a case under a policy and return the expectations that are not met."""
        return self._replay(case, policy_text).run()

    def answer(self, case: Case, policy_text: str) -> list[Answered]:
        """Replay a case and return, for each ask, the answers; all are put in one call."""
        return self._replay(case, policy_text).answer()

    def _replay(self, case: Case, policy_text: str) -> "Replay":
        self._set_clock(beginning(case))
        applied = self._policies.apply(with_parameters(policy_text, case.parameters), actor=ACTOR)
        return Replay(case, applied.policy, self._door)


class Replay:
    """One case on its way through a door, under the policy that is in force behind it.

    `mark` goes into every identifier, so that cases that share an installation share no contact point.
    """

    def __init__(self, case: Case, policy: Policy, door: Door, *, mark: str = "") -> None:
        self._case = case
        self._policy = policy
        self._door = door
        self._mark = mark
        self._subject_ids: dict[str, str] = {}
        self._event_ids: dict[str, str] = {}

    def run(self) -> list[Failure]:
        """Replay the case and return the expectations that are not met."""
        failures = []
        for place, (ask, answered) in enumerate(zip(self._case.asks, self.answer(), strict=True)):
            compared = [(ask.expectation, answered.whole)]
            if ask.is_list:
                compared += [(part, got) for part, got in zip(ask.parts, answered.parts, strict=True) if part]
            failures += [
                Failure(self._case.id, place, what, expected, got)
                for expectation, answer in compared
                for what, expected, got in differences(expectation, answer)
            ]
        return failures

    def answer(self) -> list[Answered]:
        """Replay the case and return, for each ask, the answers."""
        case = self._case
        holders = {item.holder: Subject(id=item.holder) for item in case.identifiers if item.holder is not None}
        needed = [identifier for identifier in case.identifiers if self._matters(identifier)]
        for subject in ({**holders, **{subject.id: subject for subject in case.subjects}}).values():
            self._create(subject, [identifier for identifier in needed if identifier.holder == subject.id])
        for event in case.events:
            self._record(event)
        asked = [questions_of(ask, case, self._policy) for ask in case.asks]
        put = [
            Put(tuple(map(self._asked, questions)), ask.is_list)
            for ask, questions in zip(case.asks, asked, strict=True)
        ]
        labels = {event_id: label for label, event_id in self._event_ids.items()}
        return [
            Answered(_labelled(answered.whole, labels), tuple(_labelled(part, labels) for part in answered.parts))
            for answered in self._door.answer(put)
        ]

    @cached_property
    def _kinds(self) -> frozenset[IdentifierKind | None]:
        """Return the kinds of contact points that can have a part in the case, named or by default."""
        channels = {channel for event in self._case.events for channel in event.channels}
        channels |= {question.channel for ask in self._case.asks for question in ask.questions}
        channels |= {rule.channel for rule in self._policy.content.values()}
        # A sale brings the e-mail address of the subject.
        return frozenset({IdentifierKind.EMAIL} | {_kind_of_channel(channel, self._policy) for channel in channels})

    def _matters(self, identifier: Identifier) -> bool:
        named = any(identifier.id in (*event.identifiers, event.to) for event in self._case.events)
        asked = any(identifier.id == question.identifier for ask in self._case.asks for question in ask.questions)
        return named or asked or identifier.kind in self._kinds

    def _create(self, subject: Subject, held: Sequence[Identifier] = ()) -> str:
        facts = SubjectFacts(
            country=subject.country,
            region=subject.region,
            kind=subject.kind,
            birth_date=subject.birth_date,
            time_zone=subject.time_zone,
        )
        itself, now = GivenIdentifier(OUTSIDE_ID, self._mark + subject.id), beginning(self._case)
        for verified in (True, False):
            given = [given_for(item.id, item.kind, mark=self._mark) for item in held if item.verified is verified]
            subject_id = self._door.create([itself, *given], facts, verified=verified, now=now)
        self._subject_ids[subject.id] = subject_id
        return subject_id

    def _subject_id(self, label: str) -> str:
        return self._subject_ids.get(label) or self._create(Subject(id=label))

    def _record(self, event: ConsentEvent) -> None:
        fields = {name: value for name, value in event.to_mapping().items() if name not in _APART}
        if event.request is not None:
            fields["request"] = self._event_ids.get(event.request, event.request)
        kind = _kind_of_channel(event.channels[0] if event.channels else None, self._policy)
        report = Report(
            fields=fields,
            subject=None if event.subject is None else self._subject_id(event.subject),
            identifiers=tuple(self._given(name, kind) for name in self._with_defaults(event)),
            to=None if event.to is None else self._given(event.to, kind),
            other=None if event.other is None else self._subject_id(event.other),
            at=event.at,
            idempotency_key=event.idempotency_key,
        )
        controller = event.controllers[0] if event.controllers else ""
        recorded = self._door.record(report, controller=controller, now=event.recorded_at)
        if recorded is Refusal.NO_SUCH_TEXT:
            # A text that nobody has is to the rule book what a text that nobody kept is.
            report = replace(report, fields={**fields, "notice": NO_TEXT})
            recorded = self._door.record(report, controller=controller, now=event.recorded_at)
        if isinstance(recorded, str):
            self._event_ids[event.id] = recorded

    def _asked(self, question: Question) -> Asked:
        kind = _kind_of_channel(question.channel, self._policy)
        name = question.identifier or self._case.history.default_contact_point(question.subject, kind)
        if name is None and kind is not None:
            name = NOBODY  # the rule book knows no other contact point than the first one declared
        return Asked(
            question=replace(question, subject=None, identifier=None),
            subject=None if question.subject is None else self._subject_ids.get(question.subject, question.subject),
            identifier=None if name is None else self._given(name, kind),
        )

    def _given(self, name: str, kind: IdentifierKind | None) -> GivenIdentifier:
        known = self._case.history.identifiers.get(name)
        return given_for(name, known.kind if known else kind or IdentifierKind.EMAIL, mark=self._mark)

    def _with_defaults(self, event: ConsentEvent) -> tuple[str, ...]:
        """Return the contact points of an event, the first one declared in place of each that it leaves out.

        One that none of its channels uses is left out: it names nothing.
        """
        names, history = event.identifiers, self._case.history
        known = history.identifiers
        kinds: list[IdentifierKind | None] = []
        if event.kind in NAMES_CONTACT_POINTS:
            kinds = [_kind_of_channel(channel, self._policy) for channel in event.channels]
            names = tuple(name for name in names if name not in known or known[name].kind in kinds)
        elif event.kind is EventKind.SALE and not names:
            kinds = [IdentifierKind.EMAIL]
        for kind in kinds:
            if not any(name not in known or known[name].kind is kind for name in names):
                default = history.default_contact_point(event.subject, kind)
                names = names if default is None else (*names, default)
        return names


def given_for(name: str, kind: IdentifierKind, *, mark: str = "") -> GivenIdentifier:
    """Return an identifier of a kind for a label: the same each time, another for each label and mark."""
    name = mark + name
    number = int.from_bytes(name.encode(), "big") % 10**7
    values = {
        IdentifierKind.EMAIL: ("email", f"{name}@example.org"),
        IdentifierKind.PHONE: ("phone", f"+4930{number:07d}"),
        IdentifierKind.FAX: ("fax", f"+4930{number:07d}"),
        IdentifierKind.POSTAL: ("postal", f"{name}, 10115 Berlin"),
        IdentifierKind.SOCIAL: ("social:case", name),
        IdentifierKind.DEVICE: ("device", name),
    }
    return GivenIdentifier(*values[kind])


def with_parameters(policy_text: str, parameters: Mapping[str, Any]) -> str:
    """Return the text of a policy with single parameters replaced."""
    if not parameters:
        return policy_text
    document = load_yaml(policy_text)
    if isinstance(document, dict) and isinstance(document.get("parameters"), dict):
        document["parameters"] |= parameters
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True)


def beginning(case: Case) -> datetime:
    """Return an instant before everything in a case: what is declared holds from the start."""
    moments = [event.at for event in case.events]
    moments += [
        moment for ask in case.asks for question in ask.questions for moment in (question.as_of, question.as_known)
    ]
    return min(moments, default=_FIRST_DAY) - timedelta(days=1)


def _kind_of_channel(channel: str | None, policy: Policy) -> IdentifierKind | None:
    known = policy.channels.get(channel or "")
    return None if known is None else known.identifier


def _labelled(answer: Plain, labels: Mapping[str, str]) -> Plain:
    carried_by = answer["carried_by"]
    return {**answer, "carried_by": labels.get(str(carried_by), carried_by)}

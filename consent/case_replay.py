"""Replaying decision cases through the services: every event is recorded, every question asked, on a database.

A case tells its history by labels; here each label gets a real record, a real identifier, a real event.
Whatever the services refuse is by the rule book without effect, so the answers have to be the same.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import yaml

from audit.ground import Ground
from consent.asking import Asked
from consent.case_reader import Case
from consent.cases import Failure, answer_of, differences, questions_of
from consent.check import CheckService
from consent.decision import all_of
from consent.decision_log import DecisionLog
from consent.defaults import NAMES_CONTACT_POINTS
from consent.errors import (
    AlreadyMerged,
    IdempotencyConflict,
    NotMerged,
    UnknownIdentifier,
    UnknownName,
    UnknownNotice,
    UnknownRequest,
)
from consent.event import ConsentEvent
from consent.identifiers import GivenIdentifier
from consent.model import Decision, Identifier, Subject
from consent.notices import NO_TEXT
from consent.policies import PolicyService
from consent.policy_model import Policy
from consent.question import Question
from consent.registry import SubjectFacts
from consent.report import Report
from consent.report_reading import RESERVED
from consent.service import ConsentService
from consent.strict_yaml import load_yaml
from consent.subjects import SubjectService
from consent.vocabulary import EventKind, IdentifierKind

ACTOR: Final = "case"
OUTSIDE_ID: Final = "crm:case"
_WITHOUT_EFFECT: Final = (
    UnknownName,
    UnknownRequest,
    UnknownIdentifier,
    AlreadyMerged,
    NotMerged,
    IdempotencyConflict,
)


class CaseReplay:
    """Replays one case in a controller group of its own. `set_clock` sets the clock of `ground`."""

    def __init__(self, ground: Ground, set_clock: Callable[[datetime], None]) -> None:
        self._set_clock = set_clock
        self._policies = PolicyService(ground)
        self._subjects = SubjectService(ground, self._policies)
        self._consents = ConsentService(ground, self._policies, erasures=None, asks=False)
        self._checks = CheckService(ground, self._policies, DecisionLog(ground))
        self._subject_ids: dict[str, str] = {}
        self._event_ids: dict[str, str] = {}

    def run(self, case: Case, policy_text: str) -> list[Failure]:
        """Replay a case under a policy and return the expectations that are not met."""
        answered = self.answer(case, policy_text)
        policy = self._policies.current().policy
        failures = []
        for place, (ask, parts) in enumerate(zip(case.asks, answered, strict=True)):
            whole = all_of(parts, policy) if ask.is_list else parts[0]
            compared = [(ask.expectation, whole), *(zip(ask.parts, parts, strict=True) if ask.is_list else ())]
            failures += [
                Failure(case.id, place, what, expected, got)
                for expectation, answer in compared
                if expectation is not None
                for what, expected, got in differences(expectation, answer_of(answer))
            ]
        return failures

    def answer(self, case: Case, policy_text: str) -> list[tuple[Decision, ...]]:
        """Replay a case and return, for each ask, the answers to its questions; all are put in one call."""
        self._set_clock(_beginning(case))
        policy = self._policies.apply(with_parameters(policy_text, case.parameters), actor=ACTOR).policy
        holders = {item.holder: Subject(id=item.holder) for item in case.identifiers if item.holder is not None}
        for subject in ({**holders, **{subject.id: subject for subject in case.subjects}}).values():
            self._create(subject, [identifier for identifier in case.identifiers if identifier.holder == subject.id])
        for event in case.events:
            self._record(event, case, policy)
        asked = [questions_of(ask, case, policy) for ask in case.asks]
        put = [self._asked(question, case, policy) for questions in asked for question in questions]
        labels = {event_id: label for label, event_id in self._event_ids.items()}
        answers = iter(self._checks.check_many(put, asker=ACTOR))
        return [tuple(_labelled(next(answers).decision, labels) for _ in questions) for questions in asked]

    def _create(self, subject: Subject, held: Sequence[Identifier] = ()) -> str:
        facts = SubjectFacts(
            country=subject.country,
            region=subject.region,
            kind=subject.kind,
            birth_date=subject.birth_date,
            time_zone=subject.time_zone,
        )
        itself = GivenIdentifier(OUTSIDE_ID, subject.id)
        for verified_how in (ACTOR, None):
            given = [given_for(item.id, item.kind) for item in held if item.verified is (verified_how is not None)]
            found = self._subjects.create_or_find([itself, *given], facts, actor=ACTOR, verified_how=verified_how)
        self._subject_ids[subject.id] = found.subject_id
        return found.subject_id

    def _subject_id(self, label: str) -> str:
        return self._subject_ids.get(label) or self._create(Subject(id=label))

    def _record(self, event: ConsentEvent, case: Case, policy: Policy) -> None:
        self._set_clock(event.recorded_at)
        fields = {name: value for name, value in event.to_mapping().items() if name not in RESERVED}
        if event.request is not None:
            fields["request"] = self._event_ids.get(event.request, event.request)
        kind = _kind_of_channel(event.channels[0] if event.channels else None, policy)
        names = _with_defaults(event, case, policy)
        report = Report(
            fields=fields,
            subject=None if event.subject is None else self._subject_id(event.subject),
            identifiers=tuple(self._given(name, case, kind) for name in names),
            to=None if event.to is None else self._given(event.to, case, kind),
            other=None if event.other is None else self._subject_id(event.other),
            at=event.at,
            idempotency_key=event.idempotency_key,
        )
        controller = event.controllers[0] if event.controllers else ""
        try:
            try:
                recorded = self._consents.record(report, controller=controller, actor=ACTOR)
            except UnknownNotice:
                # A text that nobody has is to the rule book what a text that nobody kept is.
                report = replace(report, fields={**fields, "notice": NO_TEXT})
                recorded = self._consents.record(report, controller=controller, actor=ACTOR)
        except _WITHOUT_EFFECT:
            return
        self._event_ids[event.id] = recorded.event_id

    def _asked(self, question: Question, case: Case, policy: Policy) -> Asked:
        kind = _kind_of_channel(question.channel, policy)
        name = question.identifier or case.history.default_contact_point(question.subject, kind)
        if name is None and kind is not None:
            name = "nobody"  # the rule book knows no other contact point than the first one declared
        return Asked(
            question=replace(question, subject=None, identifier=None),
            subject=None if question.subject is None else self._subject_ids.get(question.subject, question.subject),
            identifier=None if name is None else self._given(name, case, kind),
        )

    def _given(self, name: str, case: Case, kind: IdentifierKind | None) -> GivenIdentifier:
        known = case.history.identifiers.get(name)
        return given_for(name, known.kind if known else kind or IdentifierKind.EMAIL)


def given_for(name: str, kind: IdentifierKind) -> GivenIdentifier:
    """Return an identifier of a kind for a label: the same each time, another for each label."""
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


def _beginning(case: Case) -> datetime:
    """Return an instant before everything in a case: what is declared holds from the start."""
    moments = [event.at for event in case.events]
    moments += [
        moment for ask in case.asks for question in ask.questions for moment in (question.as_of, question.as_known)
    ]
    return min(moments) - timedelta(days=1)


def _kind_of_channel(channel: str | None, policy: Policy) -> IdentifierKind | None:
    known = policy.channels.get(channel or "")
    return None if known is None else known.identifier


def _with_defaults(event: ConsentEvent, case: Case, policy: Policy) -> tuple[str, ...]:
    """Return the contact points of an event, the first one declared in place of each that it leaves out."""
    names = event.identifiers
    channels = event.channels if event.kind in NAMES_CONTACT_POINTS else ()
    kinds = [_kind_of_channel(channel, policy) for channel in channels]
    if event.kind is EventKind.SALE and not names:
        kinds = [IdentifierKind.EMAIL]
    for kind in kinds:
        known = case.history.identifiers
        if not any(name not in known or known[name].kind is kind for name in names):
            default = case.history.default_contact_point(event.subject, kind)
            names = names if default is None else (*names, default)
    return names


def _labelled(decision: Decision, labels: Mapping[str, str]) -> Decision:
    carried_by = decision.carried_by and labels.get(decision.carried_by, decision.carried_by)
    return replace(decision, carried_by=carried_by)

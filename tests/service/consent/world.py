"""The services of consent over one database, with a policy in force and words for what tests do most."""

from datetime import datetime
from typing import Any

from sqlalchemy import Table, func, select

from audit.ground import Ground
from audit.outbox import Outbox
from audit.tables import event_table as entry_table
from audit.tables import opening_table
from consent.asking import Asked
from consent.case_door import ACTOR
from consent.check import Answer, CheckService
from consent.confirming import ConfirmationService
from consent.decision_log import DecisionLog
from consent.erasure import ConsentEraser
from consent.identifier_service import IdentifierService
from consent.identifiers import GivenIdentifier
from consent.outbox import KIND, TemplateLetter
from consent.overview import OverviewService
from consent.policies import PolicyService
from consent.question import Question
from consent.registry import SubjectFacts
from consent.report import Capture, Recorded, Report
from consent.service import ConsentService
from consent.subjects import SubjectService
from consent.tables import event_table, evidence_table, identifier_table, permission_table, subject_table
from consent.withdrawing import WithdrawalLinkService
from tests.fakes import FakeClock
from tests.paths import ROOT

POLICY = (ROOT / "examples" / "policy.yaml").read_text("utf-8")
CONTROLLER = "nordlicht"
MAIL = GivenIdentifier("email", "kundin@example.org")
CAPTURE = Capture(source="https://nordlicht.example/form", ip="192.0.2.0", user_agent="Browser 1.0")
WRITTEN: tuple[Table, ...] = (
    subject_table,
    identifier_table,
    event_table,
    permission_table,
    evidence_table,
    entry_table,
    opening_table,
)
"""Where a report leaves its rows."""


class World:
    """Everything a test of consent needs, over one ground."""

    def __init__(self, ground: Ground, clock: FakeClock) -> None:
        self.ground = ground
        self.clock = clock
        self.policies = PolicyService(ground)
        self.policies.apply(POLICY, actor=ACTOR)
        self.subjects = SubjectService(ground, self.policies)
        self.identifiers = IdentifierService(ground, self.policies)
        self.consents = ConsentService(ground, self.policies, erasures=None)
        self.confirmations = ConfirmationService(ground, self.policies)
        self.links = WithdrawalLinkService(ground, self.policies)
        self.log = DecisionLog(ground)
        self.checks = CheckService(ground, self.policies, self.log)
        self.overview = OverviewService(ground, self.policies)
        self.eraser = ConsentEraser(ground, self.policies)

    def person(self, *identifiers: GivenIdentifier, verified: bool = True, country: str | None = "DE") -> str:
        how = "test" if verified else None
        facts = SubjectFacts(country=country, language="de")
        found = self.subjects.create_or_find(identifiers or (MAIL,), facts, actor=ACTOR, verified_how=how)
        return found.subject_id

    def record(self, event: str, subject: Any = None, /, **options: Any) -> Recorded:
        """Record an event: options that `Report` has go there, the rest are fields of the rule book."""
        apart = {name: options.pop(name) for name in Report.__dataclass_fields__ if name in options}
        report = Report(fields={"event": event, **options}, subject=subject, **apart)
        return self.consents.record(report, controller=CONTROLLER, actor=ACTOR)

    def grant(self, subject: Any, **options: Any) -> Recorded:
        return self.record("grant", subject, **{"purpose": "newsletter", "channel": "email", **options})

    def sign_up(self, subject: Any = MAIL, **options: Any) -> Recorded:
        fields = {"purpose": "newsletter", "channel": "email", "capture": CAPTURE}
        return self.record("grant_requested", subject, **{**fields, **options})

    def asked(self, subject: Any = MAIL, *, at: datetime | None = None, **fields: Any) -> Asked:
        now = at or self.clock()
        known = {"controller": CONTROLLER, "purpose": "newsletter", "channel": "email", "as_of": now, "as_known": now}
        identifier = fields.pop("identifier", None)
        return Asked(question=Question(**{**known, **fields}), subject=subject, identifier=identifier)

    def check(self, subject: Any = MAIL, **fields: Any) -> Answer:
        return self.checks.check(self.asked(subject, **fields), asker=ACTOR)

    def reason(self, subject: Any = MAIL, **fields: Any) -> str | None:
        """Ask and return the reason of the denial, or None for an allowance."""
        return self.check(subject, **fields).decision.reason

    def letters(self) -> list[TemplateLetter]:
        """Take out every letter that waits."""
        ground = self.ground
        outbox = Outbox(ground.group_id, ground.subject_keys, ground.secrets)
        with ground.unit_of_work() as uow:
            taken = outbox.take_due(uow.connection, [KIND], now=self.clock(), limit=100)
            for letter in taken:
                outbox.mark_sent(uow.connection, letter.id, now=self.clock())
            uow.commit(nothing_to_record="test")
        return [TemplateLetter.parse(letter.body) for letter in taken]

    def token(self) -> str:
        """Return the token in the one letter that waits."""
        (letter,) = self.letters()
        return letter.values["token"]

    def count(self, table: Table) -> int:
        with self.ground.reading() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0

    def rows(self, table: Table) -> list[Any]:
        """Return every row, in the order written where the table numbers its rows, else by primary key."""
        order = [table.c.n] if "n" in table.c else list(table.primary_key.columns)
        with self.ground.reading() as session:
            return list(session.execute(select(table).order_by(*order)))

    def erase(self, subject_id: str) -> dict[str, int]:
        """Carry out the part of consent in an erasure, and destroy the keys."""
        self.close(subject_id)
        with self.ground.unit_of_work() as uow:
            counts = dict(self.eraser.remove(uow, subject_id))
            self.ground.subject_keys.destroy(uow.connection, subject_id)
            uow.commit(nothing_to_record="test")
        return counts

    def close(self, subject_id: str) -> None:
        with self.ground.unit_of_work() as uow:
            self.eraser.close(uow, subject_id)
            uow.commit(nothing_to_record="test")

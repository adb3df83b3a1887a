"""A small company that listens on X and Facebook: services over a fresh database, with a detector of known words."""

from dataclasses import dataclass

import pytest

from audit.ground import Ground
from consent.check import CheckService
from consent.decision_log import DecisionLog
from consent.identifiers import GivenIdentifier
from consent.policies import PolicyService
from consent.report import Report
from consent.service import ConsentService
from consent.subjects import SubjectService
from pii.intake import Delivery, IntakeService
from pii.intake_report import IntakeReport
from pii.post import Post
from pii.post_store import PostStore
from pii.release import ReleaseService
from pii.spans import SpanKind
from tests.fakes import FakeClock
from tests.fakes_pii import FakeDetector
from tests.paths import ROOT

OWN_ACCOUNTS = frozenset({"1500000000000000001", "104857600112233", "109000000000000001"})
CONTROLLER = "nordlicht"
ACTOR = "client:test"
POLICY = (ROOT / "examples" / "policy.yaml").read_text("utf-8")
WORDS = {
    "0171 39200 11": SpanKind.PHONE,
    "quitta@example.org": SpanKind.EMAIL,
    "Korbinian Zwetschgenreiter": SpanKind.PERSON,
    "Gurkental": SpanKind.LOCATION,
}


@dataclass(frozen=True)
class House:
    """The services of one house, as the wiring would make them."""

    ground: Ground
    clock: FakeClock
    policies: PolicyService
    detector: FakeDetector
    subjects: SubjectService
    consents: ConsentService
    intake: IntakeService
    releases: ReleaseService

    def take(self, platform: str, body: bytes, *, controller: str = CONTROLLER) -> IntakeReport:
        return self.intake.take_in(platform, body, Delivery(controller=controller, actor=ACTOR))

    def posts(self) -> list[Post]:
        with self.ground.reading() as session:
            store = PostStore(session, self.ground.group_id)
            return store.list_some(store.list_ids())

    def only_post(self) -> Post:
        (post,) = self.posts()
        return post

    def subject(self, network: str, account: str) -> str | None:
        holders = self.subjects.resolve(GivenIdentifier(f"social:{network}", account))
        return holders[0] if holders else None

    def say(self, subject_id: str, event: str) -> None:
        """Record that a person grants or withdraws passing posts on."""
        fields = {"event": event, "purpose": "customer_voice", "channel": "data_use"}
        if event == "grant":
            fields |= {"notice": "welcome@1", "proof": "confirmed"}
        report = Report(fields=fields, subject=subject_id)
        self.consents.record(report, controller=CONTROLLER, actor=ACTOR)

    def clock_forward(self) -> None:
        self.clock.move(minutes=1)

    def without_recipients(self) -> None:
        """Apply the policy anew, without any recipient."""
        lines = [
            line
            for line in POLICY.splitlines()
            if not line.startswith(("recipients:", "  service_crm:", "  sales_crm:"))
        ]
        self.policies.apply("\n".join(lines), actor=ACTOR)

    def send(self, recipient: str, *, limit: int = 100) -> None:
        """Offer and deliver."""
        self.releases.offer(recipient, limit=limit, actor=ACTOR)
        self.releases.deliver(recipient, limit=limit, actor=ACTOR)


def make_house(ground: Ground, clock: FakeClock, detector: FakeDetector | None) -> House:
    policies = PolicyService(ground)
    policies.apply(POLICY, actor=ACTOR)
    subjects = SubjectService(ground, policies)
    check = CheckService(ground, policies, DecisionLog(ground))
    return House(
        ground,
        clock,
        policies,
        detector or FakeDetector({}),
        subjects,
        ConsentService(ground, policies, erasures=None),
        IntakeService(ground, subjects, detector, lambda _platform: OWN_ACCOUNTS),
        ReleaseService(ground, check, policies),
    )


@pytest.fixture
def house(ground: Ground, clock: FakeClock) -> House:
    return make_house(ground, clock, FakeDetector(WORDS, poison="☠"))


@pytest.fixture
def house_without_detector(ground: Ground, clock: FakeClock) -> House:
    return make_house(ground, clock, None)

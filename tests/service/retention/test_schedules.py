"""A schedule is applied only if it is sound and speaks of the same purposes as the policy."""

import pytest

from audit.ground import Ground
from consent.policies import PolicyService
from retention.errors import NoSchedule, PolicyMismatch, ScheduleDefect
from retention.schedules import ScheduleService
from tests.paths import ROOT

POLICY = (ROOT / "examples" / "policy.yaml").read_text("utf-8")
SCHEDULE = (ROOT / "examples" / "schedule.yaml").read_text("utf-8")


@pytest.fixture
def schedules(ground: Ground) -> ScheduleService:
    policies = PolicyService(ground)
    policies.apply(POLICY, actor="operator")
    return ScheduleService(ground, policies)


def test_the_examples_share_one_vocabulary(schedules: ScheduleService) -> None:
    assert schedules.apply(SCHEDULE, actor="operator").version == 1
    assert schedules.current().schedule.controller == "Nordlicht Hausgeräte GmbH"


def test_applying_the_same_text_again_makes_no_version(schedules: ScheduleService) -> None:
    schedules.apply(SCHEDULE, actor="operator")
    assert schedules.apply(SCHEDULE, actor="operator").version == 1
    assert schedules.apply(SCHEDULE + "\n# reviewed\n", actor="operator").version == 2
    assert schedules.current().version == 2


def test_without_a_schedule_there_is_an_error_and_not_an_empty_one(schedules: ScheduleService) -> None:
    with pytest.raises(NoSchedule):
        schedules.current()


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        pytest.param("email_tracking: C-90d", "community: C-90d", "categories", id="a purpose without a limit"),
        pytest.param("opt_in_check: C-14d", "opt_in_check: P-0d", "doi_unconfirmed", id="sign-ups without an end"),
        pytest.param("period: 14d", "period: 7d", "doi_unconfirmed", id="links that live longer than sign-ups"),
    ],
)
def test_a_schedule_that_does_not_fit_the_policy_is_refused(
    schedules: ScheduleService, old: str, new: str, place: str
) -> None:
    assert old in SCHEDULE
    with pytest.raises(PolicyMismatch, match=place):
        schedules.apply(SCHEDULE.replace(old, new), actor="operator")
    with pytest.raises(NoSchedule):
        schedules.current()


def test_a_category_without_a_limit_is_refused(schedules: ScheduleService) -> None:
    with pytest.raises(ScheduleDefect):
        schedules.apply(SCHEDULE.replace("limits: {email_tracking: C-90d}", "limits: {}"), actor="operator")

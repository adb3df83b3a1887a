"""What is asked of a person is what the text covers: nothing else is mailed, shown or opened by a click."""

from typing import Any

import pytest

from audit.tables import outbox_table
from consent.case_door import ACTOR
from consent.errors import NoticeCoversNothing
from consent.report import Report
from consent.service import ConsentService
from consent.tables import confirmation_table
from tests.service.consent.world import CAPTURE, CONTROLLER, MAIL, WRITTEN, World

TRACKING = {"purpose": "email_tracking", "channel": "tracking_pixel"}
UNCOVERED = [
    pytest.param({**TRACKING, "notice": "welcome@1"}, id="neither purpose nor channel"),
    pytest.param({"purpose": "email_tracking", "notice": "welcome@1"}, id="not the purpose"),
    pytest.param({"channel": ["tracking_pixel"], "notice": "welcome@1"}, id="not the channel"),
    pytest.param({"channel": "tracking_pixel"}, id="nor does the text that counts where none is named"),
]


@pytest.mark.parametrize("fields", UNCOVERED)
@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
def test_a_request_whose_text_covers_nothing_is_refused_and_nobody_is_mailed(
    world: World, fields: dict[str, Any], known: bool
) -> None:
    if known:
        world.person()
    tables = (*WRITTEN, confirmation_table, outbox_table)
    before = [world.rows(table) for table in tables]
    with pytest.raises(NoticeCoversNothing, match=r"^notice: "):
        world.sign_up(**fields)
    assert [world.rows(table) for table in tables] == before


def test_of_a_request_that_the_text_covers_in_part_only_that_part_is_asked_for_and_opened(world: World) -> None:
    signed_up = world.sign_up(
        purpose=["email_tracking", "newsletter"], channel=["email", "tracking_pixel"], notice="welcome@1"
    )
    assert signed_up.confirmation_sent is True
    (letter,) = world.letters()
    assert letter.values["purposes"] == "newsletter"
    token = letter.values["token"]
    assert world.confirmations.peek_confirmation(token).purposes == ("newsletter",)
    world.clock.move(minutes=1)
    world.confirmations.confirm(token, capture=CAPTURE)
    assert world.reason() is None
    assert world.reason(**TRACKING) == "scope.purpose"
    assert world.reason(channel="tracking_pixel") == "scope.channel"


def test_a_request_whose_text_was_not_kept_is_recorded_and_nobody_is_mailed(world: World) -> None:
    signed_up = world.sign_up(notice="none")
    assert (signed_up.state, signed_up.confirmation_sent) == ("pending", False)
    assert (world.count(confirmation_table), world.count(outbox_table)) == (0, 0)


def test_a_complete_declaration_under_a_text_that_covers_nothing_is_recorded_and_permits_nothing(world: World) -> None:
    assert world.grant(world.person(), **TRACKING, notice="welcome@1").state == "invalid"
    assert world.reason(**TRACKING) == "scope.purpose"


@pytest.mark.parametrize("fields", UNCOVERED)
def test_a_replay_asks_nobody_and_takes_what_nobody_could_confirm(world: World, fields: dict[str, Any]) -> None:
    replay = ConsentService(world.ground, world.policies, erasures=None, asks=False)
    report = Report(
        fields={"event": "grant_requested", "purpose": "newsletter", "channel": "email", **fields}, subject=MAIL
    )
    recorded = replay.record(report, controller=CONTROLLER, actor=ACTOR)
    assert (recorded.state, recorded.confirmation_sent, world.letters()) == ("pending", False, [])

"""What the command line says of each file that it takes in or shows."""

from pathlib import Path

import pytest

from api.commands.intake import Done, Job, work_off
from audit.ground import Ground
from pii.intake import Delivery
from tests.fakes import FakeClock
from tests.fakes_pii import FakeDetector
from tests.service.pii.conftest import ACTOR, CONTROLLER, House, make_house
from tests.service.pii.payloads import x_page, x_post

POISON = "☠"
SHOW = Job("x", None, None)


@pytest.fixture
def house(ground: Ground, clock: FakeClock) -> House:
    return make_house(ground, clock, FakeDetector({}, poison=POISON))


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A file with two posts, of which the detector breaks over one."""
    file = tmp_path / "page.json"
    file.write_bytes(x_page(x_post(1, "gut"), x_post(2, POISON)))
    return file


def test_what_cannot_be_examined_is_shown_without_text_and_said_aloud(house: House, page: Path) -> None:
    done = work_off(house.intake, SHOW, page)
    assert done.problem == "items that could not be examined: 1"
    assert [POISON in line for line in done.lines] == [False, False]
    assert ['"status": "waiting"' in line for line in done.lines] == [False, True]


def test_what_is_taken_in_may_wait_for_the_detector(house: House, page: Path) -> None:
    done = work_off(house.intake, Job("x", Delivery(controller=CONTROLLER, actor=ACTOR), None), page)
    assert done.problem is None
    assert done.report is not None
    assert done.report.accepted == 2


def test_a_file_of_another_platform_is_named_with_its_rule(house: House, page: Path) -> None:
    assert work_off(house.intake, Job("facebook", None, None), page) == Done(
        "page.json", refused="not a payload of Facebook"
    )

"""The rule book's cases get the same answers from the services, on a database, as from the pure function."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from audit.ground import Ground
from audit.installation_secrets import BASIC_SECRETS
from audit.key_ring import KeyRing
from consent.case_replay import CaseReplay
from consent.cases import Failure, read_cases
from tests.fakes import FakeClock
from tests.paths import SHARED

FOLDER = SHARED / "cases" / "decisions"
CASES = read_cases((FOLDER / "decisions.yaml").read_text("utf-8"))
AT_ONCE = 17
POLICY = (FOLDER / "policy.yaml").read_text("utf-8")


def group_of(engine: Engine, key_ring: KeyRing, clock: FakeClock, name: str) -> Ground:
    """Lay the ground for one controller group of its own in a shared database."""
    ground = Ground.lay(engine, group_id=name, key_ring=key_ring, clock=clock)
    with ground.unit_of_work() as uow:
        ground.secrets.create_missing(uow.connection, BASIC_SECRETS, now=clock())
        uow.commit(nothing_to_record="test set-up")
    return ground


def set_to(clock: FakeClock) -> Callable[..., None]:
    def set_clock(now: object) -> None:
        clock.now = now  # type: ignore[assignment]

    return set_clock


@pytest.mark.parametrize("start", range(0, len(CASES), AT_ONCE), ids=lambda start: CASES[start].id + " and on")
def test_every_case_is_answered_as_written_and_groups_do_not_see_each_other(
    engine: Engine, key_ring: KeyRing, clock: FakeClock, start: int
) -> None:
    # These cases share one database and the same addresses; only the group tells them apart.
    failures: list[Failure] = []
    for case in CASES[start : start + AT_ONCE]:
        ground = group_of(engine, key_ring, clock, case.id)
        failures += CaseReplay(ground, set_to(clock)).run(case, POLICY)
    assert [str(failure) for failure in failures] == []


def test_there_are_as_many_cases_as_the_rule_book_has() -> None:
    assert len(CASES) >= 100

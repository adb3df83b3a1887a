"""The cases of the rule book, every step of them over HTTP, get the answers that are written there."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine

from api.bootstrap import Services, assemble
from api.case_http import HttpDoor
from api.case_installation import served
from api.case_results import Skipped
from api.case_runs import run_at
from api.clock import RequestClock
from api.settings import Settings
from audit.ground import Ground
from audit.installation_secrets import BASIC_SECRETS
from audit.key_ring import KeyRing
from consent.case_reader import Case, read_cases
from consent.case_replay import Replay, with_parameters
from tests.paths import SHARED

FOLDER = SHARED / "cases" / "decisions"
CASES = read_cases((FOLDER / "decisions.yaml").read_text("utf-8"))
POLICY = (FOLDER / "policy.yaml").read_text("utf-8")
BEFORE_ALL = datetime(2010, 1, 1, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(var=tmp_path, test_clock=True)


def test_every_case_is_answered_as_written_over_http(engine: Engine, key_ring: KeyRing, settings: Settings) -> None:
    # Most cases share an installation, each with people and addresses of its own; the rest have one each.
    with group(engine, key_ring, settings, "shared") as services:
        services.policies.apply(POLICY, actor="test")
        with served(services) as client:
            results = dict(run_at(CASES, POLICY, url=str(client.base_url), key=key_of(client)))
    alone = [case for case in CASES if isinstance(results[case.id], Skipped)]
    assert 0 < len(alone) < len(CASES) / 5
    results |= {case.id: played(case, engine, key_ring, settings) for case in alone}
    assert {name: failures for name, failures in results.items() if failures} == {}


def played(case: Case, engine: Engine, key_ring: KeyRing, settings: Settings) -> list[object]:
    with group(engine, key_ring, settings, case.id) as services:
        policy = services.policies.apply(with_parameters(POLICY, case.parameters), actor="test").policy
        with served(services) as client:
            return [*Replay(case, policy, HttpDoor(client)).run()]


@contextmanager
def group(engine: Engine, key_ring: KeyRing, settings: Settings, name: str) -> Iterator[Services]:
    """A controller group of its own."""
    ground = Ground.lay(engine, group_id=name, key_ring=key_ring, clock=RequestClock(lambda: BEFORE_ALL))
    with ground.unit_of_work() as uow:
        ground.secrets.create_missing(uow.connection, BASIC_SECRETS, now=BEFORE_ALL)
        uow.commit(nothing_to_record="test set-up")
    services = assemble(settings, ground)
    try:
        yield services
    finally:
        services.close()


def key_of(client: httpx.Client) -> str:
    return client.headers["Authorization"].removeprefix("Bearer ")

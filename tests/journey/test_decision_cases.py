"""The cases of the rule book, every step of them over HTTP, get the answers that are written there."""

from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine

from api.case_http import HttpDoor
from api.case_installation import group_for_replay, served
from api.case_results import Skipped
from api.case_runs import run_at
from api.settings import Settings
from audit.key_ring import KeyRing
from consent.case_reader import Case, read_cases
from consent.case_replay import Replay, with_parameters
from tests.paths import SHARED

FOLDER = SHARED / "cases" / "decisions"
CASES = read_cases((FOLDER / "decisions.yaml").read_text("utf-8"))
POLICY = (FOLDER / "policy.yaml").read_text("utf-8")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(var=tmp_path, test_clock=True)


def test_every_case_is_answered_as_written_over_http(engine: Engine, key_ring: KeyRing, settings: Settings) -> None:
    # Most cases share an installation, each with people and addresses of its own; the rest have one each.
    with group_for_replay(engine, key_ring, replace(settings, group="shared")) as services:
        services.policies.apply(POLICY, actor="test")
        with served(services) as client:
            results = dict(run_at(CASES, POLICY, url=str(client.base_url), key=key_of(client)))
    alone = [case for case in CASES if isinstance(results[case.id], Skipped)]
    assert 0 < len(alone) < len(CASES) / 5
    results |= {case.id: played(case, engine, key_ring, settings) for case in alone}
    assert {name: failures for name, failures in results.items() if failures} == {}


def played(case: Case, engine: Engine, key_ring: KeyRing, settings: Settings) -> list[object]:
    with group_for_replay(engine, key_ring, replace(settings, group=case.id)) as services:
        policy = services.policies.apply(with_parameters(POLICY, case.parameters), actor="test").policy
        with served(services) as client:
            return [*Replay(case, policy, HttpDoor(client)).run()]


def key_of(client: httpx.Client) -> str:
    return client.headers["Authorization"].removeprefix("Bearer ")

"""A write that a CRM sends twice happens once."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.bootstrap import Services
from api.scopes import Scope
from tests.fakes import FakeClock
from tests.journey import probe
from tests.journey.conftest import SignIn

GOOD = {"subject": {"value": "x"}}
OTHER = {"subject": {"value": "y"}}


@pytest.fixture
def app(services: Services) -> Flask:
    return probe.app_with_probes(services)


@pytest.fixture
def key(sign_in: SignIn) -> dict[str, str]:
    return {**sign_in(Scope.CONSENTS_WRITE), "Idempotency-Key": "order-17"}


def write(client: FlaskClient, headers: dict[str, str], body: dict[str, Any]) -> Any:
    return client.post("/probe/writes", json=body, headers=headers)


def test_the_same_key_and_body_give_the_same_answer(client: FlaskClient, key: dict[str, str]) -> None:
    first, second = write(client, key, GOOD), write(client, key, GOOD)
    assert first.status_code == second.status_code == 201
    assert first.get_data() == second.get_data()
    assert first.content_type == second.content_type
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]
    assert len(probe.calls) == 1


def test_without_a_key_everything_happens_twice(client: FlaskClient, key: dict[str, str]) -> None:
    headers = {"Authorization": key["Authorization"]}
    assert write(client, headers, GOOD).get_json()["reference"] is None
    write(client, headers, GOOD)
    assert len(probe.calls) == 2


def test_the_same_key_with_another_body_is_a_conflict(client: FlaskClient, key: dict[str, str]) -> None:
    write(client, key, GOOD)
    answer = write(client, key, OTHER)
    assert answer.status_code == 409
    assert answer.get_json(force=True)["type"] == "/problems/idempotency_key_used"
    assert len(probe.calls) == 1


def test_two_clients_may_use_the_same_key(client: FlaskClient, key: dict[str, str], sign_in: SignIn) -> None:
    write(client, key, GOOD)
    other = {**key, **sign_in(Scope.CONSENTS_WRITE)}
    assert write(client, other, OTHER).status_code == 201


def test_after_a_day_the_key_is_free(client: FlaskClient, key: dict[str, str], clock: FakeClock) -> None:
    write(client, key, GOOD)
    clock.move(hours=24)
    assert write(client, key, OTHER).status_code == 201


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param({"subject": {}}, 422, id="a body that was refused"),
        pytest.param({"subject": {"value": "erased"}}, 410, id="a change that was refused"),
    ],
)
def test_a_refusal_changed_nothing_and_frees_the_key(
    client: FlaskClient, key: dict[str, str], body: dict[str, Any], status: int
) -> None:
    assert write(client, key, body).status_code == status
    assert write(client, key, GOOD).status_code == 201


def test_a_key_that_is_not_allowed_to_write_claims_nothing(
    client: FlaskClient, key: dict[str, str], sign_in: SignIn
) -> None:
    assert write(client, {**key, **sign_in(Scope.CHECK)}, GOOD).status_code == 403
    assert write(client, key, GOOD).status_code == 201


@pytest.mark.parametrize("bad", [pytest.param("", id="empty"), pytest.param("x" * 256, id="too long")])
def test_a_malformed_key_is_refused(client: FlaskClient, key: dict[str, str], bad: str) -> None:
    assert write(client, {**key, "Idempotency-Key": bad}, GOOD).status_code == 400
    assert probe.calls == []

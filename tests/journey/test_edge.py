"""What surrounds every view: who may, what is refused, and what is said about it."""

import json
import logging
from collections.abc import Iterator
from io import StringIO

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import validate
from sqlalchemy import select

from api.bootstrap import Services
from api.logging import configure_logging
from api.scopes import Scope
from audit.tables import event_table
from tests.fakes import FakeClock
from tests.journey import probe
from tests.journey.conftest import SignIn
from tests.journey.problems import PROBLEM, problem

PERSON = probe.PERSON
GOOD = {"subject": {"value": "x"}}


@pytest.fixture
def app(services: Services) -> Flask:
    return probe.app_with_probes(services)


@pytest.fixture
def logged() -> Iterator[StringIO]:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    stream = StringIO()
    configure_logging(stream)
    yield stream
    root.handlers, root.level = before, level
    structlog.reset_defaults()


def test_without_a_key_nobody_gets_in(client: FlaskClient) -> None:
    answer = client.post("/probe/writes", json=GOOD)
    problem(answer, 401)
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="placet"'


def test_with_a_bad_key_nobody_gets_in(client: FlaskClient) -> None:
    answer = client.post("/probe/writes", json=GOOD, headers={"Authorization": "Bearer plc_x"})
    assert problem(answer, 401)["type"] == "/problems/key_refused"
    assert "invalid_token" in answer.headers["WWW-Authenticate"]


def test_a_key_opens_what_its_scopes_name(client: FlaskClient, sign_in: SignIn) -> None:
    problem(client.post("/probe/writes", json=GOOD, headers=sign_in(Scope.CHECK)), 403)
    assert client.post("/probe/writes", json=GOOD, headers=sign_in(Scope.CONSENTS_WRITE)).status_code == 201


def test_who_may_not_is_not_told_what_was_wrong_with_the_body(client: FlaskClient) -> None:
    problem(client.post("/probe/writes", data=b"\xff", content_type="text/plain"), 401)


def test_a_view_reads_through_the_session_of_the_edge(client: FlaskClient, sign_in: SignIn, services: Services) -> None:
    headers = sign_in(Scope.AUDIT_READ)
    answer = client.get("/probe/list?limit=7", headers=headers).get_json()
    assert answer == {"limit": 7, "count": 1, "client": services.clients.list_clients()[0].client_id}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        pytest.param("GET", f"/{PERSON}", 404, id="no such path"),
        pytest.param("GET", "/probe/act/a\x00b", 404, id="U+0000 in the path"),
        pytest.param("GET", "/probe/act/x", 405, id="no such method here"),
        pytest.param("BREW", "/healthz", 405, id="no such method at all"),
    ],
)
def test_refusals_of_http_are_problems_too(client: FlaskClient, method: str, path: str, status: int) -> None:
    answer = client.open(path, method=method)
    problem(answer, status)
    if status == 405:
        assert answer.headers["Allow"]


@pytest.mark.parametrize("kind", ["unmapped", "mistake"])
def test_an_inner_error_is_told_to_nobody(client: FlaskClient, logged: StringIO, kind: str) -> None:
    assert problem(client.get(f"/probe/fails/{kind}"), 500)["type"] == "/problems/internal"
    assert PERSON not in logged.getvalue()
    lines = [json.loads(line) for line in logged.getvalue().splitlines()]
    assert [line["event"] for line in lines] == ["request_failed", "request"]
    assert lines[0]["stack"]
    assert lines[0]["request_id"] == lines[1]["request_id"]


def test_a_database_that_is_away_is_not_an_inner_error(
    client: FlaskClient, services: Services, logged: StringIO
) -> None:
    answer = client.get("/probe/fails/database")
    if services.ground.engine.dialect.name == "sqlite":
        problem(answer, 503)
        assert int(answer.headers["Retry-After"]) > 0
    else:
        problem(answer, 500)
    assert "no_such_table" not in logged.getvalue()


@pytest.mark.parametrize("path", ["/healthz", "/nothing", "/probe/fails/mistake", "/openapi.json"])
def test_every_answer_has_an_id_and_the_headers_of_security(client: FlaskClient, path: str) -> None:
    first, second = client.get(path), client.get(path, headers={"X-Request-Id": PERSON})
    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]
    assert PERSON not in str(second.headers)
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    assert first.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert first.headers["Cache-Control"] == "no-store"
    assert first.headers["Referrer-Policy"] == "no-referrer"


def test_the_access_log_knows_the_route_and_not_the_path(
    client: FlaskClient, logged: StringIO, sign_in: SignIn
) -> None:
    client.post("/probe/act/secret-token?query=secret-query", environ_base={"REMOTE_ADDR": "192.0.2.77"})
    client.get("/probe/list", headers=sign_in(Scope.AUDIT_READ))
    lines = [json.loads(line) for line in logged.getvalue().splitlines()]
    lines = [line for line in lines if line["event"] == "request"]
    assert [(line["route"], line["status"]) for line in lines] == [("/probe/act/<person>", 422), ("/probe/list", 200)]
    assert lines[1]["client_id"]
    for secret in ("secret", "192.0.2.77", "plc_"):
        assert secret not in logged.getvalue()


def test_the_header_sets_the_clock_of_one_request(client: FlaskClient, clock: FakeClock) -> None:
    there = {"X-Placet-Now": "2020-02-02T02:02:02Z"}
    assert client.get("/probe/clock", headers=there).json == {"now": "2020-02-02T02:02:02+00:00"}
    assert client.get("/probe/clock").json == {"now": clock.now.isoformat()}
    problem(client.get("/probe/clock", headers={"X-Placet-Now": PERSON}), 400)


def test_nobody_elsewhere_sets_the_clock(client: FlaskClient, clock: FakeClock) -> None:
    answer = client.get(
        "/probe/clock",
        headers={"X-Placet-Now": "2020-02-02T02:02:02Z"},
        environ_base={"REMOTE_ADDR": "192.0.2.77"},
    )
    assert answer.json == {"now": clock.now.isoformat()}


def test_the_document_is_valid_and_says_who_may(client: FlaskClient) -> None:
    document = client.get("/openapi.json").get_json()
    validate(document)
    assert document["openapi"].startswith("3.1")
    writes = document["paths"]["/probe/writes"]["post"]
    assert writes["security"] == [{"key": ["consents:write"]}]
    assert {"401", "403", "422", "201"} <= set(writes["responses"])
    assert [parameter["name"] for parameter in writes["parameters"]] == ["Idempotency-Key"]
    assert document["components"]["responses"]["UNAUTHORIZED"]["content"].keys() == {PROBLEM}
    assert document["paths"]["/healthz"]["get"]["security"] == []


def test_the_type_of_a_problem_leads_to_its_description(client: FlaskClient) -> None:
    kind = problem(client.get("/nothing"), 404)["type"]
    assert client.get(kind).get_json()["status"] == 404
    problem(client.get("/problems/nothing-of-the-kind"), 404)


def test_an_installation_that_is_whole_is_ready(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "alive"}
    answer = client.get("/readyz")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert answer.get_json()["status"] == "ready"
    assert set(answer.get_json()["checks"]) >= {
        "database", "migrations", "secrets", "detector", "sequencer", "outbox"
    }  # fmt: skip


def test_an_installation_that_is_not_whole_is_not_ready(client: FlaskClient, services: Services) -> None:
    refusal = services.settings.var / "signer" / "refused"
    refusal.parent.mkdir(parents=True)
    refusal.touch()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json()["checks"]["sequencer"] == "log_changed"


def test_a_refused_key_leaves_one_entry_without_the_key(client: FlaskClient, services: Services) -> None:
    client.get("/probe/list", headers={"Authorization": f"Bearer {PERSON}"})
    with services.ground.engine.connect() as connection:
        leaves = list(connection.scalars(select(event_table.c.leaf).where(event_table.c.type == "client.refused")))
    assert len(leaves) == 1
    assert PERSON.encode() not in leaves[0]

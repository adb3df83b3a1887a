"""What surrounds every view: who may, what is read, what is refused, and what is said about it."""

import json
import logging
from collections.abc import Iterator
from io import BytesIO, StringIO
from typing import Any

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import validate
from sqlalchemy import select

from api.app import create_app
from api.bodies import LARGE, SMALL
from api.bootstrap import Services
from api.logging import configure_logging
from api.scopes import Scope
from audit.tables import event_table
from tests.fakes import FakeClock
from tests.journey import probe
from tests.journey.conftest import SignIn

PERSON = probe.PERSON
GOOD = {"subject": {"value": "x"}}
PROBLEM = "application/problem+json"


@pytest.fixture
def app(services: Services) -> Flask:
    app = create_app(services)
    app.extensions["placet_api"].register_blueprint(probe.blueprint)
    probe.calls.clear()
    return app


@pytest.fixture
def logged() -> Iterator[StringIO]:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    stream = StringIO()
    configure_logging(stream)
    yield stream
    root.handlers, root.level = before, level
    structlog.reset_defaults()


def problem(answer: Any, status: int) -> dict[str, Any]:
    """Check that `answer` is a problem of this status and return the document."""
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert answer.content_type == PROBLEM
    document: dict[str, Any] = answer.get_json(force=True)
    assert set(document) - {"errors"} == {"type", "title", "status", "detail", "instance"}
    assert document["status"] == status
    assert document["type"].startswith("/problems/")
    assert document["instance"] == f"urn:uuid:{answer.headers['X-Request-Id']}"
    assert PERSON not in answer.get_data(as_text=True)
    return document


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


@pytest.mark.parametrize(
    ("body", "content_type", "status", "pointer"),
    [
        pytest.param(b"{", "application/json", 400, "", id="cut off"),
        pytest.param(b'{"subject": {"value": NaN}}', "application/json", 400, "/subject/value", id="NaN"),
        pytest.param(b'{"subject": 1, "subject": 2}', "application/json", 400, "/subject", id="a name twice"),
        pytest.param(b"[" * 5000, "application/json", 400, "", id="nested too deep"),
        pytest.param(b'{"subject": {"value": "\\u0000"}}', "application/json", 422, "/subject/value", id="U+0000"),
        pytest.param(b'{"subject": {"value": "\\ud800"}}', "application/json", 422, "/subject/value", id="half a pair"),
        pytest.param(b"{}", "application/json", 422, "/subject", id="a field missing"),
        pytest.param(b"", "application/json", 422, "/subject", id="nothing"),
        pytest.param(b"[]", "application/json", 422, "", id="a list"),
        pytest.param(b'{"subject": {"value": "x"}, "extra": 1}', "application/json", 422, "/extra", id="unknown field"),
        pytest.param(
            b'{"subject": {"value": "x", "extra": 1}}', "application/json", 422, "/subject/extra", id="unknown inside"
        ),
        pytest.param(b'{"subject": {"value": 7}}', "application/json", 422, "/subject/value", id="wrong type"),
        pytest.param(b'{"subject": null}', "application/json", 422, "/subject", id="null"),
        pytest.param(
            b'{"subject": {"value": "x"}, "at": "erika@example.org"}', "application/json", 422, "/at", id="no instant"
        ),
        pytest.param(
            b'{"subject": {"value": "x"}, "erika@example.org": 1}', "application/json", 422, "", id="a person as a name"
        ),
    ],
)
def test_a_bad_body_is_refused_at_its_place(
    client: FlaskClient, sign_in: SignIn, body: bytes, content_type: str, status: int, pointer: str
) -> None:
    headers = sign_in(Scope.CONSENTS_WRITE)
    document = problem(client.post("/probe/writes", data=body, content_type=content_type, headers=headers), status)
    assert pointer in [error["pointer"] for error in document["errors"]]
    assert probe.calls == []


@pytest.mark.parametrize(
    "content_type",
    [
        pytest.param("text/plain", id="text"),
        pytest.param("", id="none"),
        pytest.param("application/x-www-form-urlencoded", id="a form"),
        pytest.param("application/json; charset=utf-16", id="another character set"),
        pytest.param("application/ld+json", id="another kind of JSON"),
    ],
)
def test_another_media_type_is_refused(client: FlaskClient, sign_in: SignIn, content_type: str) -> None:
    headers = sign_in(Scope.CONSENTS_WRITE)
    answer = client.post("/probe/writes", data=json.dumps(GOOD), content_type=content_type, headers=headers)
    assert problem(answer, 415)["type"] == "/problems/wrong_media_type"


def sized(length: int) -> bytes:
    frame = b'{"subject": {"value": "x"}}'
    return frame + b" " * (length - len(frame))


@pytest.mark.parametrize(
    ("path", "limit"), [pytest.param("writes", SMALL, id="1 MiB"), pytest.param("large", LARGE, id="16 MiB")]
)
def test_a_body_over_the_limit_is_refused(client: FlaskClient, sign_in: SignIn, path: str, limit: int) -> None:
    headers = sign_in(Scope.CONSENTS_WRITE, Scope.INTAKE)
    kind = "application/json"
    fits = client.post(f"/probe/{path}", data=sized(limit), content_type=kind, headers=headers)
    assert fits.status_code in (200, 201)
    problem(client.post(f"/probe/{path}", data=sized(limit + 1), content_type=kind, headers=headers), 413)


def test_a_body_that_comes_in_pieces_is_bounded_as_well(client: FlaskClient, sign_in: SignIn) -> None:
    answer = client.post(
        "/probe/writes",
        input_stream=BytesIO(sized(3 * SMALL)),
        content_type="application/json",
        headers=sign_in(Scope.CONSENTS_WRITE),
        environ_overrides={"wsgi.input_terminated": True},
    )
    problem(answer, 413)
    assert probe.calls == []


def test_a_raw_body_has_its_own_limit_and_media_type(client: FlaskClient, sign_in: SignIn) -> None:
    headers = sign_in(Scope.INTAKE)
    kind = "application/x-ndjson"
    answer = client.post("/probe/raw", data=b"x" * (2 * SMALL), content_type=kind, headers=headers)
    assert answer.json == {"length": 2 * SMALL}
    problem(client.post("/probe/raw", data=b"x", content_type="text/csv", headers=headers), 415)


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        pytest.param("limit=0", "/query/limit", id="below the bounds"),
        pytest.param("limit=1001", "/query/limit", id="beyond the bounds"),
        pytest.param("limit=x", "/query/limit", id="no number"),
        pytest.param("limit=1&limit=2", "/query/limit", id="twice"),
        pytest.param("cursor=%00", "/query/cursor", id="U+0000"),
        pytest.param("cursor=erika%40example.org", "/query/cursor", id="no cursor"),
        pytest.param("offset=3", "/query/offset", id="unknown"),
        pytest.param("erika%40example.org=3", "/query", id="a person as a name"),
    ],
)
def test_a_bad_parameter_is_refused(client: FlaskClient, sign_in: SignIn, query: str, pointer: str) -> None:
    document = problem(client.get(f"/probe/list?{query}", headers=sign_in(Scope.AUDIT_READ)), 422)
    assert pointer in [error["pointer"] for error in document["errors"]]


def test_a_view_reads_through_the_session_of_the_edge(client: FlaskClient, sign_in: SignIn, services: Services) -> None:
    headers = sign_in(Scope.AUDIT_READ)
    answer = client.get("/probe/list?limit=7", headers=headers).get_json()
    assert answer == {"limit": 7, "count": 1, "client": services.clients.list_clients()[0].client_id}


def test_what_a_view_does_not_ask_for_is_refused(client: FlaskClient) -> None:
    assert client.post("/probe/act/1").status_code == 200
    assert client.post("/probe/act/1", json={}).status_code == 200
    problem(client.post("/probe/act/1", json={"x": 1}), 422)
    problem(client.post("/probe/act/1?x=1"), 422)


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

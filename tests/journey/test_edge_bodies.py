"""What a request may carry: bodies and parameters are read strictly and bounded, and a refusal names the place."""

import json
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.bodies import LARGE, SMALL
from api.bootstrap import Services
from api.scopes import Scope
from tests.journey import probe
from tests.journey.conftest import SignIn
from tests.journey.problems import problem

GOOD = {"subject": {"value": "x"}}


@pytest.fixture
def app(services: Services) -> Flask:
    return probe.app_with_probes(services)


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


def test_what_a_view_does_not_ask_for_is_refused(client: FlaskClient) -> None:
    assert client.post("/probe/act/1").status_code == 200
    assert client.post("/probe/act/1", json={}).status_code == 200
    problem(client.post("/probe/act/1", json={"x": 1}), 422)
    problem(client.post("/probe/act/1?x=1"), 422)

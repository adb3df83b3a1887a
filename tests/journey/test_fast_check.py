"""The short way of a check gives what the long way gives, and hands on everything that is not beyond doubt."""

from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.app import create_app
from api.bootstrap import Services
from api.scopes import Scope
from tests.journey.conftest import ACTOR, CONTROLLER

MAIL = {"kind": "email", "value": "erika@example.org"}
ERIKA = {"identifier": MAIL}
PLAIN = {"subject": ERIKA, "purpose": "newsletter", "channel": "email"}
OF_EACH = {"decision_id", "decided_at"}


class Counted:
    """An application of which it is known how often it was asked."""

    def __init__(self, behind: Any) -> None:
        self.behind, self.asked = behind, 0

    def __call__(self, environ: Any, start: Any) -> Any:
        self.asked += 1
        return self.behind(environ, start)


class Desk:
    """A CRM at an installation as it runs in earnest, and the count of what came to Flask."""

    def __init__(self, services: Services) -> None:
        self.services = services
        app = create_app(replace(services, settings=replace(services.settings, test_clock=False)))
        self.long: Counted = Counted(app.wsgi_app._behind)  # type: ignore[attr-defined]
        app.wsgi_app._behind = self.long  # type: ignore[attr-defined]
        self.http: FlaskClient = app.test_client()
        scopes = frozenset({Scope.CHECK, Scope.CONSENTS_WRITE, Scope.SUBJECTS_WRITE})
        self.made = services.clients.create("crm", scopes, controller=CONTROLLER, actor=ACTOR)

    def post(self, path: str, body: Any, **headers: str) -> TestResponse:
        sent = {"Authorization": f"Bearer {self.made.key}", **headers}
        data = {"data": body} if isinstance(body, bytes) else {"json": body}
        return self.http.post(path, headers=sent, content_type="application/json", **data)

    def check(self, body: Any = None, **headers: str) -> tuple[TestResponse, bool]:
        """Return the answer, and whether it was given the short way."""
        before = self.long.asked
        answer = self.post("/v1/check", PLAIN if body is None else body, **headers)
        return answer, self.long.asked == before

    def told(self, *, short: bool, **more: Any) -> dict[str, Any]:
        """Return what an answer says, and hold that it was given the short way or the long one."""
        answer, was_short = self.check({**PLAIN, **more})
        assert (answer.status_code, was_short) == (200, short)
        said: dict[str, Any] = answer.get_json()
        return said


@pytest.fixture
def desk(services: Services) -> Desk:
    made = Desk(services)
    facts = {"country": "DE"}
    made.post("/v1/subjects", {"identifiers": [MAIL], "facts": facts, "verified_how": "signed_in"})
    return made


@pytest.fixture
def warm(desk: Desk) -> Desk:
    """After one question, and the work behind it, the next is answered the short way."""
    grant(desk)
    desk.told(short=False)
    desk.told(short=False)
    assert desk.services.ready.make_wanted() == 1
    return desk


def grant(desk: Desk) -> None:
    body = {
        "subject": ERIKA,
        "event": "grant",
        "purpose": ["newsletter", "customer_voice"],
        "channel": ["email", "data_use"],
        "notice": {"id": "welcome", "version": 1},
    }
    assert desk.post("/v1/consents", body).status_code == 201


def test_both_ways_give_the_same_answer(warm: Desk) -> None:
    short, long = warm.told(short=True), warm.told(short=False, topic=None)
    assert short["decision"] == "allow"
    for answer in (short, long):
        assert all(answer.pop(name) for name in OF_EACH)
    assert short == long


def test_both_ways_carry_the_same_headers(warm: Desk) -> None:
    (short, _), (long, _) = warm.check(), warm.check({**PLAIN, "topic": None})
    apart = {"X-Request-Id", "Content-Length"}
    assert {k: v for k, v in short.headers if k not in apart} == {k: v for k, v in long.headers if k not in apart}
    assert short.headers["X-Request-Id"]
    assert short.headers["Content-Length"] == str(len(short.data))


def test_a_denial_is_told_the_short_way_too(warm: Desk) -> None:
    answer = warm.post("/v1/consents", {"subject": ERIKA, "event": "withdraw", "purpose": "newsletter"})
    assert answer.status_code == 201
    assert warm.told(short=False)["reason"] == "withdrawn"
    warm.services.ready.make_wanted()
    denied = warm.told(short=True)
    assert (denied["decision"], denied["reason"], denied["unsubscribe"]) == ("deny", "withdrawn", None)


def test_the_way_out_of_a_short_answer_leads_out(warm: Desk) -> None:
    path = warm.told(short=True)["unsubscribe"]["one_click"].removeprefix(warm.services.settings.base_url)
    assert warm.http.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert warm.told(short=False)["decision"] == "deny"


def test_a_short_answer_is_in_the_log_of_answers(warm: Desk) -> None:
    decision_id = warm.told(short=True)["decision_id"]
    warm.services.decisions.flush()
    with warm.services.ground.reading() as session:
        found = warm.services.decisions.find(session, decision_id)
    assert found is not None
    assert (found.verdict, found.purpose, found.asker) == ("allow", "newsletter", warm.made.client_id)


def test_a_revoked_key_gets_no_answer_from_the_next_request_on(warm: Desk) -> None:
    assert warm.check()[1]
    warm.services.clients.revoke(warm.made.client_id, actor=ACTOR)
    answer, was_short = warm.check()
    assert (answer.status_code, was_short) == (401, False)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param({**PLAIN, "topic": "gardening"}, 200, id="more than a plain question"),
        pytest.param({**PLAIN, "unknown": 1}, 422, id="an unknown field"),
        pytest.param({"subject": {"identifier": {**MAIL, "x": 1}}, "purpose": "newsletter", "channel": "email"}, 422,
                     id="an unknown field inside"),
        pytest.param({"subject": {**ERIKA, "id": "x"}, "purpose": "newsletter", "channel": "email"}, 422, id="two"),
        pytest.param({**PLAIN, "purpose": ["newsletter"]}, 422, id="a wrong type"),
        pytest.param(b'{"purpose":"newsletter","purpose":"newsletter"}', 400, id="a name twice"),
        pytest.param(b"[]", 422, id="no object"),
        pytest.param(b"{", 400, id="no JSON"),
        pytest.param({**PLAIN, "subject": {"identifier": {"kind": "email", "value": "nobody"}}}, 422, id="no address"),
    ],
)  # fmt: skip
def test_whatever_is_not_plain_goes_the_long_way(warm: Desk, body: Any, status: int) -> None:
    answer, was_short = warm.check(body)
    assert (answer.status_code, was_short) == (status, False)


def test_a_key_without_the_scope_is_refused(warm: Desk) -> None:
    other = warm.services.clients.create("o", frozenset({Scope.CONSENTS_READ}), controller=CONTROLLER, actor=ACTOR)
    for _ in range(2):
        answer, was_short = warm.check(Authorization=f"Bearer {other.key}")
        assert (answer.status_code, was_short) == (403, False)

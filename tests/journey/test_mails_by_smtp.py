"""The whole way of a double opt-in through a real mail server: what arrives is what is kept as proof."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from api.app import create_app
from api.bootstrap import Services, assemble
from api.scopes import Scope
from api.settings import Settings
from audit.ground import Ground
from tests.journey.conftest import CONTROLLER, EXAMPLES, Crm
from tests.journey.mailbox import body
from tests.mail_server import MailServer, mail_server

PERSON = {"identifier": {"kind": "email", "value": "erika@bücher.example"}}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MailServer]:
    with mail_server(directory=tmp_path) as running:
        yield running


@pytest.fixture
def services(ground: Ground, settings: Settings, server: MailServer) -> Iterator[Services]:
    made = assemble(replace(settings, smtp_url=f"smtp://127.0.0.1:{server.port}"), ground)
    made.policies.apply((EXAMPLES / "policy.yaml").read_text("utf-8"), actor="test")
    yield made
    made.close()


def test_a_double_opt_in_by_mail(services: Services, server: MailServer) -> None:
    http = create_app(services).test_client()
    made = services.clients.create("crm", frozenset(Scope) - {Scope.GROUP}, controller=CONTROLLER, actor="test")
    crm = Crm(http, made.key)
    said = {"subject": PERSON, "event": "grant_requested", "purpose": "newsletter", "channel": "email"}
    assert crm.post("/v1/consents", json=said).status_code == 202
    services.delivery.deliver_round()
    (asked,) = server.taken
    assert asked.recipients == ["erika@xn--bcher-kva.example"]
    assert asked.message["List-Unsubscribe"] is None
    link = re.search(r"http://127\.0\.0\.1:8000(/c/\S+)", body(asked.message))
    assert link is not None
    assert http.get(link[1]).status_code == 200
    assert http.post(link[1]).status_code == 200
    question = {"subject": PERSON, "purpose": "newsletter", "channel": "email"}
    assert crm.post("/v1/check", json=question).get_json()["decision"] == "allow"

    services.delivery.deliver_round()
    _, told = server.taken
    subject = crm.post("/v1/subjects", json={"identifiers": [PERSON["identifier"]]}).get_json()["id"]
    history = crm.get(f"/v1/subjects/{subject}/consents").get_json()["items"]
    kept = {
        proof["content"]["message_id"]: proof["content"]["sha256"]
        for item in history
        for proof in item["evidence"]
        if proof["kind"] == "mail_sent"
    }
    assert kept == {taken.message["Message-ID"]: hashlib.sha256(taken.raw).hexdigest() for taken in (asked, told)}
    assert told.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    one_click = urlsplit(str(told.message["List-Unsubscribe"]).strip("<>")).path
    assert http.post(one_click, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert crm.post("/v1/check", json=question).get_json()["reason"] == "withdrawn"

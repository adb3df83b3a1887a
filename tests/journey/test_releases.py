"""A recipient pulls what consent covers, under names of its own, and learns what is taken back."""

from typing import Any

import pytest
from sqlalchemy import select

from api.bootstrap import Services
from api.releasing import Releasing
from api.scopes import Scope
from consent.report import Report
from pii.tables import post_table
from tests.fakes import FakeClock
from tests.journey.conftest import ACTOR, CONTROLLER, EXAMPLES, Crm, MakeCrm

MENTIONS = (EXAMPLES / "payloads/x/01_v2_mentions_with_expansions.json").read_bytes()
SERVICE, SALES = "service_crm", "sales_crm"


@pytest.fixture
def authors(crm: Crm, services: Services) -> list[str]:
    """The authors of some public posts, each of whom said yes to passing them on."""
    crm.post("/v1/intake/x", data=MENTIONS, content_type="application/json")
    with services.ground.reading() as session:
        author = post_table.c.author_id
        found = list(session.scalars(select(author).where(author.is_not(None)).distinct().order_by(author)))
    for author in found:
        answer = crm.post("/v1/consents", json=said(author, "grant"))
        assert answer.json["state"] == "granted"
    return found


def said(subject_id: str, event: str) -> dict[str, Any]:
    return {"subject": {"id": subject_id}, "event": event, "purpose": "customer_voice", "channel": "data_use"}


def recipient(make_crm: MakeCrm, name: str = SERVICE) -> Crm:
    return make_crm(Scope.RELEASES_READ, recipient=name)


def feed(crm: Crm, query: str = "") -> dict[str, Any]:
    answer = crm.get(f"/v1/releases{query}")
    assert answer.status_code == 200, answer.json
    found: dict[str, Any] = answer.json
    return found


def test_consented_posts_come_out_under_names_of_their_own(
    services: Services, make_crm: MakeCrm, authors: list[str]
) -> None:
    Releasing(services).release_new()
    service = feed(recipient(make_crm))["items"]
    sales = feed(recipient(make_crm, SALES))["items"]
    assert service
    assert {item["kind"] for item in service} == {"released"}
    assert {item["purpose"] for item in service} == {"customer_voice"}
    assert all("pseudonymise" in item["obligations"] for item in service)
    assert len(service) == len(sales)
    assert {item["id"] for item in service}.isdisjoint(item["id"] for item in sales)
    tokens = [{word for item in items for word in str(item["content"]).split("[[")[1:]} for items in (service, sales)]
    assert tokens[0]
    assert tokens[0].isdisjoint(tokens[1])


def test_nothing_comes_out_without_consent(crm: Crm, services: Services, make_crm: MakeCrm) -> None:
    crm.post("/v1/intake/x", data=MENTIONS, content_type="application/json")
    Releasing(services).release_new()
    assert feed(recipient(make_crm)) == {"items": [], "next_cursor": None}


def test_a_withdrawal_takes_back_what_is_out(
    crm: Crm, services: Services, make_crm: MakeCrm, authors: list[str]
) -> None:
    Releasing(services).release_new()
    reader = recipient(make_crm)
    before = feed(reader)["items"]
    for author in authors:
        crm.post("/v1/consents", json=said(author, "withdraw"))
    after = feed(reader, f"?cursor={before[-1]['cursor']}")["items"]
    assert {item["id"] for item in after} == {item["id"] for item in before}
    assert {(item["kind"], item["cause"], item["content"]) for item in after} == {("revoked", "consent", None)}
    assert {item["kind"] for item in feed(reader)["items"]} == {"revoked"}


def test_what_others_closed_is_taken_back_in_turn(
    services: Services, make_crm: MakeCrm, authors: list[str], clock: FakeClock
) -> None:
    work = Releasing(services)
    work.release_new()
    reader = recipient(make_crm)
    last = feed(reader)["items"][-1]["cursor"]
    clock.move(hours=1)
    for author in authors:
        # As a page or another process does it, that takes nothing back itself.
        services.consent.record(Report(fields={"event": "object"}, subject=author), controller=CONTROLLER, actor=ACTOR)
    work.recheck_released()
    assert {item["kind"] for item in feed(reader, f"?cursor={last}")["items"]} == {"revoked"}


def test_what_was_held_comes_out_once_consent_is_there(
    crm: Crm, services: Services, make_crm: MakeCrm, authors: list[str], clock: FakeClock
) -> None:
    for author in authors:
        crm.post("/v1/consents", json=said(author, "withdraw"))
    work, reader = Releasing(services), recipient(make_crm)
    work.release_new()
    assert feed(reader)["items"] == []
    clock.move(hours=1)
    for author in authors:
        crm.post("/v1/consents", json=said(author, "grant"))
    work.release_new()
    assert feed(reader)["items"] == []
    work.offer_held()
    work.release_new()
    assert feed(reader)["items"]


def test_a_feed_is_read_page_by_page_and_again(services: Services, make_crm: MakeCrm, authors: list[str]) -> None:
    Releasing(services).release_new()
    reader = recipient(make_crm)
    whole = feed(reader)["items"]
    pages, cursor = [], ""
    while cursor is not None:
        page = feed(reader, f"?limit=1{cursor and f'&cursor={cursor}'}")
        pages += page["items"]
        cursor = page["next_cursor"]
    assert pages == whole


def test_a_key_without_a_recipient_has_no_feed(make_crm: MakeCrm) -> None:
    answer = make_crm(Scope.RELEASES_READ).get("/v1/releases")
    assert (answer.status_code, answer.json["type"]) == (403, "/problems/no_recipient")


def test_a_recipient_that_the_policy_does_not_name_gets_nothing(make_crm: MakeCrm) -> None:
    assert feed(recipient(make_crm, "stranger")) == {"items": [], "next_cursor": None}


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        pytest.param("?cursor=abc", "/query/cursor", id="no cursor of this feed"),
        pytest.param("?limit=0", "/query/limit", id="no entries"),
        pytest.param("?offset=1", "/query/offset", id="unknown parameter"),
    ],
)
def test_a_bad_page_is_refused(make_crm: MakeCrm, query: str, pointer: str) -> None:
    answer = recipient(make_crm).get(f"/v1/releases{query}")
    assert (answer.status_code, [error["pointer"] for error in answer.json["errors"]]) == (422, [pointer])

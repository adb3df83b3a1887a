"""Social data comes in: fetched with a key or signed by its platform, once, and nothing of what cannot be read."""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from api.bodies import LARGE
from api.bootstrap import Services
from api.scopes import Scope
from pii.tables import post_table
from tests.journey.conftest import ACTOR, CONTROLLER, EXAMPLES, SECRETS, Crm, MakeCrm

CountRows = Callable[[], dict[str, int]]
JSON = "application/json"
COMMENTS = (EXAMPLES / "payloads/facebook/01_page_feed_comment_add.json").read_bytes()
ORDERS = (EXAMPLES / "payloads/facebook/02_page_feed_edit_hide_remove.json").read_bytes()
MENTIONS = (EXAMPLES / "payloads/x/01_v2_mentions_with_expansions.json").read_bytes()
FEED = (EXAMPLES / "payloads/feeds/01_blog_rss2.xml").read_bytes()
HISTORY = (EXAMPLES / "payloads/mastodon/04_status_history.json").read_bytes()


def signed(body: bytes, secret: str | None = SECRETS.meta_app_secret) -> dict[str, str]:
    digest = hmac.new(str(secret).encode(), body, hashlib.sha256).hexdigest()
    return {"X-Hub-Signature-256": f"sha256={digest}"}


def posts(services: Services) -> list[dict[str, Any]]:
    with services.ground.engine.connect() as connection:
        return [dict(row) for row in connection.execute(select(post_table).order_by(post_table.c.id)).mappings()]


def test_a_delivery_is_taken_in_once(crm: Crm) -> None:
    first = crm.post("/v1/intake/facebook", data=COMMENTS, content_type=JSON)
    assert (first.status_code, first.json) == (202, {"accepted": 3, "duplicates": 0, "orders": 0, "rejected": []})
    again = crm.post("/v1/intake/facebook", data=COMMENTS, content_type=JSON)
    assert (again.status_code, again.json) == (202, {"accepted": 0, "duplicates": 3, "orders": 0, "rejected": []})


def test_orders_are_followed(crm: Crm, services: Services) -> None:
    crm.post("/v1/intake/facebook", data=COMMENTS, content_type=JSON)
    answer = crm.post("/v1/intake/facebook", data=ORDERS, content_type=JSON)
    assert (answer.status_code, answer.json["orders"]) == (202, 3)


def test_what_cannot_be_read_is_named_beside_what_can(crm: Crm) -> None:
    answer = crm.post("/v1/intake/x", data=MENTIONS, content_type=JSON)
    assert answer.json["accepted"] == 5
    assert answer.json["rejected"] == [{"item": "/errors/0", "reason": "platform_error"}]


def test_a_history_is_read_for_the_item_that_was_asked_for(crm: Crm) -> None:
    headers = {"X-Placet-Requested-Id": "113500000000000001"}
    answer = crm.post("/v1/intake/mastodon", data=HISTORY, content_type=JSON, headers=headers)
    assert (answer.json["accepted"], answer.json["rejected"]) == (2, [])


@pytest.mark.parametrize(
    "content_type",
    [
        pytest.param("application/rss+xml", id="as the feed says"),
        pytest.param("text/xml; charset=utf-8", id="as XML"),
        pytest.param("application/octet-stream", id="as bytes"),
        pytest.param("application/x-www-form-urlencoded", id="as some tools say of any body"),
    ],
)
def test_a_body_comes_as_it_is_whatever_it_is_called(crm: Crm, content_type: str) -> None:
    assert crm.post("/v1/intake/feeds", data=FEED, content_type=content_type).json["accepted"] == 2


def test_a_stored_post_names_nobody(crm: Crm, services: Services) -> None:
    crm.post("/v1/intake/facebook", data=COMMENTS, content_type=JSON)
    stored = posts(services)
    assert len(stored) == 3
    for post in stored:
        answer = crm.get(f"/v1/posts/{post['id']}")
        assert answer.status_code == 200
        assert (answer.json["platform"], answer.json["status"]) == ("facebook", "ready")
        for name in ("0151", "example", "Nachbarin Frau R", "122190000455667"):
            assert name not in answer.get_data(as_text=True)
    assert any("[[PHONE:" in str(post["text"]) for post in stored)


def test_the_words_of_a_closed_post_are_not_shown(crm: Crm, services: Services) -> None:
    crm.post("/v1/intake/facebook", data=COMMENTS, content_type=JSON)
    with services.ground.unit_of_work() as uow:
        uow.session.execute(post_table.update().values(closed_by="hidden"))
        uow.commit(nothing_to_record="test set-up")
    shown = crm.get(f"/v1/posts/{posts(services)[0]['id']}").json
    assert (shown["status"], shown["closed_by"], shown["text"], shown["fields"]) == ("hidden", ["hidden"], None, {})


def test_posts_are_for_those_who_bring_them_in(crm: Crm, make_crm: MakeCrm, services: Services) -> None:
    crm.post("/v1/intake/facebook", data=COMMENTS, content_type=JSON)
    path = f"/v1/posts/{posts(services)[0]['id']}"
    assert make_crm(Scope.RELEASES_READ, recipient="service_crm").get(path).status_code == 403
    assert make_crm(Scope.INTAKE, controller="sister").get(path).status_code == 404
    assert crm.get("/v1/posts/unknown").status_code == 404


BAD = {
    "another platform's payload": ("x", COMMENTS, JSON, 422),
    "cut off": ("facebook", COMMENTS[:-40], JSON, 422),
    "nothing": ("facebook", b"", JSON, 422),
    "no payload at all": ("facebook", b'{"hello": 1}', JSON, 422),
    "not UTF-8": ("facebook", b'{"object": "\xff"}', JSON, 422),
    "an endless nest": ("facebook", b"[" * 100_000, JSON, 422),
    "an entity bomb": ("feeds", b'<!DOCTYPE r [<!ENTITY a "b">]><rss>&a;</rss>', "text/xml", 422),
    "an unknown platform": ("myspace", COMMENTS, JSON, 404),
    "a media type that no platform uses": ("facebook", COMMENTS, "text/csv", 415),
    "over the limit": ("facebook", b" " * (LARGE + 1), JSON, 413),
}


@pytest.mark.parametrize(("platform", "body", "content_type", "status"), BAD.values(), ids=BAD.keys())
def test_a_bad_delivery_stores_nothing(
    crm: Crm, count_rows: CountRows, platform: str, body: bytes, content_type: str, status: int
) -> None:
    before = count_rows()
    answer = crm.post(f"/v1/intake/{platform}", data=body, content_type=content_type)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert count_rows() == before


def test_a_text_that_no_database_can_hold_is_rejected_alone(crm: Crm) -> None:
    body = COMMENTS.replace(b"Seit drei Wochen", b"Seit \\u0000 drei Wochen", 1)
    answer = crm.post("/v1/intake/facebook", data=body, content_type=JSON)
    assert (answer.status_code, answer.json["accepted"]) == (202, 2)
    assert [each["reason"] for each in answer.json["rejected"]] == ["unsound_text"]


def test_bringing_in_needs_its_scope(make_crm: MakeCrm) -> None:
    crm = make_crm(Scope.CONSENTS_WRITE)
    assert crm.post("/v1/intake/facebook", data=COMMENTS, content_type=JSON).status_code == 403


def test_the_same_idempotency_key_gives_the_same_counts(crm: Crm) -> None:
    options: dict[str, Any] = {"data": COMMENTS, "content_type": JSON, "headers": {"Idempotency-Key": "one"}}
    first = crm.post("/v1/intake/facebook", **options)
    assert crm.post("/v1/intake/facebook", **options).json == first.json


def test_a_signed_delivery_needs_no_key(client: FlaskClient, services: Services) -> None:
    answer = client.post("/v1/hooks/facebook/page", data=COMMENTS, content_type=JSON, headers=signed(COMMENTS))
    assert (answer.status_code, answer.json["accepted"]) == (202, 3)
    assert {(post["controller"], post["source_id"]) for post in posts(services)} == {(CONTROLLER, "page")}


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="no signature"),
        pytest.param({"X-Hub-Signature-256": "sha256=00"}, id="no signature of this body"),
        pytest.param(signed(COMMENTS + b" "), id="the signature of another body"),
        pytest.param(signed(COMMENTS, "guessed"), id="signed with another secret"),
        pytest.param({"X-Hub-Signature": "sha1=00"}, id="an older signature only"),
    ],
)
def test_a_delivery_without_the_right_signature_stores_nothing(
    client: FlaskClient, services: Services, count_rows: CountRows, headers: dict[str, str]
) -> None:
    before = count_rows()
    answer = client.post("/v1/hooks/facebook/page", data=COMMENTS, content_type=JSON, headers=headers)
    assert (answer.status_code, answer.json["type"]) == (401, "/problems/signature_mismatch")
    assert count_rows() == before


@pytest.mark.parametrize(
    ("path", "status"),
    [
        pytest.param("myspace/page", 404, id="unknown platform"),
        pytest.param("facebook/01990000-0000-7000-8000-000000000001", 404, id="a source that is not connected"),
        pytest.param("facebook/no%20name", 404, id="no name of an address"),
        pytest.param("x/page", 401, id="signed for another platform"),
    ],
)
def test_an_address_that_is_none_takes_nothing(
    client: FlaskClient, count_rows: CountRows, path: str, status: int
) -> None:
    before = count_rows()
    answer = client.post(f"/v1/hooks/{path}", data=COMMENTS, content_type=JSON, headers=signed(COMMENTS))
    assert answer.status_code == status
    assert count_rows() == before


def test_a_pushed_body_is_bounded_before_it_is_checked(client: FlaskClient, services: Services) -> None:
    body = b" " * (LARGE + 1)
    answer = client.post("/v1/hooks/facebook/page", data=body, content_type=JSON, headers=signed(body))
    assert answer.status_code == 413


def test_a_connected_source_has_its_own_secret(client: FlaskClient, services: Services) -> None:
    source = services.sources.connect(
        "facebook",
        controller="nordlicht",
        accounts=frozenset({"1000"}),
        secrets={"meta_app_secret": b"its own"},
        actor=ACTOR,
    )
    path = f"/v1/hooks/facebook/{source.id}"
    assert client.post(path, data=COMMENTS, content_type=JSON, headers=signed(COMMENTS)).status_code == 401
    answer = client.post(path, data=COMMENTS, content_type=JSON, headers=signed(COMMENTS, "its own"))
    assert answer.json["accepted"] == 3
    assert {post["source_id"] for post in posts(services)} == {source.id}
    services.sources.disconnect(source.id, actor=ACTOR)
    assert client.post(path, data=ORDERS, content_type=JSON, headers=signed(ORDERS, "its own")).status_code == 404


def test_the_challenges_of_platforms_are_answered(client: FlaskClient) -> None:
    asked = f"hub.mode=subscribe&hub.verify_token={SECRETS.meta_verify_token}&hub.challenge=1158201444"
    answer = client.get(f"/v1/hooks/facebook/page?{asked}")
    assert (answer.status_code, answer.text, answer.mimetype) == (200, "1158201444", "text/plain")
    digest = hmac.new(str(SECRETS.x_consumer_secret).encode(), b"token-1", hashlib.sha256).digest()
    answer = client.get("/v1/hooks/x/page?crc_token=token-1&nonce=2")
    assert answer.json == {"response_token": f"sha256={b64encode(digest).decode()}"}


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("facebook/page", id="no question"),
        pytest.param("facebook/page?hub.mode=subscribe&hub.verify_token=guess&hub.challenge=1", id="a wrong token"),
        pytest.param("x/page?crc_token=%7B%22a%22%3A1%7D", id="a body to be signed in place of a token"),
    ],
)
def test_a_challenge_by_somebody_else_is_refused(client: FlaskClient, services: Services, query: str) -> None:
    assert client.get(f"/v1/hooks/{query}").status_code == 403

"""The pages behind links: a GET changes nothing, one button confirms, one button withdraws, whoever opens them."""

import re
from email import message_from_bytes, policy
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from api.bootstrap import Services
from audit.tables import event_table
from tests.fakes import FakeClock
from tests.journey.conftest import Crm

PERSON = {"identifier": {"kind": "email", "value": "erika@example.org"}}
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def link_in_mail(services: Services) -> str:
    assert services.delivery.deliver_due().sent == 1
    (file,) = (services.settings.var / "outbox").glob("*.eml")
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    body = mail.get_body(("plain",))
    assert body is not None
    assert mail["To"] == "erika@example.org"
    assert mail.get_body(("html",)) is not None
    file.unlink()
    found = re.search(r"http://127\.0\.0\.1:8000/c/\S+", body.get_content())
    assert found is not None
    return urlsplit(found.group()).path


def check(crm: Crm) -> dict[str, object]:
    answer = crm.post("/v1/check", json={"subject": PERSON, "purpose": "newsletter", "channel": "email"})
    assert answer.status_code == 200
    return answer.get_json()


@pytest.fixture
def confirmation(crm: Crm, services: Services) -> str:
    crm.post(
        "/v1/consents",
        json={
            "subject": PERSON,
            "event": "grant_requested",
            "purpose": ["newsletter", "customer_voice"],
            "channel": ["email", "data_use"],
            "notice": {"id": "welcome", "version": 1},
        },
    )
    return link_in_mail(services)


def entries(services: Services) -> int:
    with services.ground.reading() as session:
        return session.scalar(select(func.count()).select_from(event_table)) or 0


def test_opening_the_link_changes_nothing(client: FlaskClient, crm: Crm, services: Services, confirmation: str) -> None:
    before = entries(services)
    for _ in range(3):
        page = client.get(confirmation + "?utm_source=mail")
        assert page.status_code == 200
        assert "<button" in page.text
        assert client.head(confirmation).status_code == 200
    assert entries(services) == before
    assert check(crm)["reason"] == "pending_doi"


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        pytest.param("GET", {"Sec-Purpose": "prefetch;prerender"}, 200, id="a browser that fetches ahead"),
        pytest.param("GET", {"Purpose": "prefetch", "X-Moz": "prefetch"}, 200, id="an older one"),
        pytest.param("GET", {"User-Agent": "Mail-Scanner/1.0", "Accept": "*/*"}, 200, id="a scanner of links"),
        pytest.param("HEAD", {}, 200, id="one that looks whether the page is there"),
        pytest.param("OPTIONS", {}, 200, id="one that asks what it may do"),
        pytest.param("PUT", {}, 405, id="PUT"),
        pytest.param("PATCH", {}, 405, id="PATCH"),
        pytest.param("DELETE", {}, 405, id="DELETE"),
    ],
)
def test_whoever_does_not_press_the_button_confirms_nothing(
    client: FlaskClient,
    crm: Crm,
    services: Services,
    confirmation: str,
    method: str,
    headers: dict[str, str],
    status: int,
) -> None:
    before = entries(services)
    answer = client.open(confirmation, method=method, headers=headers)
    assert answer.status_code == status
    assert entries(services) == before
    assert check(crm)["reason"] == "pending_doi"
    assert client.post(confirmation).status_code == 200
    assert check(crm)["decision"] == "allow"


def test_the_button_confirms_once(client: FlaskClient, crm: Crm, confirmation: str) -> None:
    assert client.post(confirmation).status_code == 200
    answer = check(crm)
    assert (answer["decision"], answer["basis"]) == ("allow", "consent")
    assert client.post(confirmation).status_code == 410
    assert client.get(confirmation).status_code == 410
    assert check(crm)["decision"] == "allow"


def test_the_page_names_only_what_still_waits(client: FlaskClient, crm: Crm, confirmation: str) -> None:
    assert "News and offers" in client.get(confirmation).text
    crm.post("/v1/consents", json={"subject": PERSON, "event": "withdraw", "purpose": "newsletter"})
    page = client.get(confirmation)
    assert page.status_code == 200
    assert "News and offers" not in page.text
    crm.post("/v1/consents", json={"subject": PERSON, "event": "withdraw"})
    assert client.get(confirmation).status_code == 410


@pytest.mark.parametrize(
    "since", [{"event": "decease"}, {"event": "suppress", "reason": "litigation"}], ids=["dead", "in a dispute"]
)
def test_the_link_of_somebody_who_may_not_be_written_to_confirms_nothing(
    client: FlaskClient, crm: Crm, confirmation: str, since: dict[str, str]
) -> None:
    assert crm.post("/v1/consents", json={"subject": PERSON, **since}).status_code == 201
    assert [client.get(confirmation).status_code, client.post(confirmation).status_code] == [410, 410]
    assert check(crm)["decision"] == "deny"


def test_a_link_that_ran_out_confirms_nothing(
    client: FlaskClient, crm: Crm, clock: FakeClock, confirmation: str
) -> None:
    clock.move(days=15)
    assert client.post(confirmation).status_code == 410
    assert check(crm)["decision"] == "deny"


@pytest.mark.parametrize("page", ["c", "u"])
def test_a_link_that_was_never_given_out_shows_nothing(client: FlaskClient, page: str) -> None:
    answers = [client.get(f"/{page}/no-such-token"), client.post(f"/{page}/no-such-token")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert all("<button" not in answer.text for answer in answers)


def test_one_click_withdraws_at_once_and_again(client: FlaskClient, crm: Crm, confirmation: str) -> None:
    client.post(confirmation)
    links = check(crm)["unsubscribe"]
    assert isinstance(links, dict)
    path = urlsplit(links["one_click"]).path
    for _ in range(2):
        answer = client.post(path, data=ONE_CLICK)
        assert answer.status_code == 200
        assert "Location" not in answer.headers
        assert "Set-Cookie" not in answer.headers
    assert check(crm)["reason"] == "withdrawn"


def test_one_click_needs_its_body(client: FlaskClient, crm: Crm, confirmation: str) -> None:
    client.post(confirmation)
    path = urlsplit(check(crm)["unsubscribe"]["one_click"]).path  # type: ignore[index]
    assert client.post(path).status_code == 422
    assert client.post(path, data={"List-Unsubscribe": "Two-Clicks"}).status_code == 422
    assert check(crm)["decision"] == "allow"


def test_the_withdrawal_page_shows_a_masked_address_and_withdraws(
    client: FlaskClient, crm: Crm, clock: FakeClock, confirmation: str
) -> None:
    client.post(confirmation)
    path = urlsplit(check(crm)["unsubscribe"]["url"]).path  # type: ignore[index]
    clock.move(days=700)
    shown = client.get(path)
    assert shown.status_code == 200
    assert "erika@example.org" not in shown.text
    assert client.post(path).status_code == 200
    assert check(crm)["reason"] == "withdrawn"


@pytest.mark.parametrize(("language", "title"), [("de-DE,de;q=0.9", "gilt nicht mehr"), ("en-GB", "does not work")])
def test_pages_speak_the_language_of_the_browser(client: FlaskClient, language: str, title: str) -> None:
    page = client.get("/c/no-such-token", headers={"Accept-Language": language})
    assert title in page.text
    assert f'lang="{language[:2]}"' in page.text


def test_pages_load_nothing_and_run_nothing(client: FlaskClient, confirmation: str) -> None:
    page = client.get(confirmation)
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "script" not in page.headers["Content-Security-Policy"]
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert client.get("/style.css").status_code == 200

"""The receipt as a person opens it: what was said, how it stands, the way out, to read, to print and to keep."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from api.background import make_sequencing
from api.bootstrap import Services
from audit.ground import Ground
from tests.journey.conftest import Crm
from tests.journey.test_pages import confirmation
from tests.journey.test_receipts import PERSON, event_id
from tests.service.consent.receipts import RECEIPT_27560, RECEIPT_KANTARA

__all__ = ["confirmation", "event_id"]


@pytest.fixture
def page(services: Services, event_id: str) -> str:
    """The path of the page that shows the receipt of a confirmed sign-up."""
    return f"/r/{services.receipts.token_for(event_id)}"


def entries(ground: Ground) -> Any:
    with ground.engine.connect() as connection:
        return connection.exec_driver_sql("SELECT count(*) FROM audit_event").scalar_one()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        pytest.param("de", ["Beleg", "Anmeldung bestätigt", "gültig", "widerrufen", "20. November 2026"], id="German"),
        pytest.param("en", ["Receipt", "Sign-up confirmed", "in force", "Withdraw", "November 20, 2026"], id="English"),
    ],
)
def test_the_page_tells_it_in_the_language_of_the_reader(
    client: FlaskClient, page: str, language: str, words: list[str]
) -> None:
    shown = client.get(page, headers={"Accept-Language": language})
    assert shown.status_code == 200
    assert [word for word in words if word not in shown.text] == []
    assert "e•••@example.org" in shown.text
    assert "erika@example.org" not in shown.text


def test_reading_changes_nothing_and_runs_nothing(client: FlaskClient, ground: Ground, page: str) -> None:
    before = entries(ground)
    shown = client.get(f"{page}?utm_source=mail")
    assert entries(ground) == before
    assert "<script" not in shown.text
    assert "default-src 'none'" in shown.headers["Content-Security-Policy"]
    assert shown.headers["X-Robots-Tag"] == "noindex"


def test_the_page_says_how_it_stands_now(client: FlaskClient, crm: Crm, services: Services, page: str) -> None:
    crm.post("/v1/consents", json={"subject": PERSON, "event": "withdraw"})
    make_sequencing(services).run_all()
    shown = client.get(page, headers={"Accept-Language": "en"}).text
    assert "in force" not in shown
    assert "Withdraw this consent" not in shown
    assert "in the audit log placet/main/1" in shown


def test_a_withdrawal_has_a_page_too(client: FlaskClient, crm: Crm, services: Services, event_id: str) -> None:
    withdrawn = crm.post("/v1/consents", json={"subject": PERSON, "event": "withdraw"}).json["event_id"]
    shown = client.get(f"/r/{services.receipts.token_for(withdrawn)}", headers={"Accept-Language": "en"}).text
    assert "Consent withdrawn" in shown
    assert "Everything" in shown


def test_the_data_are_kept_with_the_page(client: FlaskClient, page: str) -> None:
    for file, judge in (("receipt.jsonld", RECEIPT_27560), ("receipt-kantara.json", RECEIPT_KANTARA)):
        assert f"{page}/{file}" in client.get(page).text
        kept = client.get(f"{page}/{file}")
        assert kept.headers["Content-Disposition"] == f'attachment; filename="{file}"'
        judge.validate(json.loads(kept.data))


def test_a_link_that_was_never_given_out_or_leads_to_nobody_shows_nothing(
    client: FlaskClient, services: Services, page: str
) -> None:
    unknown = f"/r/{services.receipts.token_for('01990000-0000-7000-8000-000000000000')}"
    for path in ("/r/no-such-token", page[:-2] + "AA", unknown, f"{unknown}/receipt.jsonld"):
        assert client.get(path).status_code == 404

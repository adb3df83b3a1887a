"""Receipts: what was said, in which words, how it stands, and nothing that names the person (ISO/IEC TS 27560)."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from consent import errors
from consent.receipt_terms import CONTEXT
from tests.service.consent.receipts import gathered, made, made_for_kantara, service
from tests.service.consent.world import CAPTURE, MAIL, POLICY, World


def purposes(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what a receipt says of each purpose."""
    found = document["consent_record"]["pii_processing"]["purposes"]
    return {purpose["purpose_id"]: purpose for purpose in found}


def events(document: dict[str, Any]) -> list[tuple[str, str]]:
    return [(event["event_kind"], event["event_state"]) for event in document["consent_record"]["event"]]


def confirmed(world: World) -> str:
    """Sign somebody up for two purposes, confirm, and return the id of the confirmation."""
    world.person(verified=False)
    world.sign_up(purpose=["newsletter", "customer_voice"], channel=["email", "data_use"])
    world.clock.move(hours=1)
    done = world.confirmations.confirm(world.token(), capture=CAPTURE)
    assert done.event_id is not None
    return done.event_id


def test_a_double_opt_in_has_its_whole_life_in_the_receipt(world: World) -> None:
    document = made(world, confirmed(world))
    assert events(document) == [
        ("grant_requested", "dpv:ConsentRequested"),
        ("doi_confirmed", "dpv:ConsentGiven"),
    ]
    last = document["consent_record"]["event"][-1]
    assert (last["proof"], last["evidence"]) == ("confirmed", ["double_opt_in", "capture"])
    assert [standing["state"] for standing in purposes(document)["newsletter"]["standing"]] == ["granted", "granted"]
    (notice,) = document["consent_record"]["pii_processing"]["privacy_notice"]
    assert (notice["notice_id"], set(notice["text"])) == ("welcome@1", {"de", "en"})
    assert document["consent_record"]["pii_processing"]["language"] == "de"


def test_whom_data_go_to_stands_at_the_purpose_that_shares_them(world: World) -> None:
    document = made(world, confirmed(world))
    parties = {party["party_id"]: party for party in document["consent_record"]["party_identification"]}
    recipients = purposes(document)["customer_voice"]["recipient_third_parties"]
    assert [parties[name]["party_name"] for name in recipients] == ["Service desk CRM", "Sales CRM"]
    assert purposes(document)["newsletter"]["recipient_third_parties"] == []
    (controller,) = purposes(document)["newsletter"]["pii_controllers"]
    assert parties[controller]["party_contact"] == "datenschutz@nordlicht.example"


def test_a_receipt_names_nobody_in_clear(world: World) -> None:
    event_id = confirmed(world)
    text = json.dumps([made(world, event_id, in_clear=True), made_for_kantara(world, event_id)])
    assert "kundin" not in text
    assert CAPTURE.ip not in text
    assert gathered(world, event_id).masked_contact == "k•••@example.org"
    assert "k•••" not in repr(gathered(world, event_id))


def test_where_it_was_said_is_for_those_who_may_know(world: World) -> None:
    event_id = confirmed(world)
    told = [purposes(made(world, event_id, in_clear=clear))["newsletter"] for clear in (True, False)]
    assert [purpose["collection_method"]["description"] == CAPTURE.source for purpose in told] == [True, False]


def test_a_withdrawal_shows_in_every_receipt_that_it_touches_and_in_no_other(world: World) -> None:
    granted = confirmed(world)
    world.clock.move(days=1)
    withdrawn = world.record("withdraw", MAIL, purpose="newsletter").event_id
    life = [*events(made(world, granted)), *events(made(world, withdrawn))]
    assert life.count(("withdraw", "dpv:ConsentWithdrawn")) == 2
    assert set(purposes(made(world, withdrawn))) == {"newsletter"}
    states = {name: purpose["standing"][0]["state"] for name, purpose in purposes(made(world, granted)).items()}
    assert states == {"newsletter": "withdrawn", "customer_voice": "granted"}


@pytest.mark.parametrize(
    ("kind", "said", "covered"),
    [
        pytest.param("withdraw", {}, ["newsletter", "customer_voice"], id="all that was agreed to"),
        pytest.param("withdraw", {"channel": "email"}, ["newsletter", "customer_voice"], id="a channel"),
        pytest.param(
            "refuse",
            {"purpose": ["newsletter", "email_tracking"]},
            ["newsletter", "email_tracking"],
            id="what is named, agreed to or not",
        ),
    ],
)
def test_a_no_covers_what_it_ends_and_what_it_names(
    world: World, kind: str, said: dict[str, Any], covered: list[str]
) -> None:
    confirmed(world)
    world.clock.move(days=1)
    assert list(purposes(made(world, world.record(kind, MAIL, **said).event_id))) == covered


def test_a_no_before_any_yes_covers_all_marketing(world: World) -> None:
    document = made(world, world.record("object", MAIL).event_id)
    assert list(purposes(document)) == ["newsletter", "customer_voice", "email_tracking"]
    assert gathered(world, document["consent_record"]["header"]["record_id"]).covers_everything


@pytest.mark.parametrize(
    ("kind", "said", "state"),
    [
        pytest.param("grant", {}, "dpv:ConsentGiven", id="grant"),
        pytest.param("import_row", {"status": "subscribed"}, "dpv:ConsentGiven", id="row that says yes"),
        pytest.param("import_row", {"status": "unsubscribed"}, "dpv:ConsentWithdrawn", id="row that says no"),
        pytest.param("reconfirm", {}, "dpv:RenewedConsentGiven", id="renewal"),
        pytest.param("guardian_authorised", {}, "dpv:ConsentGiven", id="guardian"),
        pytest.param("refuse", {}, "dpv:ConsentRefused", id="refusal"),
        pytest.param("object", {}, "dpv:ConsentWithdrawn", id="objection"),
        pytest.param("signal", {"name": "stop_text"}, "dpv:ConsentWithdrawn", id="signal"),
    ],
)
def test_every_word_about_consent_has_its_state(world: World, kind: str, said: dict[str, Any], state: str) -> None:
    subject = world.person()
    recorded = world.record(kind, subject, purpose="newsletter", channel="email", **said)
    document = made(world, recorded.event_id)
    assert events(document) == [(kind, state)]


def test_a_confirmation_that_came_too_late_gave_no_consent(world: World) -> None:
    subject = world.person()
    request = world.sign_up(subject).event_id
    world.clock.move(days=15)
    late = world.record("doi_confirmed", subject, request=request).event_id
    document = made(world, late)
    assert events(document)[-1] == ("doi_confirmed", "dpv:ConsentStatusInvalidForProcessing")
    assert purposes(document)["newsletter"]["standing"][0]["state"] != "granted"


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        pytest.param({"prechecked": True}, "evidence_insufficient.prechecked", id="ticked beforehand"),
        pytest.param({"coupled": True}, "evidence_insufficient.coupled", id="made a condition"),
        pytest.param({"notice": "none"}, "evidence_insufficient.no_text", id="text not kept"),
        pytest.param({"proof": "claimed"}, "evidence_insufficient.proof_level", id="proof too weak"),
    ],
)
def test_a_declaration_that_permits_nothing_says_why(world: World, said: dict[str, Any], fault: str) -> None:
    document = made(world, world.grant(world.person(), **said).event_id)
    (standing,) = purposes(document)["newsletter"]["standing"]
    assert (standing["state"], standing["fault"]) == ("invalid", fault)


def test_a_text_that_was_not_kept_is_not_made_up(world: World) -> None:
    processing = made(world, world.grant(world.person(), notice="none").event_id)["consent_record"]["pii_processing"]
    assert processing["privacy_notice"] == [{"@type": "dpv:ConsentNotice", "notice_id": "none"}]
    assert processing["language"] == "und"


def test_the_end_of_a_consent_and_of_its_proof_is_told(world: World) -> None:
    until = world.clock().replace(year=2027)
    purpose = purposes(made(world, world.grant(world.person(), valid_until=until.isoformat()).event_id))["newsletter"]
    assert purpose["standing"][0]["ends"] == "2027-11-20T09:00:00Z"
    assert [kept["duration"]["value"] for kept in purpose["retention_period"]] == [
        "the consent ends",
        "2029-11-20T09:00:00Z",
    ]


def test_the_words_are_those_of_then_and_the_contact_is_that_of_now(world: World) -> None:
    event_id = confirmed(world)
    moved = POLICY.replace("de: Neuigkeiten und Angebote", "de: Werbung").replace("Speicherweg 7", "Hafenstr. 1")
    assert "de: Werbung" in moved
    world.policies.apply(moved, actor="test")
    document = made(world, event_id)
    assert purposes(document)["newsletter"]["purpose"] == "Neuigkeiten und Angebote"
    assert document["consent_record"]["party_identification"][0]["party_address"].startswith("Hafenstr. 1")


def test_what_the_controller_does_not_state_is_said_to_be_missing(world: World) -> None:
    lines = ("country: DE", "stores_in: [DE]", "email: datenschutz", "phone: ", "privacy_policy: ", "authority: ")
    kept = [line for line in POLICY.splitlines() if not line.strip().startswith(lines)]
    world.policies.apply("\n".join(kept), actor="test")
    event_id = world.grant(world.person(country=None)).event_id
    document = made(world, event_id)
    purpose = purposes(document)["newsletter"]
    assert (purpose["jurisdiction"], purpose["storage_locations"][0]["location"]) == (
        ["dpv:NotAvailable"],
        ["dpv:NotAvailable"],
    )
    assert document["consent_record"]["party_identification"][0]["party_contact"] == "Speicherweg 7, 21337 Lüneburg"
    with pytest.raises(errors.ReceiptIncomplete, match=r"controllers\.nordlicht\.email"):
        made_for_kantara(world, event_id)


def test_the_older_form_names_purposes_third_parties_and_the_time(world: World) -> None:
    document = made_for_kantara(world, confirmed(world))
    (service_told,) = document["services"]
    told = {purpose["purpose"]: purpose for purpose in service_told["purposes"]}
    assert told["Neuigkeiten und Angebote"]["purposeCategory"] == ["6 - Marketing"]
    assert [purpose["thirdPartyDisclosure"] for purpose in told.values()] == [False, True]
    assert document["consentTimestamp"] == int(world.clock().timestamp())
    assert document["jurisdiction"] == "DE"


@pytest.mark.parametrize(
    ("event", "fields"),
    [
        ("sale", {}),
        ("use", {"purpose": "newsletter", "channel": "email"}),
        ("pause", {"until": "2027-01-01T00:00:00Z"}),
    ],
)
def test_what_says_nothing_about_consent_has_no_receipt(world: World, event: str, fields: dict[str, Any]) -> None:
    recorded = world.record(event, world.person(), **fields)
    with pytest.raises(errors.NoReceipt):
        gathered(world, recorded.event_id)


def test_an_unknown_event_and_an_erased_person_have_no_receipt(world: World) -> None:
    subject = world.person()
    event_id = world.grant(subject).event_id
    with pytest.raises(errors.UnknownEvent):
        gathered(world, "01990000-0000-7000-8000-000000000000")
    world.erase(subject)
    with pytest.raises((errors.SubjectGone, errors.UnknownEvent, errors.NoReceipt)):
        gathered(world, event_id)


def test_a_token_opens_one_receipt_and_cannot_be_made_up(world: World) -> None:
    event_id = world.grant(world.person()).event_id
    token = service(world).token_for(event_id)
    assert service(world).event_behind(token) == event_id
    other = "01990000-0000-7000-8000-000000000000"
    forged = service(world).token_for(other)[:20] + token[20:]
    assert [service(world).event_behind(text) for text in (forged, token[:-4], "", "ä")] == [None] * 4


def test_every_word_of_the_document_is_defined_in_its_context(world: World) -> None:
    def words(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            for name, inside in value.items():
                if name not in ("@context", "text"):
                    yield name
                    yield from words(inside)
        elif isinstance(value, list):
            for item in value:
                yield from words(item)

    document = made(world, confirmed(world))
    assert {word for word in words(document) if not word.startswith("@")} <= CONTEXT.keys()

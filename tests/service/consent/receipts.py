"""Receipts in tests: made over a world, and judged by the schemas that the project keeps."""

import json
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from consent.kantara import kantara_receipt
from consent.receipt_facts import Links, ReceiptFacts
from consent.receipt_service import ReceiptService
from consent.receipts import receipt
from tests.paths import ROOT
from tests.service.consent.world import World

BASE = "https://nordlicht.example"


def schema(name: str) -> Draft202012Validator:
    """Return the validator for a schema, which itself must be sound."""
    document = json.loads((ROOT / "consent" / "schemas" / f"{name}.json").read_text("utf-8"))
    Draft202012Validator.check_schema(document)
    return Draft202012Validator(document, format_checker=FormatChecker())


RECEIPT_27560 = schema("consent_receipt_27560")
RECEIPT_KANTARA = schema("consent_receipt_kantara_1_1")


def service(world: World) -> ReceiptService:
    return ReceiptService(world.ground, world.policies)


def gathered(world: World, event_id: str, *, in_clear: bool = False) -> ReceiptFacts:
    return service(world).gather(event_id, in_clear=in_clear)


def links(facts: ReceiptFacts) -> Links:
    withdrawal = {covered.purpose.id: f"{BASE}/u/token-{covered.purpose.id}" for covered in facts.covered}
    return Links(receipt=f"{BASE}/v1/consents/{facts.event.id}/receipt", withdrawal=withdrawal)


def made(world: World, event_id: str, *, in_clear: bool = False) -> dict[str, Any]:
    """Return the receipt for an event as a reader gets it; it fits the schema."""
    facts = gathered(world, event_id, in_clear=in_clear)
    document: dict[str, Any] = json.loads(json.dumps(receipt(facts, links(facts))))
    RECEIPT_27560.validate(document)
    return document


def made_for_kantara(world: World, event_id: str) -> dict[str, Any]:
    """Return the receipt in the older form; it fits its schema."""
    document: dict[str, Any] = json.loads(json.dumps(kantara_receipt(gathered(world, event_id, in_clear=False))))
    RECEIPT_KANTARA.validate(document)
    return document

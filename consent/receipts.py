"""Consent records and receipts after ISO/IEC TS 27560:2023, as JSON-LD with the terms of DPV.

A receipt is a copy of the record for the person it is about: what was agreed to or refused, in which words, towards
whom, how it stands now, how to take it back, and the proof that the audit log holds it. It names the person by an id
and no contact point in clear.
"""

from base64 import b64encode
from collections.abc import Iterable
from typing import Any

from consent.controllers import Controller
from consent.notices import NO_TEXT, NoticeVersion
from consent.periods import to_iso
from consent.receipt_events import event_document
from consent.receipt_facts import Covered, Links, LogProof, ReceiptFacts, Standing
from consent.receipt_terms import (
    CONTEXT,
    METHODS,
    NOT_AVAILABLE,
    PII_TYPES,
    PROCESSING,
    PURPOSE_TYPES,
    RECEIPT_SCHEMA,
    RECORD_SCHEMA,
    RIGHTS,
)
from consent.vocabulary import Obligation, PurposeClass

Document = dict[str, Any]


def receipt(facts: ReceiptFacts, links: Links) -> Document:
    """Return the receipt for one word about consent: a JSON-LD document that holds the record."""
    return {
        "@context": CONTEXT,
        "@id": links.receipt,
        "@type": "dpv:ConsentReceipt",
        "schema_version": RECEIPT_SCHEMA,
        "receipt_id": links.receipt,
        "issued_at": to_iso(facts.issued_at),
        "publisher": party_id(facts, facts.controllers[0].id),
        "consent_record": record(facts, links),
        "log_proof": None if facts.log_proof is None else _log_proof(facts.step.entry_id, facts.log_proof),
    }


def record(facts: ReceiptFacts, links: Links) -> Document:
    """Return the consent record in the four parts of the TS: header, processing, parties, events."""
    return {
        "@id": f"urn:uuid:{facts.event.id}",
        "@type": "dpv:ConsentRecord",
        "header": {
            "schema_version": RECORD_SCHEMA,
            "record_id": facts.event.id,
            "pii_principal_id": _person(facts),
        },
        "pii_processing": {
            "privacy_notice": [_notice(facts, version) for version in facts.notices or (None,)],
            "language": facts.text_language,
            "purposes": [_process(facts, covered, links) for covered in facts.covered],
        },
        "party_identification": [*_parties(facts)],
        "event": [event_document(step, facts, _person(facts)) for step in facts.history],
    }


def party_id(facts: ReceiptFacts, name: str) -> str:
    """Return the name of a controller or recipient in a receipt; it means the same in every receipt of the group."""
    return f"urn:placet:{facts.group_id}:party:{name}"


def _person(facts: ReceiptFacts) -> str:
    return f"urn:uuid:{facts.subject_id}"


def _notice(facts: ReceiptFacts, version: NoticeVersion | None) -> Document:
    if version is None:
        return {"@type": "dpv:ConsentNotice", "notice_id": NO_TEXT}
    return {
        "@id": f"urn:placet:{facts.group_id}:notice:{version.ref}",
        "@type": "dpv:ConsentNotice",
        "notice_id": version.ref,
        "published": None if version.published is None else to_iso(version.published),
        "text": dict(version.texts),
        "digest": facts.digests[version.ref],
    }


def _process(facts: ReceiptFacts, covered: Covered, links: Links) -> Document:
    purpose = covered.purpose
    return {
        "@type": "dpv:Process",
        "purpose": purpose.title_in(facts.text_language),
        "purpose_id": purpose.id,
        "purpose_type": PURPOSE_TYPES[purpose.purpose_class],
        "topic": covered.topic,
        "channels": [channel.id for channel in covered.channels],
        "lawful_basis": ["dpv:Consent", "eu-gdpr:A9-2-a" if purpose.special_category else "eu-gdpr:A6-1-a"],
        "pii_information": _personal_data(covered),
        "pii_controllers": [party_id(facts, controller.id) for controller in facts.controllers],
        "collection_method": {
            "@type": "dpv:DataSubjectDataSource",
            "description": facts.source or METHODS[facts.event.kind],
        },
        "processing_method": _processing(covered),
        "storage_locations": [_stored_in(facts.controllers)],
        "retention_period": _kept(covered),
        "jurisdiction": [f"loc:{country}" for country in facts.jurisdictions] or [NOT_AVAILABLE],
        "recipient_third_parties": [party_id(facts, name) for name in covered.recipients],
        "withdrawal_method": {
            "@type": "dpv:WithdrawConsent",
            "exercised_at": links.withdrawal[purpose.id],
            "one_click": links.one_click(purpose.id),
        },
        "privacy_rights": [_right(facts, article) for article in RIGHTS],
        "authority_party": [
            {"@type": "dpv:Authority", "party_name": controller.authority}
            for controller in facts.controllers
            if controller.authority
        ],
        "standing": [_standing(standing) for standing in covered.standings],
    }


def _personal_data(covered: Covered) -> list[Document]:
    """Return the personal data that the channels need; data about the person where they need no contact point."""
    kind = "dpv:SpecialCategoryPersonalData" if covered.purpose.special_category else "dpv:PersonalData"
    found: dict[str, Document] = {}
    for channel in covered.channels:
        pii_type = _pii_type(covered) if channel.identifier is None else PII_TYPES[channel.identifier]
        item: Document = {"@type": kind, "pii_type": pii_type, "pii_optional": "dpv:Required"}
        if channel.id in covered.identifier_ids:
            item["pii_attribute_id"] = covered.identifier_ids[channel.id]
        found.setdefault(pii_type, item)
    return [*found.values()]


def _pii_type(covered: Covered) -> str:
    listens = covered.purpose.purpose_class is PurposeClass.LISTENING
    return "pd:SocialMediaCommunication" if listens else "dpv:PersonalData"


def _processing(covered: Covered) -> list[str]:
    hidden = ("dpv:Pseudonymise",) if Obligation.PSEUDONYMISE in covered.purpose.obligations else ()
    return ["dpv:Store", "dpv:Use", *PROCESSING.get(covered.purpose.purpose_class, ()), *hidden]


def _stored_in(controllers: Iterable[Controller]) -> Document:
    countries = dict.fromkeys(country for controller in controllers for country in controller.stores_in)
    return {
        "@type": "dpv:StorageLocation",
        "location": [f"loc:{country}" for country in countries] or [NOT_AVAILABLE],
    }


def _kept(covered: Covered) -> list[Document]:
    kept = [_storage("dpv:UntilEventDuration", "the consent ends")]
    if covered.keep_proof_until is not None:
        kept.append({**_storage("dpv:UntilTimeDuration", to_iso(covered.keep_proof_until)), "description": "proof"})
    return kept


def _storage(kind: str, value: str) -> Document:
    return {"@type": "dpv:StorageDuration", "duration": {"@type": kind, "value": value}}


def _right(facts: ReceiptFacts, article: str) -> Document:
    controller = facts.controllers[0]
    return {
        "@type": ["dpv:DataSubjectRight", f"eu-gdpr:{article}"],
        "exercised_at": f"mailto:{controller.email}" if controller.email else party_id(facts, controller.id),
    }


def _standing(standing: Standing) -> Document:
    return {
        "channel": standing.channel,
        "state": standing.state,
        "fault": standing.fault,
        "ends": None if standing.ends is None else to_iso(standing.ends),
    }


def _parties(facts: ReceiptFacts) -> Iterable[Document]:
    for controller in facts.controllers:
        yield _controller(facts, controller)
    named = dict.fromkeys(name for covered in facts.covered for name in covered.recipients)
    for name in named:
        yield _recipient(facts, name)


def _controller(facts: ReceiptFacts, controller: Controller) -> Document:
    known = {
        "party_email": controller.email,
        "party_phone": controller.phone,
        "party_url": controller.privacy_policy,
    }
    party = _party(facts, controller.id, controller.name, "dpv:DataController", controller)
    return {**party, **{name: value for name, value in known.items() if value is not None}}


def _recipient(facts: ReceiptFacts, name: str) -> Document:
    """Return a recipient; it is reached through the controller, who tells it of every change (GDPR Art. 19)."""
    known = facts.recipients.get(name)
    return _party(facts, name, known.title if known else name, "dpv:Recipient", facts.controllers[0])


def _party(facts: ReceiptFacts, name: str, title: str, role: str, reached: Controller) -> Document:
    iri = party_id(facts, name)
    return {
        "@id": iri,
        "party_role": [role],
        "party_type": "dpv:Organisation",
        "party_id": iri,
        "party_name": title,
        "party_address": reached.address,
        "party_contact": reached.email or reached.phone or reached.address,
    }


def _log_proof(entry_id: str, proof: LogProof) -> Document:
    return {
        "origin": proof.origin,
        "entry_id": entry_id,
        "index": proof.index,
        "tree_size": proof.tree_size,
        "entry": b64encode(proof.entry).decode("ascii"),
        "tlog_proof": proof.tlog_proof,
    }

"""The words of receipts: what each field means in the Data Privacy Vocabulary (DPV 2), and which term stands for what.

Fields have the names of ISO/IEC TS 27560:2023; the context says which property of DPV each of them is, so that the
same document reads as the record of the TS and as linked data.
"""

from typing import Any, Final

from consent.vocabulary import EventKind, IdentifierKind, PurposeClass, SignalEffect

_IRI: Final = "@id"


def _link(term: str) -> dict[str, str]:
    return {"@id": term, "@type": _IRI}


def _instant(term: str) -> dict[str, str]:
    return {"@id": term, "@type": "xsd:dateTime"}


CONTEXT: Final[dict[str, Any]] = {
    "@version": 1.1,
    "dct": "http://purl.org/dc/terms/",
    "dpv": "https://w3id.org/dpv#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "loc": "https://w3id.org/dpv/loc#",
    "pd": "https://w3id.org/dpv/pd#",
    "placet": "urn:placet:terms:",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    # 6.4.5 receipt metadata, 6.3.3 record header
    "schema_version": _link("dct:conformsTo"),
    "receipt_id": "dpv:hasIdentifier",
    "issued_at": _instant("dct:created"),
    "publisher": _link("dct:publisher"),
    "consent_record": "dpv:hasRecordOfActivity",
    "header": "@nest",
    "record_id": "dct:identifier",
    "pii_principal_id": _link("dpv:hasDataSubject"),
    # 6.3.4 processing
    "pii_processing": "@nest",
    "privacy_notice": "dpv:hasNotice",
    "notice_id": "dct:identifier",
    "published": _instant("dct:issued"),
    "text": {"@id": "dct:description", "@container": "@language"},
    "digest": "placet:sha256",
    "language": "dct:language",
    "purposes": "dpv:hasProcess",
    "purpose": "dct:title",
    "purpose_id": "dct:identifier",
    "purpose_type": _link("dpv:hasPurpose"),
    "topic": "dct:subject",
    "channels": "placet:channel",
    "lawful_basis": _link("dpv:hasLegalBasis"),
    "pii_controllers": _link("dpv:hasDataController"),
    "collection_method": "dpv:hasDataSource",
    "description": "dct:description",
    "processing_method": _link("dpv:hasProcessing"),
    "storage_locations": "dpv:hasStorageCondition",
    "location": _link("dpv:hasLocation"),
    "retention_period": "dpv:hasStorageCondition",
    "duration": "dpv:hasDuration",
    "value": "rdf:value",
    "jurisdiction": _link("dpv:hasJurisdiction"),
    "recipient_third_parties": _link("dpv:hasRecipient"),
    "withdrawal_method": "dpv:hasConsentControl",
    "exercised_at": _link("dpv:isExercisedAt"),
    "one_click": _link("placet:oneClick"),
    "privacy_rights": "dpv:hasRight",
    "authority_party": _link("dpv:hasAuthority"),
    "standing": "placet:standing",
    "channel": "placet:channel",
    "state": "placet:state",
    "fault": "placet:fault",
    "ends": _instant("placet:ends"),
    # 6.3.5 personal data
    "pii_information": "dpv:hasPersonalData",
    "pii_type": _link("skos:broader"),
    "pii_attribute_id": "dct:identifier",
    "pii_optional": _link("dpv:hasNecessity"),
    # 6.3.6 parties
    "party_identification": "dpv:hasEntity",
    "party_id": "dpv:hasIdentifier",
    "party_name": "dpv:hasName",
    "party_address": "dpv:hasAddress",
    "party_email": "schema:email",
    "party_phone": "schema:telephone",
    "party_url": _link("schema:url"),
    "party_role": "@type",
    "party_contact": "dpv:hasContact",
    "party_type": _link("dct:type"),
    # 6.3.7 events
    "event": "dpv:hasConsentStatus",
    "event_id": "dct:identifier",
    "event_kind": "placet:event",
    "event_time": _instant("dpv:isIndicatedAtTime"),
    "recorded_at": _instant("dct:dateSubmitted"),
    "validity_duration": "dpv:hasDuration",
    "entity_id": _link("dpv:isIndicatedBy"),
    "event_type": _link("dpv:hasLegalBasis"),
    "event_state": "@type",
    "method": "dpv:hasIndicationMethod",
    "proof": "placet:proof",
    "evidence": "placet:evidence",
    "log_entry": "placet:logEntry",
    # The proof that the audit log holds the event
    "log_proof": "placet:logProof",
    "origin": "placet:origin",
    "entry_id": "dct:identifier",
    "index": "placet:index",
    "tree_size": "placet:treeSize",
    "entry": "placet:entry",
    "tlog_proof": "placet:tlogProof",
}
"""The context of the document; it stands in it whole, so that reading a receipt asks nobody on the web."""

RECEIPT_SCHEMA: Final = "https://w3id.org/dpv/schema/dpv-27560#receipt"
RECORD_SCHEMA: Final = "https://w3id.org/dpv/schema/dpv-27560#record"
NOT_AVAILABLE: Final = "dpv:NotAvailable"
"""Stands where a mandatory field has no value because the controller did not state one."""

PURPOSE_TYPES: Final = {
    PurposeClass.DIRECT_MARKETING: "dpv:DirectMarketing",
    PurposeClass.PROFILING: "dpv:Personalisation",
    PurposeClass.TRACKING: "dpv:ServiceUsageAnalytics",
    PurposeClass.SHARING: "dpv:Marketing",
    PurposeClass.LISTENING: "dpv:CustomerRelationshipManagement",
    PurposeClass.TRANSACTIONAL: "dpv:ServiceProvision",
    PurposeClass.LEGAL: "dpv:LegalCompliance",
}
PROCESSING: Final = {
    PurposeClass.PROFILING: ("dpv:Profiling",),
    PurposeClass.TRACKING: ("dpv:Observe",),
    PurposeClass.SHARING: ("dpv:Share",),
    PurposeClass.LISTENING: ("dpv:Analyse",),
}
"""What is done besides storing and using, by the class of the purpose."""

PII_TYPES: Final = {
    IdentifierKind.EMAIL: "pd:EmailAddress",
    IdentifierKind.PHONE: "pd:TelephoneNumber",
    IdentifierKind.FAX: "pd:TelephoneNumber",
    IdentifierKind.POSTAL: "pd:PhysicalAddress",
    IdentifierKind.SOCIAL: "pd:Username",
    IdentifierKind.DEVICE: "pd:DeviceBased",
}
EVENT_STATES: Final = {
    EventKind.GRANT: "dpv:ConsentGiven",
    EventKind.GRANT_REQUESTED: "dpv:ConsentRequested",
    EventKind.DOI_CONFIRMED: "dpv:ConsentGiven",
    EventKind.RECONFIRM: "dpv:RenewedConsentGiven",
    EventKind.GUARDIAN_AUTHORISED: "dpv:ConsentGiven",
    EventKind.REFUSE: "dpv:ConsentRefused",
    EventKind.WITHDRAW: "dpv:ConsentWithdrawn",
    EventKind.OBJECT: "dpv:ConsentWithdrawn",
    EventKind.SIGNAL: "dpv:ConsentWithdrawn",
    EventKind.INVALIDATE: "dpv:ConsentInvalidated",
}
"""Of a row of a file its status decides, of a signal as what it is heard."""

HEARD_AS_REFUSAL: Final = SignalEffect.REFUSE
METHODS: Final = {
    EventKind.GRANT: "declaration reported by the controller",
    EventKind.GRANT_REQUESTED: "form, to be confirmed at the contact point",
    EventKind.DOI_CONFIRMED: "double opt-in: a press of the button behind the link in a mail",
    EventKind.RECONFIRM: "renewal reported by the controller",
    EventKind.GUARDIAN_AUTHORISED: "authorisation by the holder of parental responsibility",
    EventKind.IMPORT_ROW: "row of a file or another system",
    EventKind.REFUSE: "refusal reported by the controller",
    EventKind.WITHDRAW: "withdrawal by link, page, letter or call",
    EventKind.OBJECT: "objection by link, page, letter or call",
    EventKind.SIGNAL: "signal of a machine or text in free words",
    EventKind.INVALIDATE: "finding of a court, an authority or an audit",
}
RIGHTS: Final = ("A7-3", "A15", "A16", "A17", "A18", "A20", "A21")
"""The rights of a data subject towards the controller of processing that rests on consent (GDPR), as DPV names them."""

"""The Kantara Consent Receipt, version 1.1.0: for systems that read the form from before ISO/IEC TS 27560."""

from typing import Any, Final

from consent.controllers import Controller
from consent.errors import ReceiptIncomplete
from consent.periods import to_iso
from consent.receipt_facts import Covered, ReceiptFacts
from consent.receipt_terms import METHODS
from consent.vocabulary import IdentifierKind, PurposeClass

VERSION: Final = "KI-CR-v1.1.0"
# The categories that the specification lists for purposes and for personal data.
_PURPOSES: Final = {
    PurposeClass.DIRECT_MARKETING: "6 - Marketing",
    PurposeClass.PROFILING: "5 - Personalized Experience",
    PurposeClass.TRACKING: "16 - Improve Performance",
    PurposeClass.SHARING: "9 - Sharing for Marketing",
    PurposeClass.LISTENING: "16 - Improve Performance",
    PurposeClass.TRANSACTIONAL: "2 - Contracted Service",
    PurposeClass.LEGAL: "12 - Legally Required Data Retention",
}
_PII: Final = {
    IdentifierKind.EMAIL: "2 - Contact",
    IdentifierKind.PHONE: "2 - Contact",
    IdentifierKind.FAX: "2 - Contact",
    IdentifierKind.POSTAL: "2 - Contact",
    IdentifierKind.SOCIAL: "4 - Communications/Social",
    IdentifierKind.DEVICE: "5 - Network/Service",
    None: "15 - Behavioral",
}
_DEMANDED: Final = ("email", "phone", "privacy_policy")
_SPECIAL: Final = "special category of personal data (GDPR Art. 9)"


def kantara_receipt(facts: ReceiptFacts) -> dict[str, Any]:
    """Return the receipt in the form of Kantara 1.1, with every field that form demands.

    Raises ReceiptIncomplete, naming the place, where the policy does not say what the form demands of a controller:
    e-mail address, telephone number and privacy policy.
    """
    special = any(covered.purpose.special_category for covered in facts.covered)
    return {
        "version": VERSION,
        "jurisdiction": ", ".join(facts.jurisdictions) or "unknown",
        "consentTimestamp": int(facts.event.at.timestamp()),
        "collectionMethod": facts.source or METHODS[facts.event.kind],
        "consentReceiptID": facts.event.id,
        "language": facts.text_language,
        "piiPrincipalId": facts.subject_id,
        "piiControllers": [_controller(controller) for controller in facts.controllers],
        "policyUrl": _stated(facts.controllers[0], "privacy_policy"),
        "services": [
            {
                "service": facts.controllers[0].name,
                "purposes": [_purpose(facts, covered) for covered in facts.covered],
            }
        ],
        "sensitive": special,
        "spiCat": [_SPECIAL] if special else [],
    }


def is_complete(facts: ReceiptFacts) -> bool:
    """Say whether the policy tells all that this form demands of the controllers."""
    return all(getattr(controller, name) is not None for controller in facts.controllers for name in _DEMANDED)


def _controller(controller: Controller) -> dict[str, Any]:
    address = {"streetAddress": controller.address}
    if controller.country is not None:
        address["addressCountry"] = controller.country
    return {
        "piiController": controller.name,
        "contact": controller.name,
        "address": address,
        "email": _stated(controller, "email"),
        "phone": _stated(controller, "phone"),
        "piiControllerUrl": _stated(controller, "privacy_policy"),
    }


def _stated(controller: Controller, name: str) -> str:
    value: str | None = getattr(controller, name)
    if value is None:
        raise ReceiptIncomplete(f"controllers.{controller.id}.{name}: missing in the policy, and this receipt needs it")
    return value


def _purpose(facts: ReceiptFacts, covered: Covered) -> dict[str, Any]:
    kinds = dict.fromkeys(_PII[channel.identifier] for channel in covered.channels)
    purpose: dict[str, Any] = {
        "purpose": covered.purpose.title_in(facts.text_language),
        "purposeCategory": [_PURPOSES[covered.purpose.purpose_class]],
        "consentType": _consent_type(facts),
        "piiCategory": list(kinds),
        "primaryPurpose": False,
        "termination": _termination(facts),
        "thirdPartyDisclosure": bool(covered.recipients),
    }
    if covered.recipients:
        titles = [facts.recipients[name].title if name in facts.recipients else name for name in covered.recipients]
        purpose["thirdPartyName"] = ", ".join(titles)
    return purpose


def _consent_type(facts: ReceiptFacts) -> str:
    if facts.is_no:
        return "N/A"
    return "IMPLICIT" if facts.said.prechecked else "EXPLICIT"


def _termination(facts: ReceiptFacts) -> str:
    if facts.is_no:
        return to_iso(facts.event.at)
    until = facts.said.valid_until
    return "withdrawal" if until is None else to_iso(until)

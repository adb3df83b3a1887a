"""The events of a consent record: when, by whom, of which type and state, and how long each holds (TS 27560, 6.3.7)."""

from typing import Any

from consent.periods import to_iso
from consent.receipt_facts import ReceiptFacts, Step
from consent.receipt_terms import EVENT_STATES, HEARD_AS_REFUSAL, METHODS
from consent.vocabulary import EventKind, ImportStatus

_YES = frozenset({EventKind.GRANT, EventKind.DOI_CONFIRMED, EventKind.RECONFIRM, EventKind.GUARDIAN_AUTHORISED})


def event_document(step: Step, facts: ReceiptFacts, person: str) -> dict[str, Any]:
    """Return one event of the record; `person` is the name of the data subject in it."""
    event = step.event
    document = {
        "event_id": event.id,
        "event_kind": event.kind,
        "event_time": to_iso(event.at),
        "recorded_at": to_iso(event.recorded_at),
        "validity_duration": _validity(step),
        "entity_id": _said_by(event.kind, person),
        "event_type": _consent_type(step, facts),
        "event_state": state_of(step),
        "method": METHODS[event.kind],
        "log_entry": step.entry_id,
    }
    if step.proof is not None:
        document["proof"] = step.proof
    if step.evidence:
        document["evidence"] = list(step.evidence)
    return document


def state_of(step: Step) -> str:
    """Return the state that an event brought about, as a term of DPV."""
    event = step.event
    if event.kind is EventKind.IMPORT_ROW:
        return "dpv:ConsentGiven" if event.status is ImportStatus.SUBSCRIBED else "dpv:ConsentWithdrawn"
    if step.acts_as is HEARD_AS_REFUSAL:
        return EVENT_STATES[EventKind.REFUSE]
    return EVENT_STATES[event.kind] if step.took_effect else "dpv:ConsentStatusInvalidForProcessing"


def _consent_type(step: Step, facts: ReceiptFacts) -> str:
    if not _says_yes(step):
        return "dpv:Consent"
    return "dpv:ExplicitlyExpressedConsent" if facts.said.explicit else "dpv:ExpressedConsent"


def _says_yes(step: Step) -> bool:
    subscribed = step.event.status is ImportStatus.SUBSCRIBED
    return step.event.kind in _YES or step.event.kind is EventKind.GRANT_REQUESTED or subscribed


def _said_by(kind: EventKind, person: str) -> str:
    if kind is EventKind.GUARDIAN_AUTHORISED:
        return "dpv:GuardianOfDataSubject"
    return "dpv:DataController" if kind is EventKind.INVALIDATE else person


def _validity(step: Step) -> dict[str, str]:
    """Return how long an event holds. A no does not run out; a yes ends with its term, or when it is withdrawn."""
    if not _says_yes(step):
        return {"@type": "dpv:EndlessDuration", "value": "until answered by a later consent"}
    until = step.waits_until or step.event.valid_until
    if until is not None:
        return {"@type": "dpv:UntilTimeDuration", "value": to_iso(until)}
    if step.notice is not None and step.notice.consent_ends is not None:
        return {"@type": "dpv:UntilEventDuration", "value": step.notice.consent_ends.replace("_", " ")}
    return {"@type": "dpv:UntilEventDuration", "value": "withdrawal"}

"""The entries that consent writes to the audit log. `pub` identifies nobody; what may is a field."""

from collections.abc import Mapping

from audit.events import Event, EventType
from consent.event import ConsentEvent
from consent.in_force import InForce
from consent.vocabulary import EventKind

_PUB = ("controllers", "purposes", "topic", "channels", "notice", "proof", "list", "signal", "status", "policy")
_FIELDS = ("subject", "actor", "event", "identifier", "other", "occurred_at", "source", "ip", "user_agent")


def _about(name: str) -> EventType:
    return EventType(name, pub=_PUB, fields=_FIELDS)


RECORDED: dict[EventKind, EventType] = {
    EventKind.GRANT: _about("consent.granted"),
    EventKind.GRANT_REQUESTED: _about("consent.requested"),
    EventKind.DOI_CONFIRMED: _about("consent.confirmed"),
    EventKind.DOI_LINK_OPENED: _about("confirmation.opened"),
    EventKind.RECONFIRM: _about("consent.renewed"),
    EventKind.GUARDIAN_AUTHORISED: _about("consent.authorised"),
    EventKind.IMPORT_ROW: _about("consent.imported"),
    EventKind.REFUSE: _about("consent.refused"),
    EventKind.WITHDRAW: _about("consent.withdrawn"),
    EventKind.OBJECT: _about("consent.objected"),
    EventKind.SIGNAL: _about("signal.received"),
    EventKind.RESTRICT: _about("processing.restricted"),
    EventKind.LIFT_RESTRICTION: _about("restriction.lifted"),
    EventKind.SUPPRESS: _about("suppression.added"),
    EventKind.LIFT_SUPPRESSION: _about("suppression.lifted"),
    EventKind.ERASE: _about("subject.closed"),
    EventKind.DECEASE: _about("subject.deceased"),
    EventKind.INVALIDATE: _about("consent.invalidated"),
    EventKind.PAUSE: _about("messages.paused"),
    EventKind.UNSUBSCRIBE_LINK_OPENED: _about("link.opened"),
    EventKind.NOTICE_SHOWN: _about("notice.shown"),
    EventKind.NOTICE_PUBLISHED: _about("notice.published"),
    EventKind.USE: _about("consent.used"),
    EventKind.SALE: _about("sale.reported"),
    EventKind.CONTRACT_END: _about("contract.ended"),
    EventKind.INQUIRY: _about("inquiry.received"),
    EventKind.PUBLIC_POST: _about("post.reported"),
    EventKind.B2B_INTEREST: _about("interest.documented"),
    EventKind.ASSESSMENT: _about("assessment.recorded"),
    EventKind.MOVED: _about("subject.moved"),
    EventKind.IDENTIFIER_ADDED: _about("identifier.added"),
    EventKind.IDENTIFIER_RECYCLED: _about("identifier.recycled"),
    EventKind.IDENTIFIER_SHARED: _about("identifier.shared"),
    EventKind.IDENTIFIER_VERIFIED: _about("identifier.verified"),
    EventKind.IDENTIFIER_CHANGED: _about("identifier.changed"),
    EventKind.BOUNCE: _about("delivery.bounced"),
    EventKind.MERGE: _about("subject.merged"),
    EventKind.UNMERGE: _about("subject.parted"),
}
"""The entry for each kind of event of the rule book."""

SUBJECT_CREATED = EventType("subject.created", fields=("subject", "actor"))
SUBJECT_AMENDED = EventType("subject.amended", pub=("facts",), fields=("subject", "actor"))
# Rows of files come by the million: what may relate to a person stands in one field, as JSON, and is sealed once.
SUBJECT_IMPORTED = EventType("subject.imported", fields=("facts",))
ROW_IMPORTED = EventType("row.imported", pub=_PUB, fields=("facts",))
CONSENTS_EXPORTED = EventType("consents.exported", pub=("controller", "format"), fields=("actor",))
OUTSIDE_ID_ADDED = EventType("outside_id.added", fields=("subject", "actor", "identifier"))
OUTSIDE_ID_VERIFIED = EventType("outside_id.verified", fields=("subject", "actor", "identifier"))
OUTSIDE_ID_RETIRED = EventType("outside_id.retired", fields=("subject", "actor", "identifier"))
POLICY_APPLIED = EventType(
    "policy.applied", pub=("version", "edition", "digest", "notices", "recipients"), fields=("actor",)
)
DECISIONS_LOGGED = EventType("decisions.logged", pub=("count", "allowed", "denied"))
PERMISSIONS_REBUILT = EventType("permissions.rebuilt", pub=("count", "policy"))
MAIL_SENT = EventType("mail.sent", pub=("template",), fields=("subject", "event", "message_id", "digest"))
MAIL_WITHHELD = EventType("mail.withheld", pub=("template", "reason"), fields=("subject", "event"))
SIGN_UPS_REMOVED = EventType("signups.removed", pub=("count", "subjects"))


def entry_of(
    event: ConsentEvent, in_force: InForce, *, actor: str, where: Mapping[str, str], subject: str | None
) -> Event:
    """Return the entry for an event of the rule book.

    `where` holds what is known of the act itself: source, ip, user_agent. `subject` is the person under
    whose keys the entry is sealed; None writes nothing about a person.
    """
    fields = {"actor": actor}
    if subject is not None:
        fields |= {
            **where,
            "subject": subject,
            "event": event.id,
            "identifier": ",".join(event.identifiers),
            "other": event.other or "",
            "occurred_at": event.at.isoformat(),
        }
    return RECORDED[event.kind].event(pub=pub_of(event, in_force), fields=fields, subject=subject)


def pub_of(event: ConsentEvent, in_force: InForce) -> dict[str, object]:
    """Return what identifies nobody of an event."""
    return {
        "controllers": list(event.controllers) or None,
        "purposes": list(event.purposes) or None,
        "topic": event.topic,
        "channels": list(event.channels) or None,
        "notice": event.notice,
        "proof": event.proof and event.proof.value,
        "list": event.reason and event.reason.value,
        # A signal that the policy does not know is a text of the caller's, who may have put anything in.
        "signal": event.name if event.name in in_force.policy.signals else None,
        "status": event.status and event.status.value,
        "policy": in_force.version,
    }

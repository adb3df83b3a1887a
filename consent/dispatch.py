"""Proof that a mail left: its Message-ID, when, and what stood in it, kept with the event that it is about."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from audit.ground import Ground
from audit.unit_of_work import UnitOfWork
from consent.errors import UnknownEvent
from consent.event_store import EventStore
from consent.events import MAIL_SENT, MAIL_WITHHELD
from consent.evidence_store import EvidenceStore
from consent.periods import to_iso
from consent.report import Evidence
from consent.subject_store import SubjectStore

SENT = "mail_sent"
"""The kind of evidence that tells of a mail which left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMail:
    """A mail that a server took, or that lies in the directory of mails.

    `digest` is the SHA-256 of the whole message. `parts` are its lines and bodies where they are kept, with
    whatever could still be used cut out: put back from the mail that arrived, they give the digest again.
    """

    event_id: str
    subject_id: str
    template: str
    message_id: str
    digest: bytes
    parts: Mapping[str, str] = field(default_factory=dict, repr=False)


class Dispatches:
    """Writes down what became of mails about events, in the caller's transactions."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def note_sent(self, uow: UnitOfWork, mail: SentMail) -> None:
        """Keep that a mail left, sealed, with its entry; nothing where its event or its person is gone by now."""
        if not self._is_there(uow, mail.event_id, mail.subject_id):
            return
        now = self._ground.now()
        facts = {"template": mail.template, "message_id": mail.message_id, "sent_at": to_iso(now)}
        content = {**facts, "sha256": mail.digest.hex(), **({"mail": dict(mail.parts)} if mail.parts else {})}
        EvidenceStore(self._ground, uow.session).add(mail.event_id, mail.subject_id, [Evidence(SENT, content)], now=now)
        fields = {
            "subject": mail.subject_id,
            "event": mail.event_id,
            "message_id": mail.message_id,
            "digest": mail.digest.hex(),
        }
        uow.record(MAIL_SENT.event(pub={"template": mail.template}, fields=fields, subject=mail.subject_id))

    def note_withheld(self, uow: UnitOfWork, *, event_id: str, subject_id: str, template: str, reason: str) -> None:
        """Keep that a mail was put down and then not sent, and why; nothing where its event or person is gone."""
        if self._is_there(uow, event_id, subject_id):
            fields = {"subject": subject_id, "event": event_id}
            pub = {"template": template, "reason": reason}
            uow.record(MAIL_WITHHELD.event(pub=pub, fields=fields, subject=subject_id))

    def _is_there(self, uow: UnitOfWork, event_id: str, subject_id: str) -> bool:
        # Whoever removes the person or the event waits for this transaction, or is done.
        SubjectStore(self._ground, uow.session).lock([subject_id])
        if self._ground.subject_keys.find(uow.connection, subject_id) is None:
            return False
        try:
            EventStore(self._ground, uow.session).get(event_id)
        except UnknownEvent:
            return False
        return True

"""What a receipt is made from: one word about consent, what it covers, what else was said, and its proof."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from consent.controllers import Controller
from consent.event import ConsentEvent
from consent.notices import NoticeVersion
from consent.policy_model import Channel, Purpose, Recipient
from consent.vocabulary import ConsentState, EventKind, Proof, Reason, SignalEffect, SubjectKind

RECEIPTED = frozenset(
    {
        EventKind.GRANT,
        EventKind.GRANT_REQUESTED,
        EventKind.DOI_CONFIRMED,
        EventKind.RECONFIRM,
        EventKind.GUARDIAN_AUTHORISED,
        EventKind.IMPORT_ROW,
        EventKind.REFUSE,
        EventKind.WITHDRAW,
        EventKind.OBJECT,
        EventKind.SIGNAL,
    }
)
"""Events that say something about consent, and so have a receipt."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How the consent for one channel stands now.

    `fault` is why the declaration of the receipt permits nothing (None: it does, or is no declaration), `ends` the
    first instant at which the consent will no longer carry.
    """

    channel: str
    identifier_id: str | None
    state: ConsentState
    fault: Reason | None = None
    ends: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """One purpose that the receipt is about, on the channels it names; `keep_proof_until` as the law wants it."""

    purpose: Purpose
    topic: str | None
    channels: tuple[Channel, ...]
    identifier_ids: Mapping[str, str]
    """The data subject's identifiers by channel, where the channel has a contact point."""
    recipients: tuple[str, ...]
    standings: tuple[Standing, ...]
    keep_proof_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One event of the consent's life.

    `took_effect` is False for a confirmation that came too late; `acts_as` tells as what a signal was heard.
    """

    event: ConsentEvent
    entry_id: str
    proof: Proof | None = None
    notice: NoticeVersion | None = None
    waits_until: datetime | None = None
    took_effect: bool = True
    acts_as: SignalEffect | None = None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LogProof:
    """That the entry of an event stands in the audit log: its bytes, and the `.tlog-proof` to check them with."""

    origin: str
    index: int
    tree_size: int
    entry: bytes = field(repr=False)
    tlog_proof: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptFacts:
    """All that a receipt tells. Identifiers appear by their ids, and one as a hint that its holder recognises."""

    step: Step
    issued_at: datetime
    group_id: str
    subject_id: str
    subject_kind: SubjectKind
    masked_contact: str | None = field(repr=False)
    language: str | None
    source: str | None = field(repr=False)
    """The form or system in which it was said, where the reader may know."""
    said: ConsentEvent
    """The declaration itself: of a confirmation, the request."""
    is_no: bool
    covers_everything: bool
    controllers: tuple[Controller, ...]
    recipients: Mapping[str, Recipient]
    notices: tuple[NoticeVersion, ...]
    """The texts that were agreed to; empty where the text was not kept."""
    digests: Mapping[str, str]
    """The SHA-256 of what each of them covers and says, by its name, as the store keeps it."""
    covered: tuple[Covered, ...]
    jurisdictions: tuple[str, ...]
    history: tuple[Step, ...]
    log_proof: LogProof | None

    @property
    def event(self) -> ConsentEvent:
        """Return the event that the receipt is for."""
        return self.step.event

    @property
    def text_language(self) -> str:
        """Return the language of the text: the person's own if it was written in it (ISO 639; `und`: unknown)."""
        texts = self.notices[0].texts if self.notices else {}
        if self.language in texts:
            return str(self.language)
        return next(iter(texts), "und")


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Addresses that a receipt names: its own, and by purpose the page to withdraw on and the one-click POST."""

    receipt: str
    withdrawal: Mapping[str, str]

    def one_click(self, purpose: str) -> str:
        """Return the address that takes the POST of RFC 8058."""
        return f"{self.withdrawal[purpose]}/one-click"

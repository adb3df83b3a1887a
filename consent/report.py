"""What callers report, and what they are told: an event of the rule book with the act that it came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from consent.identifiers import GivenIdentifier
from consent.vocabulary import ConsentState

SubjectRef = str | GivenIdentifier
"""A data subject by its id, or by an identifier that it holds."""

ContactRef = str | GivenIdentifier
"""A contact point by the id of an identifier of the subject, or in clear."""


@dataclass(frozen=True, slots=True, repr=False)
class Capture:
    """How an event was captured: the form or system, and the network address (shortened) and browser used."""

    source: str = ""
    ip: str = ""
    user_agent: str = ""

    def __repr__(self) -> str:
        return "Capture(<redacted>)"

    def known(self) -> dict[str, str]:
        """Return what is known, by name."""
        named = {"source": self.source, "ip": self.ip, "user_agent": self.user_agent}
        return {name: value for name, value in named.items() if value}


@dataclass(frozen=True, slots=True, repr=False)
class Evidence:
    """One thing that proves an event: a form as it was filled in, a mail as sent, a note of a call."""

    kind: str
    content: Mapping[str, object]

    def __repr__(self) -> str:
        return f"Evidence(kind={self.kind!r}, <redacted>)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One event as somebody reports it.

    `fields` are those of the rule book, `event` among them, but for the people and contact points, which
    stand apart because they are known by other names here. Without `at` it happens now. `message_ref` and
    `decision_id` tell of a use which message it was, and which answer it rests on.
    """

    fields: Mapping[str, object]
    subject: SubjectRef | None = field(default=None, repr=False)
    identifiers: tuple[ContactRef, ...] = field(default=(), repr=False)
    to: ContactRef | None = field(default=None, repr=False)
    other: SubjectRef | None = field(default=None, repr=False)
    at: datetime | None = None
    idempotency_key: str | None = field(default=None, repr=False)
    capture: Capture = field(default_factory=Capture)
    evidence: tuple[Evidence, ...] = ()
    message_ref: str | None = field(default=None, repr=False)
    decision_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What became of a report.

    `other_id` is the second record of an act about two, `also` are those for whom a no from a shared mailbox was
    recorded besides; `state` that of the consent the event is about, where
    it names one in full; `confirmation` says whether a mail asks for confirmation; `replayed` that the event
    had been recorded before.
    """

    event_id: str
    subject_id: str | None
    other_id: str | None = None
    also: tuple[str, ...] = ()
    state: ConsentState | None = None
    confirmation_sent: bool = False
    replayed: bool = False

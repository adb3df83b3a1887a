"""What is written to the log: event types with fixed facts and fields, and the events made from them.

`pub` holds facts that identify nobody. Everything that may relate to a person is a field: only its
commitment stands in the entry, and every field of the type is committed, absent ones as empty decoys.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from audit.errors import EntryRefused, UnknownField


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, about one data subject or none."""

    type: str
    pub: Mapping[str, Any]
    fields: Mapping[str, bytes] = field(repr=False)
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class EventType:
    """A type of log entry: its name (`thing.past_participle`), its public facts and its committed fields, in order."""

    name: str
    pub: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()

    def event(
        self,
        *,
        pub: Mapping[str, Any] | None = None,
        fields: Mapping[str, str | bytes] | None = None,
        subject: str | None = None,
    ) -> Event:
        """Return an event of this type; raise UnknownField for a fact or field that the type does not have."""
        facts, texts = pub or {}, fields or {}
        for given, known in ((facts, self.pub), (texts, self.fields)):
            if unknown := set(given) - set(known):
                raise UnknownField(f"{self.name} has no {', '.join(sorted(unknown))}")
        return Event(
            self.name,
            {name: facts[name] for name in self.pub if facts.get(name) is not None},
            {name: _as_bytes(texts.get(name, b"")) for name in self.fields},
            subject,
        )


def _as_bytes(value: str | bytes) -> bytes:
    try:
        return value.encode() if isinstance(value, str) else value
    except UnicodeEncodeError:
        # `from None`: the codec's error carries the text itself.
        raise EntryRefused("a text with half a surrogate pair has no UTF-8 form") from None

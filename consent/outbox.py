"""Letters that consent causes: what a template needs, put down with the change. The edge renders and sends them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

from sqlalchemy.orm import Session

from audit.ground import Ground
from audit.outbox import Outbox

KIND: Final = "template"
"""The kind of these letters in the outbox."""

CONFIRM: Final = "confirm"
"""The template of the mail that asks a person to confirm a sign-up; its link takes the token."""


@dataclass(frozen=True, slots=True, repr=False)
class TemplateLetter:
    """A mail that is not rendered yet: to whom, which template, how the person is spoken to, and what fills it.

    `event` is the consent event that it is about; that it left is kept with it.
    """

    to: str
    template: str
    language: str | None
    form_of_address: str | None
    values: Mapping[str, str]
    event: str | None = None

    def __repr__(self) -> str:
        return f"TemplateLetter(template={self.template!r}, <redacted>)"

    def dump(self) -> bytes:
        """Return the letter as it waits in the outbox."""
        return json.dumps(
            {
                "to": self.to,
                "template": self.template,
                "language": self.language,
                "form_of_address": self.form_of_address,
                "values": dict(self.values),
                "event": self.event,
            }
        ).encode()

    @classmethod
    def parse(cls, body: bytes) -> Self:
        """Read a letter as `dump` wrote it."""
        return cls(**json.loads(body))


class LetterBox:
    """Puts letters down in the transaction of their cause."""

    def __init__(self, ground: Ground) -> None:
        self._outbox = Outbox(ground.group_id, ground.subject_keys, ground.secrets)

    def put(self, session: Session, letter: TemplateLetter, *, subject_id: str, now: datetime) -> str:
        """Put a letter to a data subject down, sealed under the subject's key, and return its id."""
        return self._outbox.put(session.connection(), KIND, letter.dump(), subject_id=subject_id, now=now)

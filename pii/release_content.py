"""What a recipient gets of a post: the same words under pseudonyms that only this recipient has."""

import base64
import hmac
from typing import Any, Final

from audit.ground import Ground
from audit.installation_secrets import recipient_domain
from audit.key_ring import derive
from consent.answer_form import format_instant
from pii.model import Json
from pii.post import Post
from pii.token_maker import intake_keys, recipient_keys, rekeyed

_SHOWN_ID_BYTES: Final = 20


class ContentMaker:
    """Makes the content of releases to one recipient."""

    def __init__(self, ground: Ground, recipient: str) -> None:
        self._recipient = recipient
        self._intake = intake_keys(ground)
        self._keys = recipient_keys(ground, recipient)
        self._id_key = derive(ground.secrets.get(recipient_domain(recipient)), "placet/shown-id/v1")

    def __repr__(self) -> str:
        return f"ContentMaker({self._recipient!r}, <redacted>)"

    def shown_id(self, post_id: str) -> str:
        """Return the id of a post as this recipient knows it; no other recipient has the same."""
        digest = hmac.digest(self._id_key, post_id.encode(), "sha256")[:_SHOWN_ID_BYTES]
        return base64.b32encode(digest).decode("ascii").lower()

    def key(self, post: Post) -> dict[str, Any]:
        """Return what identifies the release of a version of a post to this recipient."""
        return {
            "recipient": self._recipient,
            "post_id": post.id,
            "post_version": post.version,
            "shown_id": self.shown_id(post.id),
            "subject_id": post.author_id,
        }

    def content(self, post: Post) -> dict[str, Json]:
        """Return text and fields under the recipient's pseudonyms; raise ForgedToken for a token that is not ours."""
        return {
            "platform": post.platform,
            "kind": post.kind,
            "lang": post.lang,
            "created_at": None if post.created_at is None else format_instant(post.created_at),
            "text": rekeyed(post.text, self._intake, self._keys),
            "fields": rekeyed(post.fields, self._intake, self._keys),
        }

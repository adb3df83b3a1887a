"""Commitments to field values and the tags of data subjects (LOG.md section 3)."""

import hashlib
import hmac

from audit.encoding import HASH_BYTES, lp
from audit.errors import CommitmentRefused

SALT_BYTES = 32
_FIELD_DOMAIN = b"placet/field/v1\n"
_TAG_DOMAIN = b"placet/subject-tag/v1\n"


def commitment(event_id: str, field: str, value: bytes, salt: bytes) -> bytes:
    """Return the 32-byte commitment to `value`; raise CommitmentRefused if the salt is not 32 bytes.

    Event id and field name are bound in, so that an opening cannot be moved to another event or field.
    """
    if len(salt) != SALT_BYTES:
        # The salt has no length prefix: another length would let bytes wander between salt and id.
        raise CommitmentRefused("a salt is 32 bytes long")
    bound = lp(event_id.encode("utf-8")) + lp(field.encode("utf-8")) + lp(value)
    return hashlib.sha256(_FIELD_DOMAIN + salt + bound).digest()


def subject_tag(tag_key: bytes, event_id: str) -> bytes:
    """Return the 32-byte tag that links an event to its data subject, for holders of the 32-byte key only."""
    if len(tag_key) != HASH_BYTES:
        raise CommitmentRefused("a tag key is 32 bytes long")
    return hmac.digest(tag_key, _TAG_DOMAIN + event_id.encode("utf-8"), "sha256")

"""What the codes mean that the demonstration shows: codes of the rule book, of refusals, of rows and categories."""

from collections.abc import Mapping
from typing import Final

MEANINGS: Final[Mapping[str, str]] = {
    # Reasons and bases of decisions, and of the gate.
    "consent": "the person said yes",
    "no_consent": "nobody said yes",
    "pending_doi": "the click in the mail is missing",
    "withdrawn": "the person took the yes back",
    "erased": "the person was erased",
    "explicit_required": "a delicate matter needs an express yes",
    "post.private": "a private message",
    "post.minor": "a child may be concerned",
    "post.no_author": "the platform names no author",
    # Items that were not taken in.
    "platform_error": "an error of the platform in place of a post",
    # Rows that an erasure removes.
    "boxes": "sealed originals",
    "confirmations": "open confirmations",
    "decisions": "answers about the person",
    "events": "consent events",
    "evidence": "pieces of evidence, sealed",
    "identifiers": "identifiers",
    "letters": "letters not yet sent",
    "links": "withdrawal links",
    "log_entries": "log entries that nobody can open any more",
    "mail_files": "mails kept as files",
    "mentions": "mentions in posts",
    "names": "known names, as keyed hashes",
    "permissions": "permissions",
    "posts": "posts",
    "uses": "uses of a consent",
    # Categories of the example schedule.
    "doi_unconfirmed": "sign-ups that nobody confirmed",
    "location_trace": "places attached to posts",
    "social_dm": "direct messages",
    "social_post": "public posts",
    "social_profile": "people of whom no post is left",
    # What is counted before and after.
    "people": "data subjects",
    "keys": "keys of data subjects",
}

"""A recipient's feed: what is out, and what was taken back; content only while it may be seen.

Each taking back is one entry. The entry that it takes back is not shown any more, so that whoever reads from the
start learns once what whoever follows learns once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from audit.ground import Ground
from consent.in_force import PolicySource
from pii.gatekeeper import Gatekeeper
from pii.model import Json
from pii.post import Post
from pii.post_store import PostStore
from pii.release_store import EntryKind, FeedRow, Release, ReleaseState, ReleaseStore
from pii.revocation import RevokeCause
from pii.store_errors import BadCursor

LARGEST_PAGE: Final = 1000
_ASKER: Final = "recipient:"


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry: the post by the id that this recipient knows it by, with its content or without.

    A revoked entry has a `cause` and no content. The same id can come again: released anew, or in a new version.
    """

    position: int
    kind: EntryKind
    id: str
    at: datetime
    purpose: str | None = None
    obligations: tuple[str, ...] = ()
    cause: str | None = None
    content: Mapping[str, Json] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Entries in order. `next_cursor` leads on; without it there is nothing more for now.

    `denied` are releases that belong on the page, are not yet taken back and may not be seen any more.
    """

    entries: tuple[FeedEntry, ...]
    next_cursor: str | None
    denied: tuple[Release, ...] = ()


class FeedReader:
    """Reads feeds; reading changes nothing."""

    def __init__(self, ground: Ground, gate: Gatekeeper, policies: PolicySource) -> None:
        self._ground = ground
        self._gate = gate
        self._policies = policies

    def read(self, recipient: str, *, cursor: str | None, limit: int) -> FeedPage:
        """Return up to `limit` entries behind `cursor` (the position of the last one read); raise BadCursor.

        For every post on the page permission is asked for once more. One that is denied is left out.
        """
        with self._ground.reading() as session:
            wanted = max(1, min(limit, LARGEST_PAGE))
            rows = ReleaseStore(session, self._ground.group_id).feed(recipient, _position(cursor), wanted + 1)
            rows, more = rows[:wanted], len(rows) > wanted
            posts = _posts_out(rows, PostStore(session, self._ground.group_id))
        allowed = self._allowed(recipient, list(posts.values()))
        denied = {release_id for release_id, post in posts.items() if post.id not in allowed}
        shown = (row for row in rows if row.kind is EntryKind.REVOKED or row.release.id in posts.keys() - denied)
        return FeedPage(
            tuple(map(_entry, shown)),
            str(rows[-1].position) if more else None,
            tuple(row.release for row in rows if row.release.id in denied),
        )

    def _allowed(self, recipient: str, posts: Sequence[Post]) -> frozenset[str]:
        policy = self._policies.current().policy
        receiver = policy.recipients.get(recipient)
        if receiver is None:
            # Whoever the policy names no more is told what is revoked, and sees nothing.
            return frozenset()
        permits = self._gate.ask(posts, receiver, policy, asker=_ASKER + recipient)
        return frozenset(post.id for post, permit in zip(posts, permits, strict=True) if permit.allowed)


def _posts_out(rows: Sequence[FeedRow], posts: PostStore) -> dict[str, Post]:
    """Return the posts, by release, of which the page holds an entry that is still out and up to date."""
    out = {
        row.release.id: row.release
        for row in rows
        if row.kind is EntryKind.RELEASED and row.release.state is ReleaseState.RELEASED
    }
    known = {post.id: post for post in posts.list_some([release.post_id for release in out.values()])}
    return {
        release.id: known[release.post_id]
        for release in out.values()
        if release.post_id in known and known[release.post_id].version == release.post_version
    }


def _entry(row: FeedRow) -> FeedEntry:
    release = row.release
    if row.kind is EntryKind.RELEASED:
        return FeedEntry(
            row.position,
            EntryKind.RELEASED,
            release.shown_id,
            row.at,
            purpose=release.purpose,
            obligations=tuple(release.decision.get("obligations", ())),
            content=release.content,
        )
    # Why a person's permission is gone is between the person and the controller; that it is gone is enough.
    cause = release.reason if release.state is ReleaseState.REVOKED else RevokeCause.CONSENT
    return FeedEntry(row.position, EntryKind.REVOKED, release.shown_id, row.at, cause=cause)


def _position(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not cursor.isascii() or not cursor.isdecimal() or len(cursor) > 18:
        raise BadCursor("not a cursor of this feed")
    return int(cursor)

"""What is queued, held, released and revoked for whom, and each recipient's feed of it, in the caller's transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, case, delete, exists, insert, select, update
from sqlalchemy.orm import Session

from audit.ids import new_id
from pii.model import Json
from pii.post import PostStatus
from pii.rows import insert_missing
from pii.tables import feed_entry_table, feed_head_table, post_table, release_table


class ReleaseState(StrEnum):
    """How far a release has come; `held` and `revoked` may be asked for again."""

    QUEUED = "queued"
    HELD = "held"
    RELEASED = "released"
    REVOKED = "revoked"


class EntryKind(StrEnum):
    """What an entry of a feed tells."""

    RELEASED = "released"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Release:
    """One post on its way to one recipient. `content` is there only while it is queued or released."""

    id: str
    recipient: str
    post_id: str
    post_version: int
    shown_id: str
    subject_id: str | None
    state: ReleaseState
    reason: str | None
    purpose: str | None
    decision: Mapping[str, Json]
    content: Mapping[str, Json] | None = field(repr=False)
    released_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an ask said about a release."""

    state: ReleaseState
    reason: str | None = None
    purpose: str | None = None
    decision: Mapping[str, Json] = field(default_factory=dict)
    content: Mapping[str, Json] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class FeedRow:
    """One entry of a feed with the release it is about, as that stands now."""

    position: int
    kind: EntryKind
    at: datetime
    release: Release


class ReleaseStore:
    """The releases of one controller group."""

    def __init__(self, session: Session, group_id: str) -> None:
        self._session = session
        self._group_id = group_id

    def list_offerable(self, recipient: str, limit: int) -> list[str]:
        """Return posts that are ready and not with the recipient: first those never asked for, then the oldest asks."""
        table = release_table
        same = (
            (table.c.group_id == post_table.c.group_id)
            & (table.c.recipient == recipient)
            & (table.c.post_id == post_table.c.id)
            & (table.c.post_version == post_table.c.version)
        )
        again = table.c.state.in_([ReleaseState.HELD, ReleaseState.REVOKED])
        query = (
            select(post_table.c.id)
            .outerjoin(table, same)
            .where(
                post_table.c.group_id == self._group_id,
                post_table.c.status == PostStatus.READY,
                post_table.c.closed_by == "",
                table.c.id.is_(None) | again,
            )
            .order_by(case((table.c.id.is_(None), 0), else_=1), table.c.asked_at, post_table.c.id)
            .limit(limit)
        )
        return list(self._session.scalars(query))

    def note(self, release: "Release | None", key: Mapping[str, Any], asked: Asked, *, now: datetime) -> None:
        """Write down what an ask said, in a new row or in that of `release`."""
        values = {
            "state": asked.state,
            "reason": asked.reason,
            "purpose": asked.purpose,
            "decision": dict(asked.decision),
            "content": None if asked.content is None else dict(asked.content),
            "asked_at": now,
        }
        if release is None:
            insert_missing(
                self._session,
                release_table,
                group_id=self._group_id,
                id=new_id(),
                offered_at=now,
                **key,
                **values,
            )
        else:
            self._update(release.id, **values)

    def find_for(self, recipient: str, post_id: str, version: int, *, lock: bool = False) -> Release | None:
        """Return the release of a version of a post to a recipient, or None."""
        table = release_table
        query = select(table).where(
            self._own,
            table.c.recipient == recipient,
            table.c.post_id == post_id,
            table.c.post_version == version,
        )
        row = self._session.execute(query.with_for_update() if lock else query).mappings().one_or_none()
        return None if row is None else _release(row)

    def find(self, release_id: str, *, lock: bool = False) -> Release | None:
        """Return a release, or None."""
        query = select(release_table).where(self._own, release_table.c.id == release_id)
        row = self._session.execute(query.with_for_update() if lock else query).mappings().one_or_none()
        return None if row is None else _release(row)

    def list_in(self, recipient: str, state: ReleaseState, limit: int, *, after: str = "") -> list[Release]:
        """Return releases to a recipient in one state, by id, those behind `after`."""
        table = release_table
        query = select(table).where(
            self._own, table.c.recipient == recipient, table.c.state == state, table.c.id > after
        )
        return [_release(row) for row in self._session.execute(query.order_by(table.c.id).limit(limit)).mappings()]

    def list_where(self, condition: ColumnElement[bool]) -> list[Release]:
        """Return the releases that meet a condition, in whatever state."""
        query = select(release_table).where(self._own, condition).order_by(release_table.c.id)
        return [_release(row) for row in self._session.execute(query).mappings()]

    def list_live(self, condition: ColumnElement[bool], *, lock: bool) -> list[Release]:
        """Return the releases that are not revoked and meet a condition."""
        query = select(release_table).where(self._own, release_table.c.state != ReleaseState.REVOKED, condition)
        ordered = query.order_by(release_table.c.id)
        rows = self._session.execute(ordered.with_for_update() if lock else ordered).mappings()
        return [_release(row) for row in rows]

    def release(self, release: Release, asked: Asked, *, now: datetime) -> int:
        """Put a queued release into its recipient's feed and return its position."""
        self.note(release, {}, asked, now=now)
        self._update(release.id, released_at=now)
        return self._enter(release, EntryKind.RELEASED, now=now)

    def revoke(self, release: Release, cause: str, *, now: datetime) -> int | None:
        """Take a release back; return the position of the notice, or None for one that is not out.

        What never went out leaves no trace.
        """
        if release.released_at is None:
            self._session.execute(delete(release_table).where(self._own, release_table.c.id == release.id))
            return None
        self._update(release.id, state=ReleaseState.REVOKED, reason=cause, content=None, revoked_at=now)
        if release.state is not ReleaseState.RELEASED:
            return None
        return self._enter(release, EntryKind.REVOKED, now=now)

    def feed(self, recipient: str, after: int, limit: int) -> list[FeedRow]:
        """Return the entries of a feed behind a position, in order; what was taken back later shows as that alone."""
        entry, later = feed_entry_table, feed_entry_table.alias()
        taken_back = exists().where(
            later.c.group_id == entry.c.group_id,
            later.c.release_id == entry.c.release_id,
            later.c.kind == EntryKind.REVOKED,
            later.c.position > entry.c.position,
        )
        of = (release_table.c.group_id == entry.c.group_id) & (release_table.c.id == entry.c.release_id)
        query = (
            select(release_table, entry.c.position, entry.c.kind, entry.c.at)
            .join(entry, of)
            .where(entry.c.group_id == self._group_id, entry.c.recipient == recipient, entry.c.position > after)
            .where((entry.c.kind == EntryKind.REVOKED) | ~taken_back)
            .order_by(entry.c.position)
            .limit(limit)
        )
        rows = self._session.execute(query).mappings()
        return [FeedRow(row["position"], EntryKind(row["kind"]), row["at"], _release(row)) for row in rows]

    def recipients_of(self, subject_id: str) -> list[str]:
        """Return the recipients to whom something of a subject ever went."""
        query = select(release_table.c.recipient).where(
            self._own, release_table.c.subject_id == subject_id, release_table.c.released_at.is_not(None)
        )
        return sorted(set(self._session.scalars(query)))

    def recipients_of_posts(self, post_ids: Sequence[str]) -> list[str]:
        """Return the recipients to whom one of the posts ever went."""
        query = select(release_table.c.recipient).where(
            self._own, release_table.c.post_id.in_(post_ids), release_table.c.released_at.is_not(None)
        )
        return sorted(set(self._session.scalars(query)))

    def disown(self, subject_id: str) -> None:
        """Remove the subject from the record of releases; what went where stays known, of whom does not."""
        where = (self._own, release_table.c.subject_id == subject_id)
        self._session.execute(update(release_table).where(*where).values(subject_id=None))

    def _enter(self, release: Release, kind: EntryKind, *, now: datetime) -> int:
        # The head row is locked until the commit: positions become visible in the order in which they were
        # given, so that a reader who has seen one has seen every one before it.
        head = feed_head_table
        insert_missing(self._session, head, group_id=self._group_id, recipient=release.recipient, position=0)
        statement = update(head).where(head.c.group_id == self._group_id, head.c.recipient == release.recipient)
        step = statement.values(position=head.c.position + 1).returning(head.c.position)
        position = self._session.execute(step).scalar_one()
        self._session.execute(
            insert(feed_entry_table).values(
                group_id=self._group_id,
                recipient=release.recipient,
                position=position,
                kind=kind,
                release_id=release.id,
                at=now,
            )
        )
        return int(position)

    def _update(self, release_id: str, **values: Any) -> None:
        self._session.execute(update(release_table).where(self._own, release_table.c.id == release_id).values(**values))

    @property
    def _own(self) -> ColumnElement[bool]:
        return release_table.c.group_id == self._group_id


def _release(row: RowMapping) -> Release:
    return Release(
        id=row["id"],
        recipient=row["recipient"],
        post_id=row["post_id"],
        post_version=row["post_version"],
        shown_id=row["shown_id"],
        subject_id=row["subject_id"],
        state=ReleaseState(row["state"]),
        reason=row["reason"],
        purpose=row["purpose"],
        decision=row["decision"],
        content=row["content"],
        released_at=row["released_at"],
        revoked_at=row["revoked_at"],
    )

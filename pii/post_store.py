"""Stored posts: rows to values and back, in the caller's transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, delete, insert, select, update
from sqlalchemy.orm import Session

from pii.model import Json
from pii.post import Closure, Post, PostStatus, Relation, StatusReason, read_causes, written
from pii.store_errors import UnknownPost
from pii.tables import post_link_table, post_person_table, post_table

CHUNK = 500
# Kinds of items that are somebody else's words passed on and nothing more.
REPOSTS = ("repost", "reblog", "announce", "share")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a post stands among all others: whose it is, by whom, on what it hangs. Ids are keyed hashes."""

    controller: str
    platform: str
    source_id: str | None
    item_hash: bytes
    account_hash: bytes | None
    author_id: str | None
    links: frozenset[tuple[Relation, bytes]]
    closed_by: frozenset[Closure]


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a post says, after pseudonymisation, or why it is not known yet."""

    kind: str
    lang: str
    public: bool
    own: bool
    status: PostStatus
    reason: StatusReason | None = None
    text: str | None = field(default=None, repr=False)
    fields: Mapping[str, Json] = field(default_factory=dict, repr=False)
    findings: Mapping[str, int] = field(default_factory=dict)
    special_categories: Sequence[str] = ()
    minor: bool = False
    has_geo: bool
    created_at: datetime | None


class PostStore:
    """The posts of one controller group."""

    def __init__(self, session: Session, group_id: str) -> None:
        self._session = session
        self._group_id = group_id

    def find(self, post_id: str, *, lock: bool = False) -> Post | None:
        """Return a post, or None; with `lock` nobody else changes it until the transaction ends."""
        query = select(post_table).where(self._own, post_table.c.id == post_id)
        row = self._session.execute(query.with_for_update() if lock else query).mappings().one_or_none()
        return None if row is None else _post(row)

    def get(self, post_id: str, *, lock: bool = False) -> Post:
        """Return a post; raise UnknownPost when there is none."""
        post = self.find(post_id, lock=lock)
        if post is None:
            raise UnknownPost("no such post")
        return post

    def list_some(self, post_ids: Sequence[str]) -> list[Post]:
        """Return those of the posts that there are, by id."""
        query = select(post_table).where(self._own, post_table.c.id.in_(post_ids)).order_by(post_table.c.id)
        return [_post(row) for row in self._session.execute(query).mappings()]

    def find_item(self, controller: str, item_hash: bytes, *, lock: bool = False) -> Post | None:
        """Return the post of a platform's item that a controller has, or None."""
        query = select(post_table).where(
            self._own, post_table.c.controller == controller, post_table.c.item_hash == item_hash
        )
        row = self._session.execute(query.with_for_update() if lock else query).mappings().one_or_none()
        return None if row is None else _post(row)

    def list_ids(self, *conditions: ColumnElement[bool], limit: int | None = None, after: str = "") -> list[str]:
        """Return ids of posts in order, those behind `after`."""
        query = select(post_table.c.id).where(self._own, post_table.c.id > after, *conditions).order_by(post_table.c.id)
        return list(self._session.scalars(query.limit(limit)))

    def list_of_item(self, item_hash: bytes) -> list[str]:
        """Return the posts of an item, one for each controller that has it."""
        return self.list_ids(post_table.c.item_hash == item_hash)

    def list_of_account(self, account_hash: bytes) -> list[str]:
        """Return the posts of an account."""
        return self.list_ids(post_table.c.account_hash == account_hash)

    def hashes_of(self, post_ids: Sequence[str]) -> list[bytes]:
        """Return the hashes of the items that the posts stand for."""
        found: list[bytes] = []
        for start in range(0, len(post_ids), CHUNK):
            chunk = post_table.c.id.in_(post_ids[start : start + CHUNK])
            found += self._session.scalars(select(post_table.c.item_hash).where(self._own, chunk))
        return found

    def targets_of(self, post_id: str) -> list[bytes]:
        """Return the hashes of what an order about the post could name: its item and its account."""
        query = select(post_table.c.item_hash, post_table.c.account_hash).where(self._own, post_table.c.id == post_id)
        row = self._session.execute(query).one_or_none()
        return [] if row is None else [found for found in row if found is not None]

    def list_below(self, item_hashes: Iterable[bytes], *, comments: bool) -> list[str]:
        """Return what goes with items: plain reposts of them and, with `comments`, what hangs below at any depth.

        Somebody's own words about an item (a quotation) stay theirs.
        """
        found: dict[str, None] = {}
        wanted = list(item_hashes)
        while wanted:
            chunk, wanted = wanted[:CHUNK], wanted[CHUNK:]
            for row in self._session.execute(self._hanging_on(chunk, comments=comments)).all():
                if row.id not in found:
                    found[row.id] = None
                    wanted.append(row.item_hash)
        return list(found)

    def _hanging_on(self, hashes: Sequence[bytes], *, comments: bool) -> Select[Any]:
        reposts = (post_link_table.c.relation == Relation.REFERENCE) & post_table.c.kind.in_(REPOSTS)
        below = (post_link_table.c.relation != Relation.REFERENCE) | reposts if comments else reposts
        return (
            select(post_table.c.id, post_table.c.item_hash)
            .join(
                post_link_table,
                (post_link_table.c.group_id == post_table.c.group_id) & (post_link_table.c.post_id == post_table.c.id),
            )
            .where(self._own, post_link_table.c.item_hash.in_(hashes), below)
            .order_by(post_table.c.id)
        )

    def list_naming(self, subject_id: str) -> list[str]:
        """Return the posts of others that mention a subject."""
        table = post_person_table
        query = select(table.c.post_id).where(table.c.group_id == self._group_id, table.c.subject_id == subject_id)
        return sorted(set(self._session.scalars(query)))

    def add(self, post_id: str, place: Place, content: Content, *, now: datetime) -> None:
        """Insert a post."""
        self._session.execute(
            insert(post_table).values(
                group_id=self._group_id,
                id=post_id,
                controller=place.controller,
                platform=place.platform,
                source_id=place.source_id,
                item_hash=place.item_hash,
                version=1,
                collected_at=now,
                refreshed_at=now,
                **_place_columns(place),
                **_content_columns(content),
            )
        )
        self._link(post_id, place)

    def renew(self, post_id: str, place: Place, content: Content, *, now: datetime) -> None:
        """Put a new version in place of a post; nothing of the old one stays."""
        self._update(post_id, refreshed_at=now, **_place_columns(place), **_content_columns(content))
        table = post_link_table
        self._session.execute(delete(table).where(table.c.group_id == self._group_id, table.c.post_id == post_id))
        self._link(post_id, place)

    def examined(self, post_id: str, content: Content) -> None:
        """Put in what an examination found."""
        self._update(post_id, **_content_columns(content))

    def rewrite(self, post_id: str, *, text: str | None, fields: Mapping[str, Json]) -> None:
        """Put other words in place of the pseudonymised ones."""
        self._update(post_id, text=text, fields=fields)

    def set_named(self, post_id: str, people: Iterable[tuple[str, str]]) -> None:
        """Note who is mentioned, in place of whoever was before: pairs of subject id and role."""
        table = post_person_table
        self._session.execute(delete(table).where(table.c.group_id == self._group_id, table.c.post_id == post_id))
        rows = [
            {"group_id": self._group_id, "post_id": post_id, "subject_id": subject_id, "role": role}
            for subject_id, role in sorted(set(people))
        ]
        if rows:
            self._session.execute(insert(table), rows)

    def forget_names_of(self, subject_id: str) -> None:
        """Remove every note that a post mentions a subject."""
        table = post_person_table
        self._session.execute(delete(table).where(table.c.group_id == self._group_id, table.c.subject_id == subject_id))

    def close(self, post_ids: Iterable[str], cause: Closure) -> list[str]:
        """Close posts for a cause and return those for which it is new."""
        return self._set_causes(post_ids, lambda causes: causes | {cause})

    def reopen(self, post_ids: Iterable[str], cause: Closure) -> list[str]:
        """Take a cause away and return the posts that it had closed; another cause keeps its posts closed."""
        return self._set_causes(post_ids, lambda causes: causes - {cause})

    def _set_causes(self, post_ids: Iterable[str], change: Any) -> list[str]:
        changed = []
        for post_id in post_ids:
            post = self.find(post_id, lock=True)
            if post is not None and (causes := change(post.closed_by)) != post.closed_by:
                self._session.execute(
                    update(post_table).where(self._own, post_table.c.id == post_id).values(closed_by=written(causes))
                )
                changed.append(post_id)
        return changed

    def scrub_geo(self, post_id: str) -> bool:
        """Note that a post has no place any more; say whether it had one."""
        statement = update(post_table).where(self._own, post_table.c.id == post_id, post_table.c.has_geo.is_(True))
        return self._session.execute(statement.values(has_geo=False).returning(post_table.c.id)).first() is not None

    def remove(self, post_ids: Iterable[str]) -> int:
        """Delete posts with everything that hangs on them here and return how many there were."""
        ids, removed = list(post_ids), 0
        for start in range(0, len(ids), CHUNK):
            statement = delete(post_table).where(self._own, post_table.c.id.in_(ids[start : start + CHUNK]))
            removed += len(self._session.execute(statement.returning(post_table.c.id)).all())
        return removed

    def _update(self, post_id: str, **values: Any) -> None:
        statement = update(post_table).where(self._own, post_table.c.id == post_id)
        self._session.execute(statement.values(version=post_table.c.version + 1, **values))

    def _link(self, post_id: str, place: Place) -> None:
        rows = [
            {"group_id": self._group_id, "post_id": post_id, "relation": relation, "item_hash": item_hash}
            for relation, item_hash in sorted(place.links)
        ]
        if rows:
            self._session.execute(insert(post_link_table), rows)

    @property
    def _own(self) -> ColumnElement[bool]:
        return post_table.c.group_id == self._group_id


def _place_columns(place: Place) -> dict[str, Any]:
    return {
        "account_hash": place.account_hash,
        "author_id": place.author_id,
        "closed_by": written(place.closed_by),
    }


def _content_columns(content: Content) -> dict[str, Any]:
    return {
        "kind": content.kind,
        "lang": content.lang,
        "public": content.public,
        "own": content.own,
        "status": content.status,
        "status_reason": content.reason,
        "text": content.text,
        "fields": dict(content.fields),
        "findings": dict(content.findings),
        "special_categories": list(content.special_categories),
        "minor": content.minor,
        "has_geo": content.has_geo,
        "created_at": content.created_at,
    }


def _post(row: RowMapping) -> Post:
    return Post(
        id=row["id"],
        controller=row["controller"],
        platform=row["platform"],
        kind=row["kind"],
        lang=row["lang"],
        public=row["public"],
        own=row["own"],
        examined=PostStatus(row["status"]),
        reason=None if row["status_reason"] is None else StatusReason(row["status_reason"]),
        closed_by=read_causes(row["closed_by"]),
        version=row["version"],
        author_id=row["author_id"],
        text=row["text"],
        fields=row["fields"],
        findings=row["findings"],
        special_categories=tuple(row["special_categories"]),
        minor=row["minor"],
        has_geo=row["has_geo"],
        created_at=row["created_at"],
        collected_at=row["collected_at"],
    )

"""Versions of notices as they were published: the texts people saw, kept for good and never changed."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from audit.ground import Ground
from consent.errors import PublishedNoticeChanged
from consent.notices import NoticeVersion
from consent.policy_model import Policy
from consent.tables import event_table
from consent.tables import notice_table as table
from consent.vocabulary import EventKind


class NoticeStore:
    """The versions of the notices of one controller group, in the caller's transaction."""

    def __init__(self, ground: Ground, session: Session) -> None:
        self._ground = ground
        self._session = session

    def check(self, policy: Policy) -> None:
        """Raise PublishedNoticeChanged, naming the place, for a policy that rewrites what is published by now.

        That is one in which such a version is missing, or covers or says something else.
        """
        published = self._published_by_event()
        for ref, row in self._known().items():
            if ref in published or (row.published_at is not None and row.published_at <= self._ground.now()):
                self._demand_same(row, policy.notice_versions.get(ref))

    def keep(self, policy: Policy, *, policy_version: int) -> list[str]:
        """Store the versions of `policy`; return the names of those that are new or changed as drafts.

        Raises PublishedNoticeChanged as `check` does. Nothing is stored then.
        """
        self.check(policy)
        known = self._known()
        changed = []
        for ref, version in policy.notice_versions.items():
            kept = known.get(ref)
            if kept is None or kept.digest != digest_of(version) or kept.published_at != version.published:
                self._store(version, policy_version, is_new=kept is None)
                changed.append(ref)
        return changed

    def _known(self) -> dict[str, Any]:
        return {f"{row.notice}@{row.number}": row for row in self._session.execute(self._all())}

    def _demand_same(self, row: Any, version: NoticeVersion | None) -> None:
        place = f"notices.{row.notice}.versions.{row.number}"
        if version is None:
            raise PublishedNoticeChanged(f"{place}: published, and missing now")
        redated = row.published_at is not None and row.published_at != version.published
        if row.digest != digest_of(version) or redated:
            raise PublishedNoticeChanged(f"{place}: published, and different now; a change is a new version")

    def _store(self, version: NoticeVersion, policy_version: int, *, is_new: bool) -> None:
        values = {
            "published_at": version.published,
            "content": content_of(version),
            "digest": digest_of(version),
            "policy_version": policy_version,
        }
        group_id = self._ground.group_id
        if is_new:
            key = {"group_id": group_id, "notice": version.notice, "number": version.number}
            self._session.execute(insert(table).values(**key, **values))
            return
        self._session.execute(
            update(table)
            .where(table.c.group_id == group_id, table.c.notice == version.notice, table.c.number == version.number)
            .values(values)
        )

    def _published_by_event(self) -> set[str]:
        query = select(event_table.c.body, event_table.c.at).where(
            event_table.c.group_id == self._ground.group_id,
            event_table.c.subject_id.is_(None),
            event_table.c.kind == EventKind.NOTICE_PUBLISHED,
        )
        return {row.body["notice"] for row in self._session.execute(query) if row.at <= self._ground.now()}

    def _all(self) -> Any:
        return select(table).where(table.c.group_id == self._ground.group_id).order_by(table.c.notice, table.c.number)


def content_of(version: NoticeVersion) -> dict[str, Any]:
    """Return what a version covers and says, as a JSON document."""
    return {
        "purposes": list(version.purposes),
        "channels": list(version.channels),
        "controllers": list(version.controllers),
        "recipients": list(version.recipients),
        "states_right_to_withdraw": version.states_right_to_withdraw,
        "consent_ends": version.consent_ends,
        "supersedes_all": version.supersedes_all,
        "change": version.change,
        "texts": dict(version.texts),
    }


def digest_of(version: NoticeVersion) -> bytes:
    """Return the SHA-256 of what a version covers and says; its date of publication is no part of it."""
    return hashlib.sha256(canonical(content_of(version))).digest()


def canonical(document: Mapping[str, Any]) -> bytes:
    """Return a JSON document in one spelling."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

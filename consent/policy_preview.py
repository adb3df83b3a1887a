"""Previewing a policy over the database: which stored permissions would change if it were applied. Changes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from audit.ground import Ground
from consent.errors import PublishedNoticeChanged
from consent.history_store import HistoryLoader
from consent.in_force import InForce, PolicySource
from consent.notice_store import NoticeStore
from consent.permission_store import PermissionStore
from consent.policy import Policy, load_policy
from consent.policy_diff import PermissionChange, PlaceChange, permission_change, place_changes
from consent.policy_lines import with_line
from consent.strict_yaml import read_yaml
from consent.tables import permission_table as table
from consent.view import View

BATCH: Final = 200
"""How many subjects are looked at with one load, unless said otherwise."""


@dataclass(frozen=True, slots=True)
class Previewed:
    """Some subjects that were looked at: how many, with how many permissions, and which of these would change."""

    subjects: int
    permissions: int
    changes: tuple[PermissionChange, ...]


class PolicyPreview:
    """Compares a policy with the one in force, over what is stored at this moment."""

    def __init__(self, ground: Ground, in_force: InForce, policy: Policy, now: datetime) -> None:
        self._ground = ground
        self.in_force = in_force
        self.policy = policy
        self._now = now

    def places(self) -> list[PlaceChange]:
        """Return the places at which the two policies differ."""
        return list(place_changes(self.in_force.policy, self.policy))

    def count_subjects(self) -> int:
        """Return how many subjects have stored permissions."""
        with self._ground.reading() as session:
            found = func.count(table.c.subject_id.distinct())
            return session.scalar(select(found).where(table.c.group_id == self._ground.group_id)) or 0

    def changes(self, *, at_once: int = BATCH) -> Iterator[Previewed]:
        """Yield what would change, so many subjects at once; no more than these are held at a time."""
        after = ""
        while True:
            with self._ground.reading() as session:
                names = self._subjects_after(session, after, at_once)
                if not names:
                    return
                previewed = self._preview(session, names)
            yield previewed
            after = names[-1]

    def _subjects_after(self, session: Session, after: str, limit: int) -> list[str]:
        query = (
            select(table.c.subject_id)
            .where(table.c.group_id == self._ground.group_id, table.c.subject_id > after)
            .distinct()
            .order_by(table.c.subject_id)
            .limit(limit)
        )
        return list(session.scalars(query))

    def _preview(self, session: Session, names: list[str]) -> Previewed:
        kept = PermissionStore(self._ground, session).list_some(names)
        contacts = {permission.contact for permission in kept if permission.contact}
        history = HistoryLoader(self._ground, session).load(names, contacts).history
        old = View(history, self.in_force.policy, self._now, self._now)
        new = View(history, self.policy, self._now, self._now)
        found = (permission_change(permission, old, new) for permission in kept)
        return Previewed(len(names), len(kept), tuple(change for change in found if change is not None))


def preview(ground: Ground, policies: PolicySource, text: str) -> PolicyPreview:
    """Return the preview of a policy that could be applied now.

    Raises NoPolicy when none is in force, and PolicyError or PublishedNoticeChanged, naming line and place, for
    one that would be refused.
    """
    policy = load_policy(text)
    with ground.reading() as session:
        in_force = policies.current(session)
        try:
            NoticeStore(ground, session).check(policy)
        except PublishedNoticeChanged as error:
            raise with_line(error, read_yaml(text).root) from None
    return PolicyPreview(ground, in_force, policy, ground.now())

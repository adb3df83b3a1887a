"""Taking releases back, inside the transaction that ends the reason for them."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from sqlalchemy import ColumnElement

from audit.ground import Ground
from audit.unit_of_work import UnitOfWork
from pii import events
from pii.release_store import Release, ReleaseStore
from pii.tables import release_table

CHUNK = 500


class RevokeCause(StrEnum):
    """Why a release is taken back, as the recipient is told."""

    CONSENT = "consent"
    EDITED = "edited"
    DELETED = "deleted"
    CLOSED = "closed"
    ERASED = "erased"
    RETENTION = "retention"


class Revocation:
    """Revokes releases and records each that had gone out."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def of_posts(self, uow: UnitOfWork, post_ids: Sequence[str], cause: RevokeCause, *, actor: str) -> int:
        """Revoke every release of the posts and return how many recipients' entries were taken back."""
        return sum(
            self._where(uow, release_table.c.post_id.in_(post_ids[start : start + CHUNK]), cause, actor=actor)
            for start in range(0, len(post_ids), CHUNK)
        )

    def of_subject(self, uow: UnitOfWork, subject_id: str, cause: RevokeCause, *, actor: str) -> int:
        """Revoke every release of posts that the subject wrote and return how many had gone out."""
        return self._where(uow, release_table.c.subject_id == subject_id, cause, actor=actor)

    def of(self, uow: UnitOfWork, releases: Iterable[Release], cause: RevokeCause, *, actor: str) -> int:
        """Revoke the releases and return how many had gone out."""
        store, now = ReleaseStore(uow.session, self._ground.group_id), self._ground.now()
        gone_out = 0
        for release in releases:
            position = store.revoke(release, cause, now=now)
            if position is None:
                continue
            gone_out += 1
            uow.record(
                events.RELEASE_REVOKED.event(
                    pub={"recipient": release.recipient, "cause": cause, "position": position},
                    fields={
                        "subject": release.subject_id or "",
                        "post": release.post_id,
                        "release": release.id,
                        "actor": actor,
                    },
                    subject=loggable(self._ground, uow, release.subject_id),
                )
            )
        return gone_out

    def _where(self, uow: UnitOfWork, condition: ColumnElement[bool], cause: RevokeCause, *, actor: str) -> int:
        store = ReleaseStore(uow.session, self._ground.group_id)
        return self.of(uow, store.list_live(condition, lock=True), cause, actor=actor)


def loggable(ground: Ground, uow: UnitOfWork, subject_id: str | None) -> str | None:
    """Return the subject if an entry can be filed under it: it is known and its keys are not destroyed."""
    if subject_id is None or ground.subject_keys.find(uow.connection, subject_id) is None:
        return None
    return subject_id

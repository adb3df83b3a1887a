"""The part of social data in an erasure, as the erasure calls it: what is out is taken back first, then all goes."""

from collections.abc import Mapping
from typing import Final

from audit.ground import Ground
from audit.unit_of_work import UnitOfWork
from pii.erasure import PiiEraser
from pii.revocation import Revocation, RevokeCause

ACTOR: Final = "retention"


class SocialEraser:
    """Shuts and removes what social data holds of a subject (`retention.erasure.Eraser`)."""

    def __init__(self, ground: Ground) -> None:
        self._eraser = PiiEraser(ground)
        self._revocation = Revocation(ground)

    def close(self, uow: UnitOfWork, subject_id: str) -> None:
        """Take back every release of the subject's posts. Twice is the same as once.

        No new one goes out: whoever shut the gate for the subject has every question denied from now on.
        """
        self._revocation.of_subject(uow, subject_id, RevokeCause.ERASED, actor=ACTOR)

    def remove(self, uow: UnitOfWork, subject_id: str) -> Mapping[str, int]:
        """Delete or rewrite everything of the subject; return how much there was of each kind."""
        return self._eraser.remove(uow, subject_id, actor=ACTOR)

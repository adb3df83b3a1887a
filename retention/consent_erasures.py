"""Carrying out what a data subject asked for through the consent package: an event `erase` begins an erasure."""

from collections.abc import Collection
from typing import Final

from audit.ground import Ground
from audit.unit_of_work import UnitOfWork
from pii.erasure import PiiEraser
from retention.erasure import ErasureService

ON_REQUEST: Final = "Art.17(1)"
"""The basis of an erasure that the person asked for; which of its grounds holds is for the one who was asked to say."""


class ConsentErasures:
    """Begins erasures inside the transaction that closed the record (`consent.service.Erasures`)."""

    def __init__(self, ground: Ground, erasures: ErasureService) -> None:
        self._posts = PiiEraser(ground)
        self._erasures = erasures

    def holders(self, uow: UnitOfWork, subject_id: str) -> Collection[str]:
        """Return the controllers whose social data are by or about a subject."""
        return self._posts.controllers(uow.session, subject_id)

    def begin(self, uow: UnitOfWork, subject_id: str, *, request: str, actor: str) -> None:
        """Begin to erase a subject whose record is shut. Raises IntegrityError where that was begun before."""
        self._erasures.begin(uow, subject_id, basis=ON_REQUEST, request=request, actor=actor)

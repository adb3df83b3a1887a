"""Making sure that whoever something is stored about is not being erased at the same moment."""

from collections.abc import Collection

from audit.errors import SubjectErased
from audit.ground import Ground
from audit.unit_of_work import UnitOfWork
from consent.subject_store import SubjectStatus, SubjectStore


def demand_alive(ground: Ground, uow: UnitOfWork, subject_ids: Collection[str]) -> None:
    """Make an erasure of one of the subjects wait for this transaction; raise SubjectErased if one came first.

    Without it an erasure could list what it has to remove, and a post be stored right after that.
    """
    store = SubjectStore(ground, uow.session)
    store.lock(subject_ids)
    alive = {found.id for found in store.list_some(subject_ids) if found.status is not SubjectStatus.ERASED}
    if not alive.issuperset(subject_ids):
        raise SubjectErased("a data subject was erased meanwhile")

"""Making sure that whoever something is stored about is not being erased or forgotten at the same moment."""

from collections.abc import Collection

from audit.errors import SubjectErased
from audit.ground import Ground
from audit.unit_of_work import UnitOfWork
from consent.subject_store import SubjectStatus, SubjectStore
from pii.store_errors import PersonForgotten


def demand_alive(ground: Ground, uow: UnitOfWork, subject_ids: Collection[str]) -> None:
    """Make an erasure or a sweep of one of the subjects wait for this transaction.

    Without it an erasure could list what it has to remove, and a post be stored right after that. Raises
    SubjectErased if an erasure came first, and PersonForgotten if a sweep did.
    """
    store = SubjectStore(ground, uow.session)
    store.lock(subject_ids)
    found = store.list_some(subject_ids)
    if any(subject.status is SubjectStatus.ERASED for subject in found):
        raise SubjectErased("a data subject was erased meanwhile")
    if not {subject.id for subject in found}.issuperset(subject_ids):
        raise PersonForgotten("somebody who was in no post any more was forgotten meanwhile")

"""What may happen that could turn a denial: every event of the rule book that opens something.

Nothing here looks at the reason of the denial, or says what an event is good for: that is for a decision on
the changed record to show.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from consent.asking_otherwise import message
from consent.changes import NEW_PERSON, UNDATED, Change, happening, new_contact
from consent.denied import MOST_OF_A_KIND, Denied, notices_for
from consent.model import Key, Subject
from consent.noes import No, NoKind
from consent.vocabulary import AddressSource, BlockList, EventKind, LawfulBasis, Proof, SaleKind


def steps(denied: Denied) -> Iterator[Change]:
    """Give the changes that can be one of several, in the order in which they are told."""
    for events in _EVENTS if denied.keys else ():
        yield from events(denied)
    yield from message(denied)


def _scope(key: Key) -> dict[str, tuple[str, ...]]:
    """Return the fields of an event about exactly a key, but for its topic."""
    return {
        "controllers": (key.controller,),
        "purposes": (key.purpose,),
        "channels": (key.channel,),
        "identifiers": () if key.contact_point is None else (key.contact_point,),
    }


def _confirmations(denied: Denied) -> Iterator[Change]:
    """Confirm what waits: the second leg of a double opt-in."""
    for holder in denied.holders:
        requests = denied.view.record(holder.id).requests
        about = [request for request in requests if any(map(request.speaks_about, denied.keys))]
        for request in about[-MOST_OF_A_KIND:]:
            at = () if request.challenge is None else (request.challenge,)
            yield happening(EventKind.DOI_CONFIRMED, subject=holder.id, request=request.event.id, identifiers=at)


def _yeses(denied: Denied) -> Iterator[Change]:
    """Say yes to a text that covers what is asked, as well proved as can be.

    Where it is yet to be proved who holds the contact point, a double opt-in does so.
    """
    for holder in denied.holders:
        for key in denied.keys:
            for version in notices_for(key, denied, to_agree=True):
                said = {**_scope(key), "subject": holder.id, "topic": key.topic, "notice": version.ref}
                yield happening(EventKind.GRANT, **said, proof=Proof.DOCUMENTED, explicit=True)
                if _is_to_be_proved(denied):
                    yield happening(EventKind.GRANT_REQUESTED, **said, explicit=True)


def _is_to_be_proved(denied: Denied) -> bool:
    point = None if denied.point is None else denied.view.contact_point(denied.point)
    return point is not None and (not point.verified or bool(point.hard_bounces))


def _authorisations(denied: Denied) -> Iterator[Change]:
    for holder in denied.holders:
        for key in denied.keys if holder.birth_date is not None else ():
            yield happening(EventKind.GUARDIAN_AUTHORISED, subject=holder.id, **_scope(key))


def _verifications(denied: Denied) -> Iterator[Change]:
    if denied.point is not None and _is_to_be_proved(denied):
        yield happening(EventKind.IDENTIFIER_VERIFIED, identifiers=(denied.point,))


def _pauses(denied: Denied) -> Iterator[Change]:
    """End a pause, for what is asked and nothing else."""
    key = denied.keys[0]
    scope = {"controllers": (key.controller,), "purposes": (key.purpose,), "channels": (key.channel,)}
    for holder in denied.holders:
        if denied.view.record(holder.id).of_kind(EventKind.PAUSE):
            yield happening(EventKind.PAUSE, subject=holder.id, until=UNDATED, **scope)


def _lifts(denied: Denied) -> Iterator[Change]:
    """Lift a restriction, and each entry on a block list where it stands: on the contact point or on the person."""
    by, view = {"controllers": (denied.judged.controller,)}, denied.view
    if denied.point is not None:
        for listed in _lists(view.entries_on(denied.point)):
            yield happening(EventKind.LIFT_SUPPRESSION, reason=listed, identifiers=(denied.point,), **by)
    for holder in denied.holders:
        noes = view.record(holder.id).noes
        if any(no.kind is NoKind.RESTRICTED for no in noes):
            yield happening(EventKind.LIFT_RESTRICTION, subject=holder.id, **by)
        for listed in _lists(no for no in noes if no.kind is NoKind.SUPPRESSED):
            yield happening(EventKind.LIFT_SUPPRESSION, reason=listed, subject=holder.id, **by)


def _lists(entries: Iterable[No]) -> list[BlockList]:
    reasons = {entry.reason for entry in entries}
    return [block_list for block_list in BlockList if block_list.reason in reasons]


def _relations(denied: Denied) -> Iterator[Change]:
    """Enter into the relation that another lawful basis needs, with all its conditions."""
    for key in denied.keys:
        purpose = denied.view.policy.purposes[key.purpose]
        if LawfulBasis.LEGITIMATE_INTEREST in purpose.bases:
            yield happening(EventKind.ASSESSMENT, controllers=(key.controller,), purposes=(key.purpose,))
        for holder in denied.holders:
            yield from _relations_of(holder, key, denied)


def _relations_of(holder: Subject, key: Key, denied: Denied) -> Iterator[Change]:
    purpose, scope = denied.view.policy.purposes[key.purpose], _scope(key)
    toward = {"subject": holder.id, "controllers": scope["controllers"]}
    here = {"channels": scope["channels"], "identifiers": scope["identifiers"]}
    if LawfulBasis.LEGITIMATE_INTEREST in purpose.bases:
        for version in notices_for(key, denied, to_agree=False):
            yield happening(EventKind.NOTICE_SHOWN, subject=holder.id, notice=version.ref)
    if purpose.bases & {LawfulBasis.EXISTING_CUSTOMER, LawfulBasis.IMPLIED_CONSENT}:
        yield happening(
            EventKind.SALE,
            **toward,
            identifiers=here["identifiers"],
            sale=SaleKind.PURCHASE,
            goods=denied.judged.goods,
            address_from=AddressSource.SUBJECT,
            objection_notice=True,
        )
    if purpose.answers_inquiry or LawfulBasis.IMPLIED_CONSENT in purpose.bases:
        yield happening(EventKind.INQUIRY, **toward, **here)
    if LawfulBasis.PRESUMED_CONSENT in purpose.bases:
        yield happening(EventKind.B2B_INTEREST, **toward, purposes=(key.purpose,))


def _publications(denied: Denied) -> Iterator[Change]:
    for key in denied.keys:
        for version in notices_for(key, denied, to_agree=False):
            if not denied.view.texts.was_published(version, denied.judged.as_of):
                yield happening(EventKind.NOTICE_PUBLISHED, notice=version.ref)


def _partings(denied: Denied) -> Iterator[Change]:
    """Part records that are not one person after all."""
    for holder in denied.holders:
        span = denied.view.records.merged_with(holder.id)
        if span is not None:
            yield happening(EventKind.UNMERGE, subject=holder.id, other=span.other)


def _takings(denied: Denied) -> Iterator[Change]:
    """Take a contact point that nobody holds but people who were erased; from anybody else none is taken."""
    subject, view = denied.asked.subject, denied.view
    kind = view.policy.channels[denied.judged.channel].identifier
    point = None if denied.point is None else view.contact_point(denied.point)
    if point is not None:
        living = [holder for holder in point.holders if not _is_erased(holder, denied)]
        if len(living) <= 1 and len(living) < max(len(point.holders), 1):
            taker = living[0] if living else subject or NEW_PERSON
            yield happening(EventKind.IDENTIFIER_ADDED, subject=taker, identifiers=(point.id,), verified=True)
    elif denied.point is None and kind is not None and subject is not None and view.knows(subject):
        name = new_contact(kind)
        given = happening(EventKind.IDENTIFIER_ADDED, subject=subject, identifiers=(name,), verified=True)
        yield Change(event=given.event, asked=(("identifier", name),), part=denied.part)


def _is_erased(holder: str, denied: Denied) -> bool:
    noes = denied.view.record(holder).noes
    return any(no.kind is NoKind.ERASED and no.addresses(denied.judged.controller) for no in noes)


_EVENTS: Final[tuple[Callable[[Denied], Iterator[Change]], ...]] = (
    _confirmations,
    _yeses,
    _authorisations,
    _verifications,
    _pauses,
    _lifts,
    _relations,
    _publications,
    _partings,
    _takings,
)

"""Hearing what was said about a key: the yeses with their faults, the noes, and which of them stand."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from consent.declarations import Declaration, Request
from consent.event import ConsentEvent, Position
from consent.lapse import lapse
from consent.matter import Matter
from consent.noes import CANCELLING, No, NoKind
from consent.records import Record, bound_at
from consent.validity import fault
from consent.vocabulary import EventKind, Reason, YieldsTo


@dataclass(frozen=True)
class Hearing:
    """What was said about the matter's key, as far as it counts for the holder.

    `noes` are those that speak about the key and were not lifted, answered or not; `yeses` those that
    speak about it, each with its fault if it has one. Both are in the order of effect.
    """

    matter: Matter
    yeses: tuple[tuple[Declaration, Reason | None], ...]
    noes: tuple[No, ...]
    bound: tuple[No, ...]

    @cached_property
    def valid(self) -> tuple[Declaration, ...]:
        """Return the yeses without fault."""
        return tuple(declaration for declaration, wrong in self.yeses if wrong is None)

    @cached_property
    def standing(self) -> tuple[No, ...]:
        """Return the noes that nothing has answered."""
        return standing(self.noes, self.valid)

    @cached_property
    def governing(self) -> Declaration | None:
        """Return the newest valid yes later than the last no; it governs alone."""
        return self.newest_after(last_ordinary(self.noes))

    @cached_property
    def lapse(self) -> Reason | None:
        """Return why the governing yes does not carry; None if it does, or if none governs."""
        return None if self.governing is None else lapse(self.governing, self.matter)

    def newest_after(self, no: Position | None) -> Declaration | None:
        """Return the newest valid yes, if it is later than `no`."""
        if not self.valid or (no is not None and self.valid[-1].position < no):
            return None
        return self.valid[-1]

    def latest_standing(self, kinds: Container[NoKind]) -> No | None:
        """Return the latest standing no of some kinds."""
        for no in reversed(self.standing):
            if no.kind in kinds:
                return no
        return None

    @cached_property
    def requests(self) -> tuple[Request, ...]:
        """Return the requests for the key that were neither confirmed nor cancelled."""
        cancelled = (*self.matter.record.noes, *self.bound)
        return tuple(
            request
            for request in self.matter.record.requests
            if request.speaks_about(self.matter.key)
            and self.matter.key._replace(topic=request.event.topic) in request.without(cancelled)
        )


def hear(matter: Matter) -> Hearing:
    """Collect what was said about the matter's key, by the holder and by whom it is merged with."""
    record = matter.record
    bound = tuple(no for no in _bound(matter, record) if not _is_lifted(no, matter, record.lifts))
    noes = [*_speaking(matter, record, record.noes, record.lifts), *bound, *_on_contact_point(matter)]
    yeses = [d for d in _yeses(matter, record.declarations) if not _is_cancelled(d, matter, bound)]
    return Hearing(
        matter,
        tuple((declaration, fault(declaration, matter, record)) for declaration in yeses),
        tuple(sorted(noes, key=lambda no: no.position)),
        bound,
    )


def standing(noes: Iterable[No], valid: Sequence[Declaration]) -> tuple[No, ...]:
    """Return the noes that none of the valid yeses answers."""
    noes = tuple(noes)
    if not noes:
        return ()
    last = last_ordinary(noes)
    return tuple(no for no in noes if not _is_answered(no, valid, last))


def last_ordinary(noes: Iterable[No]) -> Position | None:
    """Return the place of the last no that a consent has to be later than."""
    return max((no.position for no in noes if no.is_ordinary), default=None)


def _is_answered(no: No, valid: Sequence[Declaration], last: Position | None) -> bool:
    if no.yields_to is YieldsTo.NOTHING:
        return False
    # To an entry that yields to any consent, an older one will do, unless a no was said after it.
    after = last if no.yields_to is YieldsTo.CONSENT else no.position
    return any((after is None or yes.position > after) and yes.answers(no) for yes in valid)


def _yeses(matter: Matter, declarations: Iterable[Declaration]) -> list[Declaration]:
    return [declaration for declaration in declarations if declaration.speaks_about(matter.key)]


def _is_cancelled(declaration: Declaration, matter: Matter, bound: Iterable[No]) -> bool:
    """Say whether a no that came with a merge cancelled the request before it was confirmed."""
    asked = declaration.said.position
    part = matter.key._replace(topic=declaration.topic)
    return any(no.kind in CANCELLING and no.fits(part) and asked < no.position < declaration.position for no in bound)


def _speaking(matter: Matter, record: Record, noes: Iterable[No], lifts: Sequence[ConsentEvent]) -> list[No]:
    key, purpose_class = matter.key, matter.purpose.purpose_class
    return [
        no
        for no in noes
        if no.fits(key)
        and no.reaches(purpose_class)
        and (no.addresses(key.controller) or _is_told_jointly(no, matter, record))
        and not _is_lifted(no, matter, lifts)
    ]


def _is_told_jointly(no: No, matter: Matter, record: Record) -> bool:
    """Say whether a withdrawal told to another controller reaches the one asked (CJEU C-129/21).

    It does if both were named in one declaration before it that speaks about the key; one that is not valid
    changes nothing here either.
    """
    if no.kind is not NoKind.WITHDRAWN:
        return False
    told = record.declarations
    if no.subject is not None and no.subject != record.subject:
        told = (*told, *matter.view.records.said(no.subject).declarations)
    return any(
        declaration.position < no.position
        and any(map(no.addresses, declaration.said.controllers))
        and declaration.speaks_about(matter.key)
        and fault(declaration, matter, record) is None
        for declaration in told
    )


def _is_lifted(no: No, matter: Matter, lifts: Iterable[ConsentEvent]) -> bool:
    if no.kind not in (NoKind.RESTRICTED, NoKind.SUPPRESSED):
        return False
    return any(
        lift.position > no.position
        and matter.key.controller in lift.controllers
        and _is_of_the_same_kind(lift, no, matter.key.contact_point)
        for lift in lifts
    )


def _is_of_the_same_kind(lift: ConsentEvent, no: No, contact_point: str | None) -> bool:
    if no.kind is NoKind.RESTRICTED:
        return lift.kind is EventKind.LIFT_RESTRICTION
    if lift.reason is None or lift.reason.reason is not no.reason:
        return False
    return contact_point in lift.identifiers if no.identifiers else not lift.identifiers


def _on_contact_point(matter: Matter) -> list[No]:
    point = matter.key.contact_point
    if point is None:
        return []
    entries = matter.view.entries_on(point)
    if not entries:
        return []
    return _speaking(matter, matter.record, entries, matter.view.lifts_on(point))


def _bound(matter: Matter, record: Record) -> tuple[No, ...]:
    """Return the noes that bind since the merge: those that stood in the other record at that moment."""
    span = record.span
    if span is None:
        return ()
    other = matter.view.record(span.other)
    lifts = [event for event in other.lifts if event.position < span.start]
    noes = [no for no in other.noes if no.position < span.start]
    valid = [
        declaration
        for declaration in _yeses(matter, other.declarations)
        if declaration.position < span.start and fault(declaration, matter, other) is None
    ]
    stood = standing(_speaking(matter, other, noes, lifts), valid)
    return tuple(bound_at(no, span.start) for no in stood)

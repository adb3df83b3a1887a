"""Random cases of the rule book: a few people, what may happen to them, and what may be asked about it."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from consent.case_reader import Case, read_case
from consent.event_form import form_of
from consent.periods import add_months, to_iso
from consent.random_draw import Draw
from consent.vocabulary import (
    AddressSource,
    BlockList,
    BounceKind,
    ContentFlag,
    EventKind,
    ImportStatus,
    Proof,
    SaleKind,
)

Fields = dict[str, object]

_AGES = (13, 14, 16, 18)
_GOODS = ("shoes", "shoes", "bags", None)
_TO_NOBODY = frozenset({EventKind.INVALIDATE, EventKind.NOTICE_PUBLISHED, EventKind.ASSESSMENT})
_AT_CONTACT_POINTS = frozenset(
    {
        EventKind.IDENTIFIER_ADDED,
        EventKind.IDENTIFIER_RECYCLED,
        EventKind.IDENTIFIER_SHARED,
        EventKind.IDENTIFIER_VERIFIED,
        EventKind.IDENTIFIER_CHANGED,
        EventKind.BOUNCE,
    }
)
_SCOPED = frozenset(
    {
        EventKind.REFUSE,
        EventKind.WITHDRAW,
        EventKind.OBJECT,
        EventKind.SIGNAL,
        EventKind.SUPPRESS,
        EventKind.INVALIDATE,
        EventKind.PAUSE,
    }
)
_NAMING = frozenset(
    {
        EventKind.GRANT,
        EventKind.GRANT_REQUESTED,
        EventKind.RECONFIRM,
        EventKind.GUARDIAN_AUTHORISED,
        EventKind.IMPORT_ROW,
        EventKind.USE,
        EventKind.INQUIRY,
        EventKind.B2B_INTEREST,
        EventKind.ASSESSMENT,
    }
)
_CONSENT = (EventKind.GRANT, EventKind.GRANT_REQUESTED, EventKind.DOI_CONFIRMED)
_SELDOM = frozenset(
    {
        EventKind.DOI_LINK_OPENED,
        EventKind.UNSUBSCRIBE_LINK_OPENED,
        EventKind.PUBLIC_POST,
        EventKind.ERASE,
        EventKind.DECEASE,
    }
)
_OFTEN = frozenset({*_CONSENT, EventKind.USE, EventKind.SALE, EventKind.WITHDRAW, EventKind.IMPORT_ROW})

KINDS = tuple(kind for kind in EventKind for _ in range(1 if kind in _SELDOM else 4 if kind in _OFTEN else 2))
"""Every kind of event, as many times as it is likely to be drawn."""

_OWN: Mapping[str, Callable[[Draw], object]] = {
    "notice": lambda draw: draw.maybe(draw.notice(), 40),
    "proof": lambda draw: draw.maybe(draw.one((Proof.DOCUMENTED, *Proof)).value, 40),
    "explicit": lambda draw: draw.maybe(item=True, percent=30),
    "prechecked": lambda draw: draw.maybe(item=True, percent=5),
    "coupled": lambda draw: draw.maybe(item=True, percent=5),
    "valid_until": lambda draw: draw.maybe(draw.moment(), 25),
    "status": lambda draw: draw.one(tuple(ImportStatus)).value,
    "name": lambda draw: draw.one(sorted(draw.policy.signals)),
    "reason": lambda draw: draw.one([name.value for name in BlockList if name in draw.policy.suppressions]),
    "until": lambda draw: draw.moment(),
    "goods": lambda draw: draw.one(_GOODS),
    "address_from": lambda draw: draw.maybe(AddressSource.LIST.value, 15),
    "objection_notice": lambda draw: draw.maybe(item=True, percent=80),
    "rationale": lambda draw: "orders every spring",
    "verified": lambda draw: draw.maybe(item=True, percent=50),
}


def as_case(document: Fields) -> Case:
    """Read a random case."""
    return read_case(document, {})


class RandomCase:
    """One case in the making: its `document`, as a file of cases would hold it, and more events and questions.

    The case has up to `size` events and no questions.
    """

    def __init__(self, draw: Draw, *, size: int) -> None:
        self._draw = draw
        self._requests: list[Fields] = []
        policy = draw.policy
        unknown = {EventKind.SIGNAL: policy.signals, EventKind.SUPPRESS: policy.suppressions}
        self._impossible = frozenset(kind for kind, names in unknown.items() if not names)
        # Where few kinds of events happen, those of one kind meet more often.
        self._kinds = [*draw.random.sample(KINDS, draw.one((2, 6))), *_CONSENT] if draw.chance(70) else KINDS
        people = {name: self._facts() for name in draw.people}
        count = draw.random.randint(1, size)
        begun = [_told({"id": f"h{place}", **fields}) for place, fields in enumerate(self._beginning())]
        self.document: Fields = {
            "id": "random",
            "subject": people.pop("s1"),
            "subjects": people,
            "identifiers": draw.points,
            "parameters": {"free_account_counts_as_sale": True} if draw.chance(10) else {},
            "history": [*begun, *(self.event(place) for place in range(len(begun), count))],
        }

    def _facts(self) -> Fields:
        draw = self._draw
        if draw.chance(40):
            return {"country": "DE"}
        country, region = draw.residence()
        facts: Fields = {"country": country, "region": region, "kind": draw.one(("consumer", "business"))}
        if draw.chance(20):
            born = add_months(draw.known_moment(), -12 * draw.one(_AGES))
            facts["birth_date"] = draw.one((born.date().isoformat(), "2008-02-29"))
        if draw.chance(20):
            facts["time_zone"] = draw.one(("America/New_York", "Asia/Kolkata"))
        return facts

    # ── What happens ──

    def _beginning(self) -> list[Fields]:
        """Return what carries the focus by itself, or nothing: without it there would be little to close."""
        draw, focus, how = self._draw, self._draw.focus, self._draw.random.randrange(10)
        common: Fields = {"at": draw.known_moment(), "subject": "s1", "controller": focus.controller}
        if how < 5:
            sound = {"notice": draw.notice_in_focus, "proof": Proof.DOCUMENTED.value, "explicit": True}
            return [{**common, "event": "grant", "purpose": focus.purpose, "channel": focus.channel, **sound}]
        if how == 5:
            return [{**common, "event": "sale", "goods": _GOODS[0], "objection_notice": True}]
        if how == 6:
            assessed = {"event": "assessment", "purpose": focus.purpose}
            return [{**common, **assessed}, {**common, "event": "notice_shown", "notice": draw.notice_in_focus}]
        return []

    def event(self, place: int, kinds: tuple[EventKind, ...] = ()) -> Fields:
        """Draw an event of some kinds (else any), recorded as number `place` of the history."""
        draw = self._draw
        kind = draw.one([kind for kind in kinds or self._kinds if kind not in self._impossible])
        at = draw.moment()
        fields: Fields = {"event": kind.value, "id": f"h{place}", "at": at, "controller": draw.controller()}
        if kind not in _TO_NOBODY or draw.chance(20):
            fields["subject"] = draw.person()
        if draw.chance(15):
            fields["recorded_at"] = max(at, draw.moment())
        fields |= {name: value(draw) for name, value in _OWN.items() if name in form_of(kind).fields}
        fields |= self._of_kind(kind)
        told = _told(fields)
        if kind is EventKind.GRANT_REQUESTED:
            self._requests.append(told)
        return told

    def _of_kind(self, kind: EventKind) -> Fields:
        draw = self._draw
        if kind in _SCOPED:
            less = {"topic": None, "identifier": None} if kind is EventKind.PAUSE else {}
            return {**self._scope(), **less}
        if kind in _NAMING:
            return self._named(kind)
        if kind in _AT_CONTACT_POINTS:
            bounced = {"kind": draw.maybe(BounceKind.SOFT.value, 15)} if kind is EventKind.BOUNCE else {}
            changed = {"to": draw.point()} if kind is EventKind.IDENTIFIER_CHANGED else {}
            return {"identifier": draw.point(), **changed, **bounced}
        if kind is EventKind.DOI_CONFIRMED:
            return self._confirmation()
        if kind in (EventKind.MERGE, EventKind.UNMERGE):
            return {"subject": "s1", "other": "s2"}
        if kind is EventKind.MOVED:
            country, region = draw.residence()
            return {"country": country, "region": region}
        if kind in (EventKind.NOTICE_SHOWN, EventKind.NOTICE_PUBLISHED):
            return {"notice": draw.notice()}
        if kind is EventKind.SALE:
            return {"kind": draw.one(tuple(SaleKind)).value, "identifier": draw.maybe(draw.point(), 40)}
        if kind is EventKind.LIFT_SUPPRESSION:
            return {"identifier": draw.maybe(draw.point(), 50)}
        return {}

    def _named(self, kind: EventKind) -> Fields:
        draw = self._draw
        purpose, channel = draw.purpose(), draw.channel()
        fields: Fields = {"purpose": purpose, "channel": channel, "identifier": draw.maybe(draw.point(), 30)}
        if kind in (EventKind.GRANT, EventKind.GRANT_REQUESTED):
            fields["topic"] = draw.topic(purpose)
            if draw.chance(15):
                fields["controller"] = sorted(draw.policy.controllers)
            if draw.chance(15):
                fields["channel"] = sorted({channel, draw.one(sorted(draw.policy.channels))})
            if draw.chance(10):
                fields["purpose"] = sorted({purpose, draw.one(sorted(draw.policy.purposes))})
        return fields

    def _scope(self) -> Fields:
        draw = self._draw
        purpose = draw.purpose()
        return {
            "purpose": draw.maybe(purpose, 40),
            "topic": draw.maybe(draw.topic(purpose), 60),
            "channel": draw.maybe(draw.channel(), 40),
            "identifier": draw.maybe(draw.point(), 30),
        }

    def _confirmation(self) -> Fields:
        draw = self._draw
        if not self._requests:
            return {}
        request = draw.one(self._requests)
        return {
            "at": max(draw.known_moment(), datetime.fromisoformat(str(request["at"]))),
            "recorded_at": None,
            "subject": request["subject"],
            "request": draw.maybe(request["id"], 70),
            "identifier": draw.maybe(draw.point(), 20),
            "notice": draw.maybe(draw.notice(), 10),
        }

    # ── What is asked ──

    def question(self) -> Fields:
        """Draw a question about the case."""
        draw = self._draw
        purpose = draw.purpose()
        at = max(draw.moment(), *(draw.known_moment() for _ in range(draw.one((1, 3, 6)))))
        recipients = sorted({name for text in draw.policy.notice_versions.values() for name in text.recipients})
        return _told(
            {
                "at": at + timedelta(microseconds=draw.one((0, 0, 1, -1))),
                "as_known": draw.maybe(draw.moment(), 15),
                "controller": draw.controller(),
                "purpose": purpose,
                "channel": draw.channel(),
                "topic": draw.topic(purpose),
                "identifier": draw.maybe(draw.point(), 40),
                "subject": draw.maybe(draw.person(), 20),
                "action": draw.maybe("solicit", 10),
                "country_hint": draw.maybe("-".join(filter(None, draw.residence())) or None, 10),
                "recipient": draw.one((*recipients, None)),
                "goods": draw.one(_GOODS),
                "own_goods": draw.maybe(item=False, percent=10),
                **{flag.value: draw.maybe(item=True, percent=8) for flag in ContentFlag},
            }
        )


def _told(fields: Fields) -> Fields:
    """Return the fields that hold something; times as text."""
    return {
        name: to_iso(value) if isinstance(value, datetime) else value
        for name, value in fields.items()
        if value is not None
    }

"""Random worlds for the laws of part C: data under the schedule of the rule book, and facts about them."""

from datetime import UTC, datetime, timedelta
from functools import cache

from hypothesis import strategies as st

from retention.identities import Identities, SubjectName
from retention.model import (
    Datum,
    DatumEvent,
    Facts,
    Hold,
    Outcome,
    PlatformOrderFact,
    RequestFact,
    RequestType,
    Scope,
)
from retention.place import Place
from retention.request_clock import ClockAction, ClockEvent
from retention.rules import class_rules
from retention.schedule import WhileOpen
from tests.unit.retention.builders import BERLIN, land, schedule

EPOCH = datetime(2023, 1, 1, tzinfo=UTC)
NAMES = [SubjectName.of(name) for name in ("x:@max", "email:max@example.de", "email:eva@example.de")]
REFS = ["a", "b"]
PLATFORMS = ["x", "bluesky", "meta"]
# Whole days make ties and exact ends likely, odd seconds make them rare; both are wanted.
INSTANTS = st.one_of(
    st.integers(0, 365 * 3).map(lambda days: EPOCH + timedelta(days=days)),
    st.integers(0, 3600 * 24 * 365 * 3).map(lambda seconds: EPOCH + timedelta(seconds=seconds)),
)
FEW_DAYS = st.integers(0, 120).map(lambda days: timedelta(days=days))
SCOPES = st.builds(
    Scope,
    subject=st.none() | st.sampled_from([NAMES[0], *NAMES]),
    categories=st.none() | st.frozensets(st.sampled_from(sorted(schedule().categories)), min_size=3),
    refs=st.none() | st.frozensets(st.sampled_from(REFS), min_size=1),
)
OTHER_EVENTS = st.sampled_from(["destroyed", "restored", "looked_at", "collected", "closed", "tax_case_opened"])
PURPOSES = st.none() | st.frozensets(st.sampled_from(sorted(schedule().purposes)), min_size=1)
PLACES = st.sampled_from([Place(BERLIN), land("BY"), land("SN")])


@st.composite
def data(draw: st.DrawFn) -> Datum:
    category = draw(st.sampled_from(sorted(schedule().categories)))
    offered = sorted(schedule().categories[category].limits)
    events = [*draw(st.lists(st.builds(DatumEvent, INSTANTS, _events_of(category)), min_size=1, max_size=3))]
    events += draw(st.lists(st.builds(DatumEvent, INSTANTS, OTHER_EVENTS), max_size=1))
    attributes = dict.fromkeys(draw(st.sets(st.sampled_from(["bank", "claim", "business_letter"]))), True)
    return Datum(
        ref=draw(st.sampled_from(REFS)),
        category=category,
        subject=draw(st.sampled_from([None, NAMES[0], NAMES[0], NAMES[1]])),
        attributes={**attributes, "platform": draw(st.sampled_from(PLATFORMS))},
        purposes=frozenset(draw(st.sets(st.sampled_from(offered), min_size=1))),
        events=tuple(events),
    )


@cache
def _events_of(category: str) -> st.SearchStrategy[str]:
    """Return the events that the rules for this category name, so that their periods do start."""
    keeps = [each.keep for each in schedule().obligations.values() if category in each.selectors[0].categories]
    rules = [*schedule().categories[category].limits.values(), *(k for k in keeps if not isinstance(k, WhileOpen))]
    return st.sampled_from(sorted({event for rule in rules for each in class_rules(rule) for event in each.after}))


@st.composite
def holds(draw: st.DrawFn) -> Hold:
    placed_at = draw(INSTANTS)
    released_at = placed_at + draw(FEW_DAYS) + timedelta(hours=1) if draw(st.integers(0, 4)) else None
    return Hold("h", draw(SCOPES), placed_at, released_at)


@st.composite
def clocks(draw: st.DrawFn, received_at: datetime) -> tuple[ClockEvent, ...]:
    events = []
    for ground in draw(st.sets(st.sampled_from(["identity", "scope", "mood"]))):
        asked_at = received_at + timedelta(hours=draw(st.integers(0, 24 * 9)))
        events.append(ClockEvent(asked_at, ClockAction.PAUSE, ground))
        if draw(st.booleans()):
            answered_at = asked_at + timedelta(hours=draw(st.integers(1, 24 * 40)))
            events.append(ClockEvent(answered_at, ClockAction.RESUME, ground))
    for _ in range(draw(st.integers(0, 2))):
        notice_at = received_at + timedelta(hours=draw(st.integers(0, 24 * 60)))
        ground = draw(st.sampled_from(["complexity", "number", "staff"]))
        months = draw(st.sampled_from([None, 1, 2, 3]))
        events.append(ClockEvent(notice_at, ClockAction.EXTEND, ground, notice_at, months))
    if draw(st.booleans()):
        events.append(ClockEvent(received_at + timedelta(hours=draw(st.integers(1, 24 * 120))), ClockAction.STOP))
    return tuple(events)


@st.composite
def requests(draw: st.DrawFn, kinds: tuple[RequestType, ...] = tuple(RequestType)) -> RequestFact:
    kind, received_at = draw(st.sampled_from(kinds)), draw(INSTANTS)
    days = FEW_DAYS.map(lambda days: received_at + days)
    later = st.one_of(st.none(), days, days, days)
    shields = kind in {RequestType.ACCESS, RequestType.PORTABILITY}
    return RequestFact(
        id="q",
        type=kind,
        scope=draw(SCOPES),
        received_at=received_at,
        granted_at=draw(later),
        closed_at=draw(later),
        lifted_at=draw(later),
        notice_at=draw(later),
        decided_at=draw(later),
        outcome=draw(st.sampled_from([None, *Outcome])),
        purposes=draw(PURPOSES),
        clock=draw(clocks(received_at)) if shields else (),
    )


@st.composite
def orders(draw: st.DrawFn) -> PlatformOrderFact:
    platform = draw(st.sampled_from(PLATFORMS))
    return PlatformOrderFact(
        at=draw(INSTANTS),
        platform=platform,
        signal=draw(st.sampled_from(sorted(schedule().platforms[platform].signals))),
        refs=draw(st.frozensets(st.sampled_from(REFS))),
        account=draw(st.none() | st.sampled_from(NAMES)),
    )


IDENTITIES = st.sampled_from([*[Identities.known([NAMES[:2]])] * 6, Identities.known(), Identities.unavailable()])
WORLDS = st.builds(
    Facts,
    place=PLACES,
    identities=IDENTITIES,
    holds=st.lists(holds(), max_size=2).map(tuple),
    requests=st.lists(requests(), max_size=4).map(tuple),
    platform_orders=st.lists(orders(), max_size=3).map(tuple),
)
JUDGED_AT = st.integers(24 * 365, 24 * 365 * 11).map(lambda hours: EPOCH + timedelta(hours=hours))

"""Random worlds for the laws of the rule book: two people, a few contact points, and whatever may happen."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

EPOCH = datetime(2025, 3, 3, tzinfo=UTC)
LAST = EPOCH + timedelta(days=40)
SUBJECTS = ["s1", "s2"]
PURPOSES = ["newsletter", "satisfaction_survey", "location_offers", "post_catalogue", "order_confirmation"]
MAIL = ["e1", "e2", "e3"]
IDENTIFIERS = {
    "e2": {"kind": "email", "subject": "s2"},
    "e3": {"kind": "email", "subject": "s1", "verified": False},
    "p2": {"kind": "phone", "subject": "s2"},
}
PEOPLE = st.fixed_dictionaries(
    {
        "subject": st.fixed_dictionaries(
            {"country": st.sampled_from(["DE", "DE", "AT", "US", "CA", "BR", None])},
            optional={
                "kind": st.sampled_from(["consumer", "business"]),
                "birth_date": st.sampled_from(["1990-01-01", "2009-03-20", "2011-03-20"]),
            },
        ),
        "subjects": st.fixed_dictionaries({"s2": st.fixed_dictionaries({"country": st.sampled_from(["DE", "US"])})}),
    }
)

# Few days make ties likely, odd minutes make them rare; both are wanted.
INSTANTS = st.one_of(
    st.integers(0, 39).map(lambda days: EPOCH + timedelta(days=days)),
    st.integers(0, 39 * 24 * 60).map(lambda minutes: EPOCH + timedelta(minutes=minutes)),
)
SCOPE = {
    "purpose": st.sampled_from(PURPOSES),
    "topic": st.sampled_from(["shoes", "sports"]),
    "channel": st.sampled_from(["email", "sms", "post"]),
    "identifier": st.sampled_from([*MAIL, "p1"]),
}
PAIRS = st.sampled_from(
    [
        {},
        {},
        {"topic": "shoes"},
        {"purpose": "satisfaction_survey"},
        {"purpose": "location_offers"},
        {"channel": "sms", "notice": "contact@2"},
        {"purpose": "post_catalogue", "channel": "post"},
        {"controller": ["acme", "beta"], "notice": "group@1"},
        {"channel": ["email", "sms"], "notice": "contact@2"},
    ]
)


def an_event(kind: str, /, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """One event of a kind; a field whose strategy gives None is left out."""
    return st.fixed_dictionaries({"event": st.just(kind), "at": INSTANTS, **fields})


def about_somebody(kind: str, /, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """One event of a kind about one of the people."""
    return an_event(kind, subject=st.sampled_from(SUBJECTS), **fields)


def with_pair(events: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """The same events, for one of the usual pairs of purpose and channel."""
    return st.builds(lambda event, pair: {**event, **pair}, events, PAIRS)


def without_notice(events: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """The same events, for kinds that name no notice."""
    return events.map(lambda event: {key: value for key, value in event.items() if key != "notice"})


def optional(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A value or None: left out."""
    return st.none() | values


GRANTS = with_pair(
    about_somebody(
        "grant",
        identifier=optional(st.sampled_from(MAIL)),
        proof=st.sampled_from([None, None, "stated", "documented"]),
        prechecked=st.sampled_from([None, None, None, True]),
        valid_until=optional(st.integers(1, 200).map(lambda days: EPOCH + timedelta(days=days))),
    )
)
IMPORTS = about_somebody(
    "import_row",
    status=st.just("subscribed"),
    identifier=optional(st.sampled_from(MAIL)),
    proof=st.sampled_from(["claimed", "confirmed", "documented"]),
)
SCOPED = {key: optional(values) for key, values in SCOPE.items()}
NOES = st.one_of(
    *(about_somebody(kind, **SCOPED) for kind in ("refuse", "withdraw", "object")),
    about_somebody("withdraw", controller=st.sampled_from(["acme", "beta"])),
    about_somebody("signal", name=st.sampled_from(["gpc", "stop_text", "spam_complaint"]), **SCOPED),
    about_somebody("restrict"),
    about_somebody("suppress", reason=st.sampled_from(["objection", "litigation", "robinson", "ecg_list"]), **SCOPED),
    about_somebody("erase"),
    about_somebody("decease"),
    an_event("invalidate", **SCOPED),
    about_somebody("import_row", status=st.just("unsubscribed"), identifier=SCOPED["identifier"]),
)
FACTS = st.one_of(
    about_somebody("use"),
    about_somebody(
        "sale",
        kind=st.sampled_from(["purchase", "contract", "free_account", "cart"]),
        goods=st.just("shoes"),
        objection_notice=st.booleans(),
    ),
    about_somebody("contract_end"),
    about_somebody("inquiry"),
    about_somebody("notice_shown", notice=st.just("catalogue@1")),
    an_event(
        "assessment",
        purpose=st.just("post_catalogue"),
        valid_until=optional(st.integers(1, 200).map(lambda days: EPOCH + timedelta(days=days))),
    ),
    about_somebody("bounce", identifier=st.sampled_from(MAIL)),
    about_somebody("pause", until=st.integers(1, 60).map(lambda days: EPOCH + timedelta(days=days))),
)
IDENTITY = st.one_of(
    about_somebody("identifier_added", identifier=st.sampled_from(MAIL)),
    about_somebody("identifier_shared", identifier=st.sampled_from(MAIL)),
    about_somebody("identifier_changed", identifier=st.just("e1"), to=st.just("e3")),
    an_event("identifier_verified", identifier=st.sampled_from(MAIL)),
)
LIFTS = st.one_of(
    about_somebody("lift_restriction"),
    about_somebody("lift_suppression", reason=st.sampled_from(["objection", "litigation"])),
    without_notice(with_pair(about_somebody("reconfirm"))),
    without_notice(with_pair(about_somebody("guardian_authorised"))),
)
MERGES = st.one_of(
    an_event("merge", subject=st.just("s1"), other=st.just("s2")),
    an_event("unmerge", subject=st.just("s1"), other=st.just("s2")),
)
YESES = st.one_of(GRANTS, GRANTS, IMPORTS, LIFTS)
EVENTS = st.one_of(YESES, YESES, NOES, FACTS, IDENTITY)


@st.composite
def confirmed_requests(draw: st.DrawFn) -> list[dict[str, Any]]:
    """A request and its confirmation, some days later, always by its label; nothing happens after LAST."""
    request = draw(with_pair(about_somebody("grant_requested", id=st.uuids().map(str))))
    days = draw(st.integers(0, 20))
    confirmation = {
        "event": "doi_confirmed",
        "at": min(request["at"] + timedelta(days=days), LAST),
        "subject": request["subject"],
        "request": request["id"],
    }
    return [request, confirmation]


@st.composite
def histories(draw: st.DrawFn, *, merged: bool = True, size: int = 7) -> list[dict[str, Any]]:
    """Some events, in the order of recording."""
    kinds = st.one_of(EVENTS, EVENTS, MERGES) if merged else EVENTS
    events = draw(st.lists(kinds, min_size=2, max_size=size))
    for pair in draw(st.lists(confirmed_requests(), max_size=1)):
        events += pair
    return events


PLACES = st.sampled_from(
    [
        {},
        {},
        {},
        {"identifier": "e2"},
        {"identifier": "e2"},
        {"identifier": "e3"},
        {"topic": "shoes"},
        {"topic": "sports"},
        {"channel": "sms"},
        {"controller": "beta"},
        {"purpose": "satisfaction_survey"},
        {"purpose": "location_offers"},
        {"purpose": "post_catalogue", "channel": "post"},
        {"purpose": "order_confirmation"},
    ]
)
TWISTS = st.sampled_from(
    [
        *[{}] * 8,
        {"goods": "shoes"},
        {"goods": "shoes"},
        {"action": "solicit"},
        {"country_hint": "US-CA"},
        {"country_hint": "DE"},
        {"contains_advertising": True},
        {"tracking": True},
        {"special_category": True},
        {"channel": "telepathy"},
        {"identifier": "p1"},
    ]
)
QUESTIONS = st.builds(lambda place, twist: {**place, **twist}, PLACES, TWISTS)

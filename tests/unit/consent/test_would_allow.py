"""What would turn a denial, over small histories: every smallest set of changes, and nothing else."""

from typing import Any

import pytest

from consent.case_reader import Case
from consent.changes import Change, has_happened
from consent.would_allow import Ways, would_allow
from tests.unit.consent.rows import (
    BOUNCES,
    CANADA,
    CHILD,
    E2,
    GRANT,
    HEALTH,
    MERGE,
    MOVED,
    NOON,
    POST,
    REPLY,
    REQUEST,
    SALE,
    SECOND,
    SHARE,
    SHARED_BOX,
    SHOES,
    SMS,
    SOLICIT,
)
from tests.unit.consent.small import case, happened, policy, question

UNVERIFIED = {"identifiers": {"e1": {"kind": "email", "verified": False}}}
NEWS = "person: grant news@2 confirmed"


def in_words(change: Change) -> str:
    """A change in a line: by whom, and what tells it from others."""
    if change.until is not None:
        return f"time: until {change.until:%m-%d %H:%M}"
    event = change.event
    if event is None:
        return f"asker: {' '.join(f'{name}={value}' for name, value in change.asked)}"
    told = (event.notice, event.proof, event.reason, event.explicit and "explicit", event.topic)
    request = event.request if has_happened(event.request) else None
    whom = None if event.subject in (None, "s1") else event.subject
    return " ".join(map(str, filter(None, (f"{change.by}:", event.kind, *told, request, whom))))


def ways(told: Case, at: str = NOON, **fields: Any) -> Ways:
    under = policy().with_parameters(**told.parameters)
    return would_allow([question(told, at, under, **fields)], told.history, under)


def row(name: str, *history: dict[str, Any], ask: dict[str, Any], ways: list[str], **facts: Any) -> Any:
    """One row: the ways are one line each, the changes of one in any order with `+` between them."""
    return pytest.param(case(*history, **facts), {"at": NOON, **ask}, ways, id=name)


@pytest.mark.parametrize(
    ("told", "asked", "expected"),
    [
        row("nothing on record", ask={}, ways=[NEWS]),
        row("what waits is confirmed, or said at once", REQUEST, ask={}, ways=["person: doi_confirmed r1", NEWS]),
        row("a request that ran out is not confirmed", happened("06-01", "grant_requested"), ask={}, ways=[NEWS]),
        row("the holder is proved too, by a double opt-in or otherwise", **UNVERIFIED, ask={},
            ways=["person: grant_requested news@2 + person: doi_confirmed",
                  f"person: identifier_verified + {NEWS}"]),
        row("only the proof of the holder is lacking", GRANT, **UNVERIFIED, ask={},
            ways=["person: identifier_verified"]),
        row("no more proof is asked for than it takes", ask={"purpose": "profiling", "channel": "data_use"},
            ways=["person: grant profile@1 stated"]),
        row("a call takes the declaration itself", ask={"purpose": "phone_sales", "channel": "phone_live"},
            ways=["person: grant phone@1 documented"]),
        row("special categories take an explicit word", ask=HEALTH,
            ways=["person: grant health@1 confirmed explicit"]),
        row("a withdrawal is answered by a new consent", GRANT, happened("03-01", "withdraw"), ask={}, ways=[NEWS]),
        row("a topic closed by name is opened by name, and others are open", GRANT,
            happened("03-01", "withdraw", topic="shoes"), ask={"topic": "shoes"},
            ways=[f"{NEWS} shoes", "asker: topic=None", "asker: topic=sports", "asker: topic=kids"]),
        row("a consent elsewhere is told of", happened("02-01", "grant", identifier="e2"), **E2, ask={},
            ways=[NEWS, "asker: identifier=e2"]),
        row("another channel with its contact point is told of", GRANT, ask={"channel": "sms"},
            ways=["person: grant contact@2 confirmed", "asker: channel=email identifier=e1"]),
        row("a text that grew is agreed to anew",
            happened("2024-06-01", "grant", channel="messenger", notice="contact@1"), ask={"channel": "messenger"},
            ways=["person: grant contact@2 confirmed"]),
        row("a draft is published before anybody can agree to it", ask={"channel": "fax"},
            ways=["controller: notice_published contact@3 + person: grant contact@3 confirmed"]),
        row("an older yes to the draft does not stand for the one to come",
            happened("02-01", "grant", channel="fax", notice="contact@3"), ask={"channel": "fax"},
            ways=["controller: notice_published contact@3 + person: grant contact@3 confirmed"]),
        row("the data may go to whom the text names", happened("02-01", "grant", **SHARE, notice="partners@1"),
            ask={**SHARE, "recipient": "adnet"},
            ways=["person: grant partners@2 confirmed", "asker: recipient=postpartner"]),
        row("a child takes a guardian, or time", happened("02-01", "grant"), **CHILD, ask={},
            ways=["guardian: guardian_authorised"]),
        row("the purpose above is opened too", ask={"purpose": "location_offers"},
            ways=[f"person: grant location@1 confirmed + {NEWS}"]),
        row("with advertising inside, or without", SALE, ask={"purpose": "order_confirmation",
            "contains_advertising": True},
            ways=[NEWS, "asker: goods=shoes", "asker: contains_advertising=False"]),
        row("a customer is told of goods like those bought", SALE, ask={"goods": "bags"},
            ways=[NEWS, "person: sale", "asker: goods=shoes"]),
        row("once there was a no, no sale helps", SALE, happened("03-01", "withdraw"), ask=SHOES, ways=[NEWS]),
        row("legitimate interest takes an assessment and a word to the person", ask=POST,
            ways=["person: grant catalogue@1 stated"]),
        row("a question is answered to who asked", ask=REPLY, ways=["person: inquiry"]),
        row("in Canada an inquiry will do", **CANADA, ask={},
            ways=["person: grant news@2 stated", "person: sale", "person: inquiry",
                  "asker: channel=phone_live identifier=p1", "asker: channel=post identifier=a1"]),
        row("a restriction is lifted, or answered", GRANT, happened("03-01", "restrict"), ask={},
            ways=[NEWS, "controller: lift_restriction"]),
        row("an entry that yields to nothing is lifted", GRANT, happened("03-01", "suppress", reason="litigation"),
            ask={}, ways=["controller: lift_suppression litigation"]),
        row("two obstacles take two changes", happened("03-01", "suppress", reason="litigation"), ask={},
            ways=[f"controller: lift_suppression litigation + {NEWS}"]),
        row("failed deliveries are forgotten once the address is proved to work", GRANT, *BOUNCES, ask={},
            ways=["person: identifier_verified"]),
        row("records that are not one person are parted", GRANT, happened("02-15", "object", subject="s2"), MERGE,
            **SECOND, ask={}, ways=[NEWS, "controller: unmerge"]),
        row("everybody in a shared mailbox has to agree", GRANT, SHARED_BOX, ask={}, ways=[f"{NEWS} s2"]),
        row("who was erased may come back as somebody new", happened("03-01", "erase"), ask={},
            ways=["person: identifier_added new person + person: grant news@2 confirmed new person"]),
        row("a person without a number may give one", GRANT, **SECOND, ask={"channel": "sms", "subject": "s2"},
            ways=["person: identifier_added s2 + person: grant contact@2 confirmed s2"]),
        row("a country left counts for a year", MOVED, ask={}, ways=[NEWS, "time: until 07-02 00:00"]),
        row("a pause ends by its end, or by the person's word", GRANT,
            happened("06-20", "pause", until="2025-08-01"), ask={}, ways=["person: pause", "time: until 08-01 00:00"]),
        row("the night passes", happened("02-01", "grant", **SMS), ask={"channel": "sms", "at": "2025-07-01T22:00:00Z"},
            ways=["time: until 07-02 06:00"]),
        row("the night passes for a new consent as well", ask={"channel": "sms", "at": "2025-07-01T22:00:00Z"},
            ways=["person: grant contact@2 confirmed + time: until 07-02 06:00"]),
        row("what ends in the night is agreed to anew in the morning",
            happened("02-01", "grant", valid_until="2025-07-02T03:00:00Z", **SMS),
            ask={"channel": "sms", "at": "2025-07-01T22:00:00Z"},
            ways=["person: grant contact@2 confirmed + time: until 07-02 06:00"]),
        row("to be asked again takes no recipient", happened("03-01", "withdraw", purpose="third_party_share"),
            ask={**SHARE, **SOLICIT}, ways=["person: grant partners@2 confirmed", "time: until 03-01 00:00"]),
        row("after a no, the question may be put again in time, or by one who did not ask",
            happened("03-01", "refuse", purpose="newsletter"), ask=SOLICIT, ways=[NEWS, "time: until 03-01 00:00"]),
    ],
)  # fmt: skip
def test_the_smallest_ways_to_a_yes(told: Case, asked: dict[str, Any], expected: list[str]) -> None:
    found = ways(told, **asked)
    assert not found.is_final
    got = {" + ".join(sorted(map(in_words, way.changes))) for way in found.ways}
    assert got == {" + ".join(sorted(way.split(" + "))) for way in expected}

"""Step 9, consent: what makes a yes count, how it is confirmed, and when it lapses."""

from typing import Any

import pytest

from consent.case_reader import Case
from tests.unit.consent.rows import (
    CHILD,
    CONFIRMED,
    E2,
    GRANT,
    HEALTH,
    NOON,
    REQUEST,
    SALE,
    SECOND,
    SHARE,
    SMS,
    check,
    row,
)
from tests.unit.consent.small import happened


@pytest.mark.parametrize(
    ("told", "asked", "says"),
    [
        row("a request waits", REQUEST, ask={}, says="pending_doi"),
        row("a request waits for its topic alone", happened("06-20", "grant_requested", topic="shoes"), ask={},
            says="no_consent"),
        row("a confirmation at the very end comes too late", happened("06-01", "grant_requested", id="r1"),
            happened("06-15", "doi_confirmed", request="r1"), ask={}, says="doi_expired"),
        row("a confirmation of somebody else's request", REQUEST,
            happened("06-21", "doi_confirmed", request="r1", subject="s2"), **SECOND, ask={}, says="pending_doi"),
        row("a confirmation before the request", happened("06-19", "doi_confirmed", request="r1"), REQUEST, ask={},
            says="pending_doi"),
        row("a confirmation without label confirms the newest that waits", happened("06-19", "grant_requested",
            topic="shoes"),
            REQUEST, happened("06-21", "doi_confirmed"), ask={}, says="consent"),
        row("a confirmation without label, at another contact point", REQUEST,
            happened("06-21", "doi_confirmed", identifier="p1"), ask={}, says="pending_doi"),
        row("a second click opens nothing anew", REQUEST, CONFIRMED, happened("06-22", "withdraw"),
            happened("06-23", "doi_confirmed", request="r1"), ask={}, says="withdrawn"),
        row("a no cancels what waits in its scope, and only that",
            happened("06-20", "grant_requested", id="r1", channel=["email", "sms"], notice="contact@2"),
            happened("06-21", "refuse", channel="sms"), happened("06-22", "doi_confirmed", request="r1"),
            ask={}, says="consent"),
        row("what was cancelled stays closed",
            happened("06-20", "grant_requested", id="r1", channel=["email", "sms"], notice="contact@2"),
            happened("06-21", "refuse", channel="sms"), happened("06-22", "doi_confirmed", request="r1"),
            ask={"channel": "sms"}, says="refused"),
        row("a no about a topic does not cancel the whole", REQUEST, happened("06-20", "refuse", topic="shoes"),
            CONFIRMED,
            ask={}, says="consent"),
        row("the fault of the newest goes before a request that ran out", happened("01-20", "grant_requested"),
            happened("02-01", "grant", coupled=True), ask={}, says="evidence_insufficient.coupled"),
        row("a request that waits goes before the fault", happened("02-01", "grant", coupled=True), REQUEST, ask={},
            says="pending_doi"),
        row("a confirmation verifies its contact point", happened("02-01", "identifier_added", identifier="e1"),
            REQUEST,
            CONFIRMED, ask={}, says="consent"),
        row("another contact point stays unproved", happened("02-01", "identifier_added", identifier="p1"),
            happened("06-20", "grant_requested", id="r1", channel=["email", "sms"], notice="contact@2"), CONFIRMED,
            ask={"channel": "sms"}, says="evidence_insufficient.identity_unverified"),
    ],
)  # fmt: skip
def test_9_confirmation(told: Case, asked: dict[str, Any], says: str) -> None:
    check(told, asked, says)


@pytest.mark.parametrize(
    ("told", "asked", "says"),
    [
        row("a text that nobody knows", happened("02-01", "grant", notice="news@9"), ask={},
            says="evidence_insufficient.no_text"),
        row("a draft is no text", happened("02-01", "grant", channel="fax", notice="contact@3"),
            ask={"channel": "fax"}, says="evidence_insufficient.no_text"),
        row("a text published in the same instant is one", happened("02-01", "notice_published", notice="contact@3"),
            happened("02-01", "grant", channel="fax", notice="contact@3"), ask={"channel": "fax"}, says="consent"),
        row("the controller is looked at before purpose and channel",
            happened("02-01", "grant", controller="beta", purpose="phone_sales", channel="sms", notice="news@2"),
            ask={"controller": "beta", "purpose": "phone_sales", "channel": "sms"}, says="scope.controller"),
        row("prechecked before coupled", happened("02-01", "grant", prechecked=True, coupled=True), ask={},
            says="evidence_insufficient.prechecked"),
        row("special data needs an explicit yes", happened("02-01", "grant", **HEALTH), ask=HEALTH,
            says="explicit_required"),
        row("an explicit yes", happened("02-01", "grant", explicit=True, **HEALTH), ask=HEALTH, says="consent"),
        row("on the birthday itself one is old enough", happened("2026-02-28", "grant"), **CHILD,
            ask={"at": "2026-03-01T12:00:00Z"}, says="consent"),
        row("a moment before it one is not", happened("2026-02-27T23:59:59.999999Z", "grant"), **CHILD,
            ask={"at": "2026-03-01T12:00:00Z"}, says="minor"),
        row("a guardian's word is for one contact point", happened("02-01", "grant"),
            happened("02-02", "guardian_authorised", identifier="e2"), **CHILD, identifiers={"e2": {"kind": "email"}},
            ask={}, says="minor"),
        row("where the country is unknown a guardian's word ends at thirteen", happened("02-01", "grant"),
            happened("02-02", "guardian_authorised"), subject={"country": None, "birth_date": "2010-02-28"}, ask={},
            says="guardian_consent_lapsed"),
        row("without a recipient nothing is shared", happened("02-01", "grant", **SHARE), ask=SHARE,
            says="scope.recipient"),
        row("the invalidation of another text", GRANT, happened("03-01", "invalidate", notice="news@1"), ask={},
            says="consent"),
        row("the invalidation of somebody else's", GRANT, happened("03-01", "invalidate", subject="s2"), ask={},
            says="consent"),
        row("struck down is no no", SALE, GRANT, happened("03-01", "invalidate"), ask={"goods": "shoes"},
            says="existing_customer"),
        row("struck down, and once there was a no", SALE, happened("01-20", "withdraw"), GRANT,
            happened("03-01", "invalidate"), ask={"goods": "shoes"}, says="invalid"),
    ],
)  # fmt: skip
def test_9_evidence(told: Case, asked: dict[str, Any], says: str) -> None:
    check(told, asked, says)


@pytest.mark.parametrize(
    ("told", "asked", "says"),
    [
        row("what is valid until then is no longer valid then", happened("02-01", "grant", valid_until=NOON),
            ask={},
            says="expired"),
        row("a use in the instant of the yes counts", happened("2024-02-01", "use"), happened("2024-02-01", "grant"),
            ask={},
            says="consent"),
        row("a use that comes too late wakes nothing", happened("2023-02-01", "grant"), happened("2024-02-01", "use"),
            ask={}, says="dormant"),
        row("a use on another topic counts", happened("2024-02-01", "grant", topic="shoes"), happened("2024-06-01",
            "use"),
            ask={"topic": "shoes"}, says="consent"),
        row("a use of another contact point does not count", happened("2024-02-01", "grant"),
            happened("2024-06-01", "use", identifier="e2"), identifiers={"e2": {"kind": "email"}}, ask={},
            says="dormant"),
        row("a renewal after the end is too late", happened("02-01", "grant", valid_until="2025-03-01"),
            happened("03-01", "reconfirm", valid_until="2026-01-01"), ask={}, says="expired"),
        row("a renewal in time replaces the end", happened("02-01", "grant", valid_until="2025-03-01"),
            happened("02-20", "reconfirm", valid_until="2026-01-01"), ask={}, says="consent"),
        row("a renewal without end keeps the old one", happened("02-01", "grant", valid_until="2025-03-01"),
            happened("02-20", "reconfirm"), ask={}, says="expired"),
        row("a renewal starts the clock of the first use afresh", happened("2024-02-01", "grant"),
            happened("2024-03-01", "use"), happened("2024-04-01", "reconfirm"), ask={}, says="dormant"),
        row("a use after the renewal starts the longer clock", happened("2024-02-01", "grant"),
            happened("2024-04-01", "reconfirm"), happened("2024-05-01", "use"), ask={}, says="consent"),
        row("a new contract keeps the promise of the old one",
            happened("2022-01-01", "sale", kind="contract"), happened("2022-02-01", "grant", notice="subscription@1"),
            happened("2022-12-01", "use"), happened("2023-05-01", "contract_end"), happened("2024-05-01", "use"),
            happened("2024-08-01", "sale", kind="contract"), ask={}, says="consent"),
        row("a contract that never ended promises no end", happened("2025-01-01", "grant", notice="subscription@1"),
            ask={}, says="consent"),
        row("the newest governs alone", GRANT, happened("03-01", "grant", valid_until="2025-04-01"), ask={},
            says="expired"),
        row("a faulty one governs nothing", GRANT, happened("03-01", "grant", coupled=True, valid_until="2025-04-01"),
            ask={}, says="consent"),
    ],
)  # fmt: skip
def test_9_lapse(told: Case, asked: dict[str, Any], says: str) -> None:
    check(told, asked, says)


@pytest.mark.parametrize(
    ("told", "asked", "says"),
    [
        row("changed by steps", happened("02-01", "grant"), happened("03-01", "identifier_changed", identifier="e1",
            to="e2"),
            happened("04-01", "identifier_changed", identifier="e2", to="e3"), **E2, ask={"identifier": "e3"},
            says="identity_changed"),
        row("changed before the yes", happened("01-01", "identifier_changed", identifier="e1", to="e2"),
            happened("02-01", "grant", identifier="e1"), **E2, ask={"identifier": "e2"}, says="scope.identifier"),
        row("a yes of the former holder, though withdrawn", happened("02-01", "grant"), happened("02-02", "withdraw"),
            happened("03-01", "identifier_added", identifier="e1", subject="s2"), subjects={"s2": {}},
            ask={"identifier": "e1"}, says="identity_changed"),
        row("another contact point goes before another controller", happened("02-01", "grant", identifier="e2"),
            happened("02-01", "grant", controller="beta", notice="group@1"), **E2, ask={}, says="scope.identifier"),
        row("another controller goes before another topic",
            happened("02-01", "grant", controller="beta", notice="group@1"), happened("02-01", "grant",
            topic="shoes"),
            ask={}, says="scope.controller"),
        row("another topic goes before another channel", happened("02-01", "grant", topic="shoes"),
            happened("02-01", "grant", **SMS), ask={}, says="scope.topic"),
        row("another channel goes before another purpose", happened("02-01", "grant", **SMS),
            happened("02-01", "grant", purpose="satisfaction_survey"), ask={}, says="scope.channel"),
        row("lapsed is near enough", happened("02-01", "grant", valid_until="2025-03-01", **SMS), ask={},
            says="scope.channel"),
        row("withdrawn is not", happened("02-01", "grant", **SMS), happened("03-01", "withdraw", channel="sms"),
            ask={},
            says="no_consent"),
        row("faulty is not", happened("02-01", "grant", coupled=True, **SMS), ask={}, says="no_consent"),
        row("the notice has grown since", happened("2024-12-01", "grant", channel="sms", notice="contact@1"),
            ask={"channel": "messenger"}, says="superseded"),
    ],
)  # fmt: skip
def test_9_nearest_miss(told: Case, asked: dict[str, Any], says: str) -> None:
    check(told, asked, says)

"""Step 9, the other bases, and the rules of several countries."""

from typing import Any

import pytest

from consent.case_reader import Case
from tests.unit.consent.rows import (
    CANADA,
    GRANT,
    MOVED,
    NOON,
    POST,
    REPLY,
    SALE,
    SHARE,
    SHOES,
    SMS,
    SURVEY_CALL,
    check,
    row,
)
from tests.unit.consent.small import ask, case, happened


@pytest.mark.parametrize(
    ("told", "asked", "says"),
    [
        row("an answer comes within thirty days", happened("06-02", "inquiry"), ask=REPLY, says="contract"),
        row("and not on the thirtieth", {"at": "2025-06-01T12:00:00Z", "event": "inquiry"}, ask=REPLY,
            says="contract.no_request"),
        row("the question of another channel", happened("06-20", "inquiry", channel="sms"), ask=REPLY,
            says="contract.no_request"),
        row("one good sale is enough", SALE, happened("02-10", "sale", goods="bags", objection_notice=True),
            ask=SHOES,
            says="existing_customer"),
        row("the sale that gets furthest tells why", happened("01-10", "sale", goods="shoes"),
            happened("02-10", "sale", goods="bags"), ask=SHOES, says="existing_customer.no_notice_at_collection"),
        row("goods that nobody names are not similar", happened("01-10", "sale", objection_notice=True), ask={},
            says="existing_customer.not_similar"),
        row("a sale by the sister company", happened("01-10", "sale", controller="beta", **SHOES,
            objection_notice=True),
            ask=SHOES, says="no_consent"),
        row("an interest in another purpose", happened("02-01", "b2b_interest", purpose="phone_sales"),
            subject={"kind": "business"}, ask=SURVEY_CALL, says="no_consent"),
        row("the latest interest counts", happened("02-01", "b2b_interest", purpose="satisfaction_survey"),
            happened("03-01", "b2b_interest", purpose="satisfaction_survey", valid_until="2025-04-01"),
            subject={"kind": "business"}, ask=SURVEY_CALL, says="expired"),
        row("an assessment of another purpose", happened("02-01", "assessment", purpose="social_listening"),
            happened("02-01", "notice_shown", notice="catalogue@1"), ask=POST,
            says="legitimate_interest.no_assessment"),
        row("the latest assessment counts", happened("02-01", "assessment", purpose="post_catalogue"),
            happened("03-01", "assessment", purpose="post_catalogue", valid_until="2025-04-01"),
            happened("02-01", "notice_shown", notice="catalogue@1"), ask=POST,
            says="legitimate_interest.assessment_expired"),
        row("informed of something else", happened("02-01", "assessment", purpose="post_catalogue"),
            happened("02-01", "notice_shown", notice="news@2"), ask=POST, says="legitimate_interest.not_informed"),
        row("a purchase implies consent in Canada", happened("2023-07-02", "sale"), **CANADA, ask={},
            says="implied_consent"),
        row("for two years", happened("2023-07-01", "sale"), **CANADA, ask={}, says="expired"),
        row("a contract end, too", happened("2015-07-02", "sale", kind="contract"), happened("2023-07-02",
            "contract_end"),
            **CANADA, ask={}, says="implied_consent"),
        row("a cart implies nothing", happened("06-01", "sale", kind="cart"), **CANADA, ask={}, says="no_consent"),
        row("once there was a no, the law of the country does not step in", happened("02-01", "withdraw"),
            happened("03-01", "grant", valid_until="2025-04-01"), subject={"country": "US"}, ask={}, says="expired"),
        row("a Californian of sixteen has to opt out", subject={"country": "US", "region": "CA",
            "birth_date": "2009-07-01"},
            ask={**SHARE, "recipient": "adnet"}, says="not_opted_out"),
        row("one day earlier nothing is shared", subject={"country": "US", "region": "CA",
            "birth_date": "2009-07-02"},
            ask={**SHARE, "recipient": "adnet"}, says="minor"),
        row("special data and a duty", ask={"purpose": "privacy_reply", "special_category": True},
            says="legal_obligation"),
        row("a purpose above that is closed closes the one below", happened("02-01", "grant",
            purpose="location_offers"),
            ask={"purpose": "location_offers"}, says="parent_purpose_denied"),
        row("a flag on the content is not asked of the purpose above",
            happened("02-01", "grant", purpose="location_offers", explicit=True), GRANT,
            ask={"purpose": "location_offers", "special_category": True}, says="consent"),
    ],
)  # fmt: skip
def test_9_bases(told: Case, asked: dict[str, Any], says: str) -> None:
    check(told, asked, says)


@pytest.mark.parametrize(
    ("told", "asked", "says"),
    [
        row("the country left still counts", MOVED, ask={}, says="no_consent"),
        row("for a year", happened("2024-07-01", "moved", country="US"), ask={}, says="not_opted_out"),
        row("the first that denies tells why", MOVED, happened("03-01", "grant", proof="stated"), ask={},
            says="evidence_insufficient.proof_level"),
        row("a hint tightens", subject={"country": "US"}, ask={"country_hint": "DE"}, says="no_consent"),
        row("a hint never loosens", ask={"country_hint": "US"}, says="no_consent"),
        row("an abstract pack is no country", GRANT, subject={"country": "EU"}, ask={}, says="consent"),
        row("a region has rules of its own, or those of its country", subject={"country": "US", "region": "NY"},
            ask={},
            says="not_opted_out"),
    ],
)  # fmt: skip
def test_rule_packs(told: Case, asked: dict[str, Any], says: str) -> None:
    check(told, asked, says)


def test_obligations_of_all_countries_add_up_and_the_longest_proof_counts() -> None:
    told = case(happened("03-01", "grant", **SMS), happened("06-01", "moved", country="CA"))
    answer = ask(told, NOON, channel="sms")
    assert {"postal_address", "include_unsubscribe", "keep_proof"} <= set(answer.obligations)
    assert answer.keep_proof_until is not None
    assert answer.keep_proof_until.year == 2028

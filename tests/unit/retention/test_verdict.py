"""Verdicts: rules that the case files do not single out, and those that need a value they cannot write."""

import pytest

from retention.errors import Unclassified
from retention.identities import Identities, SubjectName
from retention.model import Code, Datum, Facts, Hold, PlatformOrderFact, RequestType, Scope, State, Verdict
from retention.schedule_loading import patched
from retention.verdict import next_check, verdict
from tests.unit.retention.builders import (
    NOTE,
    OVER,
    POST,
    datum,
    everything,
    facts,
    instant,
    judge,
    order,
    request,
    schedule,
    states,
)


@pytest.mark.parametrize(
    ("about", "why"),
    [
        pytest.param(datum("crm_export"), "category", id="unknown category"),
        pytest.param(datum("web_signal"), "no purpose", id="consent is never presumed"),
        pytest.param(datum("order_note", purposes=set()), "no purpose", id="no purpose at all"),
        pytest.param(datum("order_note", purposes={"contract", "reach"}), "does not have", id="foreign purpose"),
        pytest.param(datum("crm_export", ("2026-01-01", "destroyed")), "category", id="even if destroyed"),
    ],
)
def test_an_unclassified_datum_has_no_verdict(about: Datum, why: str):
    with pytest.raises(Unclassified, match=why):
        judge(about, facts(), "2026-06-01")
    with pytest.raises(Unclassified, match=why):
        next_check(about, schedule(), facts(), instant("2026-06-01"))


def test_a_hold_begins_and_ends_to_the_second():
    hold = Hold("h", everything(), instant("2026-03-01T10:00:00Z"), instant("2026-04-01T10:00:00Z"))
    found = states(
        OVER,
        facts(hold),
        "2026-03-01T09:59:59Z",
        "2026-03-01T10:00:00Z",
        "2026-04-01T09:59:59Z",
        "2026-04-01T10:00:00Z",
    )
    assert found == ["DESTROY_DUE", "BLOCKED", "BLOCKED", "DESTROY_DUE"]


@pytest.mark.parametrize(
    ("scope", "covered"),
    [
        pytest.param(Scope(), True, id="no criterion: everything"),
        pytest.param(Scope(subject=SubjectName.of("email:eva@example.de")), False, id="another person"),
        pytest.param(Scope(categories=frozenset({"social_insight", "book"})), True, id="category listed"),
        pytest.param(Scope(categories=frozenset()), False, id="no category listed"),
        pytest.param(Scope(refs=frozenset({"d"})), True, id="ref listed"),
        pytest.param(
            Scope(refs=frozenset({"d"}), categories=frozenset({"book"})), False, id="every criterion must match"
        ),
    ],
)
def test_what_a_hold_covers(scope: Scope, covered: bool):
    found = judge(OVER, facts(Hold("h", scope, instant("2026-03-01"))), "2026-06-01")
    assert (found.reasons[0] is Code.HOLD) is covered


def test_a_datum_without_subject_is_nobodys():
    nobodys = datum("social_insight", ("2026-01-01", "collected"), subject=None)
    assert judge(nobodys, facts(Hold("h", everything(), instant("2026-03-01"))), "2026-06-01").reasons == (
        Code.MAX_REACHED,
    )
    unknown = judge(nobodys, facts(identities=Identities.unavailable()), "2026-06-01")
    assert unknown.state is State.DESTROY_DUE


@pytest.mark.parametrize(
    ("orders", "hidden"),
    [
        pytest.param([order("drop", "2026-02-10")], True, id="hidden"),
        pytest.param([order("undrop", "2026-02-12"), order("drop", "2026-02-10")], False, id="shown again"),
        pytest.param([order("drop", "2026-02-10"), order("undrop", "2026-02-10")], True, id="same second: hidden"),
        pytest.param(
            [order("drop", "2026-02-10"), order("undrop", "2026-02-11"), order("drop", "2026-02-12")],
            True,
            id="hidden twice",
        ),
        pytest.param([order("drop", "2026-01-10")], True, id="hidden before it was fetched"),
        pytest.param([order("drop", "2026-02-10", platform="bluesky")], False, id="another platform"),
        pytest.param([order("drop", "2026-02-10", account="x:@maxine")], False, id="another account"),
        pytest.param([order("unheard_of", "2026-02-10")], False, id="unknown signal"),
    ],
)
def test_when_a_platform_hides_content(orders: list[PlatformOrderFact], hidden: bool):
    assert (Code.PLATFORM_BLOCK in judge(POST, facts(*orders), "2026-02-20").reasons) is hidden


def test_a_block_neither_lengthens_nor_shortens():
    assert (
        judge(POST, facts(order("drop", "2026-02-10")), "2026-02-20").destroyable_from
        == judge(POST, facts(), "2026-02-20").destroyable_from
    )


def test_of_two_obligations_that_never_end_the_first_by_name_is_cited():
    draft = datum("business_letter", claim=True)
    found = judge(draft, facts(), "2030-01-01")
    assert found.legal_source == schedule().obligations["claim_limitation"].source


@pytest.mark.parametrize(
    ("attributes", "kept"),
    [
        pytest.param({"bank": True}, True, id="the value is there"),
        pytest.param({}, False, id="a missing attribute counts as false"),
        pytest.param({"bank": False}, False, id="false"),
        pytest.param({"bank": 1}, False, id="one is not true"),
        pytest.param({"bank": "true"}, False, id="a text is not true"),
    ],
)
def test_attributes_select(attributes: dict[str, bool | int | str], kept: bool):
    voucher = datum("voucher", ("2017-05-01", "issued"), subject=None, **attributes)
    assert (judge(voucher, facts(), "2026-02-01").state is State.BLOCKED) is kept


def test_a_selector_for_false_matches_where_the_attribute_is_missing():
    only_shops = patched(schedule(), {"obligations": {"ao_book": {"for": {"category": "book", "bank": False}}}})
    book = datum("book", ("2026-03-31", "closed"), subject=None)
    assert verdict(book, only_shops, facts(), instant("2031-01-01")).state is State.BLOCKED


@pytest.mark.parametrize(
    ("closed", "state"),
    [
        pytest.param([], "BLOCKED", id="open"),
        pytest.param(["2033-04-30"], "BLOCKED", id="closed before it was opened"),
        pytest.param(["2033-05-01"], "DESTROY_DUE", id="closed in the same instant"),
        pytest.param(["2034-05-01"], "DESTROY_DUE", id="closed afterwards"),
    ],
)
def test_while_a_tax_case_is_open(closed: list[str], state: str):
    voucher = datum(
        "voucher",
        ("2020-02-10", "issued"),
        ("2033-05-01", "tax_case_opened"),
        *((at, "tax_case_closed") for at in closed),
    )
    assert states(voucher, facts(), "2035-01-01") == [state]


@pytest.mark.parametrize(
    ("events", "state"),
    [
        pytest.param(["destroyed"], "DESTROYED", id="destroyed"),
        pytest.param(["destroyed", "restored"], "DESTROY_DUE", id="came back"),
        pytest.param(["destroyed", "restored", "destroyed"], "DESTROYED", id="destroyed again"),
        pytest.param(["restored", "destroyed"], "DESTROYED", id="restored before"),
    ],
)
def test_destroyed_and_restored(events: list[str], state: str):
    dated = [(f"2026-07-{number:02}", event) for number, event in enumerate(events, 10)]
    assert states(datum("order_note", ("2026-01-01", "collected"), *dated), facts(), "2026-08-01") == [state]


def test_a_destroyed_datum_has_one_reason_and_no_dates():
    found = judge(datum("social_post", ("2026-01-01", "destroyed")), facts(), "2026-08-01")
    assert found == Verdict(State.DESTROYED, None, None, (Code.DESTROYED,), None, ("community", "reach"))


@pytest.mark.parametrize(
    ("about", "known", "expected"),
    [
        pytest.param(NOTE, facts(), None, id="nothing is known to change"),
        pytest.param(POST, facts(), "2026-03-03T23:00:00Z", id="the first of two limits"),
        pytest.param(POST, facts(order("drop", "2026-02-25")), "2026-02-25T00:00:00Z", id="a fact that is dated later"),
        pytest.param(
            OVER, facts(request(RequestType.ACCESS, "2026-02-10")), "2026-03-10T23:00:00Z", id="end of a shield"
        ),
        pytest.param(
            datum("voucher", ("2020-02-10", "issued"), ("2026-01-01", "destroyed")), facts(), None, id="destroyed"
        ),
        pytest.param(
            datum("voucher", ("2020-02-10", "issued"), ("2026-01-01", "destroyed"), ("2026-09-01", "restored")),
            facts(),
            "2026-09-01T00:00:00Z",
            id="destroyed and later restored",
        ),
    ],
)
def test_next_check(about: Datum, known: Facts, expected: str | None):
    found = next_check(about, schedule(), known, instant("2026-02-20"))
    assert found == (None if expected is None else instant(expected))


def test_no_name_is_shown():
    hold = Hold("h", everything(), instant("2026-03-01"), matter="Max v. Muster")
    shown = repr((NOTE, hold, request(RequestType.ACCESS, "2026-04-01"), order("drop", "2026-02-25")))
    assert "max" not in shown.lower()

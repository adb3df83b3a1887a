"""Steps 1 to 8 over small histories; the cases of the rule book are not repeated here."""

from typing import Any

import pytest

from consent.case_reader import Case
from tests.unit.consent.rows import BOUNCES, GRANT, JOINT, NOON, SALE, SECOND, SMS, SOLICIT, TRACKING, check, row
from tests.unit.consent.small import ask, case, happened


@pytest.mark.parametrize(
    ("told", "asked", "says"),
    [
        row("controller before purpose", ask={"controller": "x", "purpose": "y"}, says="unknown_controller"),
        row("purpose before channel", ask={"purpose": "y", "channel": "z"}, says="unknown_purpose"),
        row("a topic of another purpose", ask={"purpose": "phone_sales", "topic": "shoes"}, says="bad_request"),
        row(
            "a contact point nobody knows is not of the wrong kind",
            ask={"channel": "sms", "identifier": "p9"},
            says="subject_unresolved",
        ),
        row(
            "use of data takes any contact point to find the person",
            happened("02-01", "grant", purpose="profiling", channel="data_use"),
            ask={"purpose": "profiling", "channel": "data_use", "identifier": "p1"},
            says="consent",
        ),
        row(
            "a service with advertising inside is still a service when asked to solicit",
            ask={"purpose": "order_confirmation", "contains_advertising": True, **SOLICIT},
            says="bad_request",
        ),
    ],
)
def test_1_validate(told: Case, asked: dict[str, Any], says: str) -> None:
    check(told, asked, says)


def test_2_advertising_goes_before_the_rating_and_the_topic_falls_away() -> None:
    told = case(happened("02-01", "grant", topic="shoes"))
    answer = ask(told, NOON, purpose="order_confirmation", contains_advertising=True, rating_request=True)
    assert answer.reason == "scope.topic"
    assert answer.notes == ("reclassified",)


def test_2_a_flag_on_marketing_changes_nothing() -> None:
    assert ask(case(GRANT), NOON, contains_advertising=True).notes == ()


@pytest.mark.parametrize(
    ("told", "asked", "says"),
    [
        row(
            "nobody ever held it",
            identifiers={"e9": {"kind": "email", "subject": "none"}},
            ask={"identifier": "e9"},
            says="subject_unresolved",
        ),
        row(
            "everybody gave it up",
            happened("03-01", "identifier_changed", identifier="e1", to="e9"),
            identifiers={"e9": {"kind": "email", "subject": "none"}},
            ask={"identifier": "e1"},
            says="identity_changed",
        ),
        row(
            "not this person's",
            **SECOND,
            ask={"identifier": "e2", "subject": "s1"},
            says="subject_unresolved",
        ),
        row(
            "the contact point of the record it is merged with",
            happened("02-01", "grant", subject="s2"),
            happened("03-01", "merge", other="s2"),
            **SECOND,
            ask={"identifier": "e2", "subject": "s1"},
            says="consent",
        ),
        row(
            "a person nobody knows, for the use of data",
            ask={"purpose": "profiling", "channel": "data_use", "subject": "s9"},
            says="subject_unresolved",
        ),
        row(
            "a person without a contact point of the kind",
            **SECOND,
            ask={"channel": "sms", "subject": "s2"},
            says="subject_unresolved",
        ),
    ],
)
def test_3_resolve(told: Case, asked: dict[str, Any], says: str) -> None:
    check(told, asked, says)


@pytest.mark.parametrize(
    ("told", "asked", "says"),
    [
        row("a restriction stops services", happened("03-01", "restrict"), ask={"purpose": "order_confirmation"},
            says="restricted"),
        row("a restriction binds the controller addressed alone", happened("03-01", "restrict"),
            happened("02-01", "grant", controller="beta", notice="group@1"),
            ask={"controller": "beta"}, says="consent"),
        row("death is towards everybody", happened("03-01", "decease"), ask={"controller": "beta"}, says="deceased"),
        row("even a duty ends with death", happened("03-01", "decease"), ask={"purpose": "privacy_reply"},
            says="deceased"),
        row("of two lifecycle noes the latest tells why", happened("03-01", "decease"), happened("04-01", "erase"),
            ask={}, says="erased"),
        row("a restriction is answered by a later consent for the very thing", happened("03-01", "restrict"),
            happened("04-01", "grant"), ask={}, says="consent"),
        row("a consent from before the restriction does not answer it", GRANT, happened("03-01", "restrict"), ask={},
            says="restricted"),
        row("a lifted restriction leaves no trace", SALE, happened("03-01", "restrict"),
            happened("04-01", "lift_restriction"), ask={"goods": "shoes"}, says="existing_customer"),
        row("lifted is only what was said before", happened("03-01", "lift_restriction"), happened("04-01",
            "restrict"),
            ask={}, says="restricted"),
        row("erasure is never answered", happened("03-01", "erase"), happened("04-01", "grant"), ask={},
            says="erased"),
    ],
)  # fmt: skip
def test_4_lifecycle(told: Case, asked: dict[str, Any], says: str) -> None:
    check(told, asked, says)


@pytest.mark.parametrize(
    ("told", "asked", "says"),
    [
        row("undeliverable goes before the block list", GRANT, *BOUNCES, happened("03-05", "suppress",
            reason="litigation"),
            ask={}, says="undeliverable"),
        row("a new holder starts clean", *BOUNCES, happened("03-05", "identifier_added", identifier="e1"),
            happened("04-01", "grant"), happened("04-02", "identifier_verified", identifier="e1"), ask={},
            says="consent"),
        row("a confirmation at the contact point proves that it works", *BOUNCES,
            happened("04-01", "grant_requested", id="r1"), happened("04-02", "doi_confirmed", request="r1"),
            ask={}, says="consent"),
        row("a duty to answer is tried all the same", *BOUNCES, ask={"purpose": "privacy_reply"},
            says="legal_obligation"),
        row("the latest entry tells why", happened("03-01", "suppress", reason="litigation"),
            happened("03-02", "suppress", reason="complaint"), ask={}, says="suppressed.complaint"),
        row("an entry on a contact point stays when the holder changes",
            happened("03-01", "suppress", reason="complaint", identifier="e1"),
            happened("03-02", "identifier_added", identifier="e1", subject="s2", verified=True),
            subjects={"s2": {}}, ask={"identifier": "e1"}, says="suppressed.complaint"),
        row("an entry on a person goes with the person", happened("03-01", "suppress", reason="complaint"),
            happened("03-02", "identifier_added", identifier="e1", subject="s2", verified=True),
            subjects={"s2": {}}, ask={"identifier": "e1"}, says="no_consent"),
        row("an entry on a contact point is lifted there", GRANT,
            happened("03-01", "suppress", reason="litigation", identifier="e1"),
            happened("03-02", "lift_suppression", reason="litigation", identifier="e1"), ask={}, says="consent"),
        row("an entry on a contact point is not lifted at the person", GRANT,
            happened("03-01", "suppress", reason="litigation", identifier="e1"),
            happened("03-02", "lift_suppression", reason="litigation"), ask={}, says="suppressed.litigation"),
        row("an entry is lifted by its own reason", GRANT, happened("03-01", "suppress", reason="litigation"),
            happened("03-02", "lift_suppression", reason="complaint"), ask={}, says="suppressed.litigation"),
        row("an entry is lifted by its own controller", GRANT, happened("03-01", "suppress", reason="litigation"),
            happened("03-02", "lift_suppression", reason="litigation", controller="beta"), ask={},
            says="suppressed.litigation"),
        row("a list yields to an older consent", GRANT, happened("03-01", "suppress", reason="robinson"), ask={},
            says="consent"),
        row("a list yields no longer once a no was said since", GRANT, happened("03-01", "suppress",
            reason="robinson"),
            happened("03-02", "withdraw"), ask={}, says="suppressed.robinson"),
        row("a list does not yield to an import", happened("02-01", "import_row", status="subscribed",
            proof="documented"),
            happened("03-01", "suppress", reason="robinson"), ask={}, says="suppressed.robinson"),
        row("a register of calls is about calls", SALE, happened("03-01", "suppress", reason="do_not_call"),
            ask={"goods": "shoes"}, says="existing_customer"),
        row("the entry of an erasure can be lifted", happened("03-01", "erase"),
            happened("03-02", "identifier_added", identifier="e1", subject="s2", verified=True),
            happened("03-03", "import_row", status="subscribed", proof="confirmed", subject="s2", identifier="e1"),
            happened("03-04", "lift_suppression", reason="erasure", identifier="e1"),
            subjects={"s2": {}}, ask={"identifier": "e1"}, says="consent"),
        row("a contact point got after the erasure bears no entry", happened("03-01", "erase"),
            happened("03-02", "grant", subject="s2"), **SECOND, ask={"identifier": "e2"}, says="consent"),
    ],
)  # fmt: skip
def test_5_suppression(told: Case, asked: dict[str, Any], says: str) -> None:
    check(told, asked, says)


@pytest.mark.parametrize(
    ("told", "asked", "says"),
    [
        row("a complaint is an objection", GRANT, happened("03-01", "signal", name="spam_complaint"), ask={},
            says="objection"),
        row("a signal nobody knows is heard as an objection", GRANT, happened("03-01", "signal", name="smoke"),
            ask={},
            says="objection"),
        row("an objection goes before a withdrawal", happened("03-01", "object"), happened("03-02", "withdraw"),
            ask={},
            says="objection"),
        row("an objection is answered by a later consent", happened("03-01", "object"), happened("03-02", "grant"),
            ask={}, says="consent"),
        row("an objection to one channel", GRANT, happened("03-01", "object", channel="sms"), ask={}, says="consent"),
        row("an objection ends legitimate interest",
            happened("01-01", "assessment", purpose="post_catalogue"),
            happened("01-02", "notice_shown", notice="catalogue@1"), happened("03-01", "object"),
            ask={"purpose": "post_catalogue", "channel": "post"}, says="objection"),
    ],
)  # fmt: skip
def test_6_objection(told: Case, asked: dict[str, Any], says: str) -> None:
    check(told, asked, says)


@pytest.mark.parametrize(
    ("told", "asked", "says"),
    [
        row("an opt-out closes what the policy says", happened("02-01", "grant", **TRACKING),
            happened("03-01", "signal", name="gpc"), ask=TRACKING, says="signal.gpc"),
        row("an opt-out closes nothing else", GRANT, happened("03-01", "signal", name="gpc"), ask={}, says="consent"),
        row("a purpose named in the signal goes before that of the policy", GRANT,
            happened("03-01", "signal", name="gpc", purpose="newsletter"), ask={}, says="signal.gpc"),
        row("a later consent answers an opt-out", happened("03-01", "signal", name="gpc"),
            happened("04-01", "grant", **TRACKING), ask=TRACKING, says="consent"),
        row("the channels of the policy hold where the signal names none", GRANT,
            happened("03-01", "signal", name="einwv"), ask={}, says="consent"),
    ],
)  # fmt: skip
def test_7_signal(told: Case, asked: dict[str, Any], says: str) -> None:
    check(told, asked, says)


@pytest.mark.parametrize(
    ("told", "asked", "says"),
    [
        row("of refusal and withdrawal the latest tells why", happened("03-01", "withdraw"), happened("03-02",
            "refuse"),
            ask={}, says="refused"),
        row("a no about a topic leaves the purpose open", GRANT, happened("03-01", "withdraw", topic="shoes"), ask={},
            says="consent"),
        row("a no about a topic is not answered by the purpose", happened("03-01", "withdraw", topic="shoes"),
            happened("04-01", "grant"), ask={"topic": "shoes"}, says="withdrawn"),
        row("a no about a contact point leaves the others", happened("02-01", "grant", identifier="e2"),
            happened("03-01", "withdraw", identifier="e1"), identifiers={"e2": {"kind": "email"}},
            ask={"identifier": "e2"}, says="consent"),
        row("a no of the same instant wins", happened("03-01", "grant"), happened("03-01", "refuse"), ask={},
            says="refused"),
        row("a faulty yes answers no no", happened("03-01", "withdraw"), happened("04-01", "grant", prechecked=True),
            ask={}, says="withdrawn"),
        row("an expired yes still answers the no before it", happened("03-01", "withdraw"),
            happened("04-01", "grant", valid_until="2025-05-01"), ask={}, says="expired"),
        row("a topic closed from above, once opened by name", happened("02-01", "grant", topic="shoes"),
            happened("03-01", "refuse"), ask={"topic": "shoes"}, says="parent_purpose_denied"),
        row("a topic closed by its own name", happened("02-01", "grant", topic="shoes"),
            happened("03-01", "refuse", topic="shoes"), ask={"topic": "shoes"}, says="refused"),
        row("nobody withdraws from a contract", happened("03-01", "withdraw"), ask={"purpose": "order_confirmation"},
            says="contract"),
        row("a row of a file closes exactly what it names", happened("02-01", "grant", identifier="e2"),
            happened("03-01", "import_row", status="unsubscribed"), identifiers={"e2": {"kind": "email"}},
            ask={"identifier": "e2"}, says="consent"),
    ],
)  # fmt: skip
def test_8_own_word(told: Case, asked: dict[str, Any], says: str) -> None:
    check(told, asked, says)


@pytest.mark.parametrize(
    ("told", "asked", "says"),
    [
        row("a withdrawal told to one reaches all who were named together", happened("02-01", "grant", **JOINT),
            happened("03-01", "withdraw", controller="beta"), ask={}, says="withdrawn"),
        row("it follows the declaration: what one was told alone stays open", happened("02-01", "grant", **JOINT),
            happened("02-02", "grant", **SMS), happened("03-01", "withdraw", controller="beta"),
            ask={"channel": "sms"}, says="consent"),
        row("it follows no declaration that is not valid", GRANT, happened("02-02", "grant", prechecked=True, **JOINT),
            happened("03-01", "withdraw", controller="beta"), ask={}, says="consent"),
        row("a refusal reaches only the one addressed", happened("02-01", "grant", **JOINT),
            happened("03-01", "refuse", controller="beta"), ask={}, says="consent"),
        row("without a common declaration it reaches nobody else", GRANT,
            happened("03-01", "withdraw", controller="beta"), ask={}, says="consent"),
        row("a common declaration after it is not reached", happened("03-01", "withdraw", controller="beta"),
            happened("04-01", "grant", **JOINT), ask={}, says="consent"),
        row("a withdrawal told to one cancels the common request",
            happened("03-01", "grant_requested", id="r1", **JOINT), happened("03-02", "withdraw", controller="beta"),
            happened("03-03", "doi_confirmed", request="r1"), ask={}, says="no_consent"),
    ],
)  # fmt: skip
def test_joint_controllers(told: Case, asked: dict[str, Any], says: str) -> None:
    check(told, asked, says)

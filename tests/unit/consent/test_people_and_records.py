"""Several holders of one contact point, and merged records."""

from typing import Any

import pytest

from consent.case_reader import Case
from tests.unit.consent.rows import GRANT, MERGE, PART, REQUEST, SECOND, SHARED_BOX, SHOES, check, row
from tests.unit.consent.small import happened


@pytest.mark.parametrize(
    ("told", "asked", "says"),
    [
        row("everybody has to say yes", GRANT, SHARED_BOX, **SECOND, ask={"identifier": "e1"},
            says="identity_ambiguous"),
        row("even if the question names one", GRANT, SHARED_BOX, **SECOND, ask={"identifier": "e1", "subject": "s1"},
            says="identity_ambiguous"),
        row("a no of one gives the reason", GRANT, SHARED_BOX, happened("03-01", "object", subject="s2"), **SECOND,
            ask={"identifier": "e1"}, says="objection"),
        row("where nobody said yes the first tells why", SHARED_BOX, REQUEST, **SECOND, ask={"identifier": "e1"},
            says="pending_doi"),
        row("a service needs one of them", SHARED_BOX, happened("03-01", "restrict"), **SECOND,
            ask={"identifier": "e1", "purpose": "order_confirmation"}, says="contract"),
        row("a service that nobody is open to", SHARED_BOX, happened("03-01", "decease"),
            happened("03-01", "restrict", subject="s2"), **SECOND,
            ask={"identifier": "e1", "purpose": "order_confirmation"}, says="deceased"),
        row("of a service that nobody is open to the first tells why", SHARED_BOX,
            happened("03-01", "decease", subject="s2"), **SECOND,
            ask={"identifier": "e1", "purpose": "product_question_reply"}, says="contract.no_request"),
    ],
)  # fmt: skip
def test_shared_contact_points(told: Case, asked: dict[str, Any], says: str) -> None:
    check(told, asked, says)


@pytest.mark.parametrize(
    ("told", "asked", "says"),
    [
        row("a no of the other binds", GRANT, happened("02-02", "refuse", subject="s2"), MERGE, **SECOND, ask={},
            says="refused"),
        row("but not one that was answered there", GRANT, happened("01-02", "refuse", subject="s2"),
            happened("02-02", "grant", subject="s2", identifier="e1"), MERGE, **SECOND, ask={}, says="consent"),
        row("a yes from before the merge is not shared", happened("02-01", "grant", subject="s2", identifier="e1"),
            MERGE,
            **SECOND, ask={}, says="no_consent"),
        row("a yes said while merged counts for both", MERGE, happened("04-01", "grant", subject="s2",
            identifier="e1"),
            **SECOND, ask={}, says="consent"),
        row("as long as they stay merged", MERGE, happened("04-01", "grant", subject="s2", identifier="e1"), PART,
            **SECOND,
            ask={}, says="no_consent"),
        row("a no said while merged counts for good", GRANT, MERGE, happened("04-01", "withdraw", subject="s2"), PART,
            **SECOND, ask={}, says="withdrawn"),
        row("a yes after the merge answers what came with it", happened("02-02", "refuse", subject="s2"), MERGE,
            happened("04-01", "grant"), **SECOND, ask={}, says="consent"),
        row("what came with the merge is lifted by either", happened("02-02", "restrict", subject="s2"), MERGE,
            happened("04-01", "lift_restriction"), GRANT, **SECOND, ask={}, says="consent"),
        row("also by who brought it", happened("02-02", "suppress", subject="s2", reason="litigation"), MERGE,
            happened("04-01", "lift_suppression", subject="s2", reason="litigation"), GRANT, **SECOND, ask={},
            says="consent"),
        row("but not by a lift from before", happened("02-02", "restrict", subject="s2"),
            happened("02-03", "lift_restriction"), MERGE, GRANT, **SECOND, ask={}, says="restricted"),
        row("a yes of the instant of the merge does not", happened("02-02", "refuse", subject="s2"), MERGE,
            happened("03-01", "grant"), **SECOND, ask={}, says="refused"),
        row("what came with the merge cancels a request that waits", happened("02-02", "object", subject="s2"),
            happened("02-25", "grant_requested", id="r1"), MERGE, happened("03-05", "doi_confirmed", request="r1"),
            **SECOND,
            ask={}, says="objection"),
        row("and after parting the confirmation counts again", happened("02-02", "object", subject="s2"),
            happened("02-25", "grant_requested", id="r1"), MERGE, happened("03-05", "doi_confirmed", request="r1"),
            PART,
            **SECOND, ask={}, says="consent"),
        row("a third record is not joined", GRANT, happened("02-02", "object", subject="s3"), MERGE,
            happened("03-02", "merge", other="s3"), subjects={"s2": {}, "s3": {}},
            identifiers={"e2": {"kind": "email", "subject": "s2"}}, ask={}, says="consent"),
        row("an entry on the other person binds", GRANT, happened("02-02", "suppress", reason="litigation",
            subject="s2"),
            MERGE, **SECOND, ask={}, says="suppressed.litigation"),
        row("an entry on the other's contact point stays there", GRANT,
            happened("02-02", "suppress", reason="litigation", identifier="e2"), MERGE, **SECOND, ask={},
            says="consent"),
        row("sales are not shared", happened("02-02", "sale", subject="s2", identifier="e1", objection_notice=True,
            **SHOES),
            MERGE, **SECOND, ask=SHOES, says="no_consent"),
    ],
)  # fmt: skip
def test_merged_records(told: Case, asked: dict[str, Any], says: str) -> None:
    check(told, asked, says)

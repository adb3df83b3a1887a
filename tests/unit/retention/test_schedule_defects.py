"""A schedule whose sections have a defect is refused by its code and its place."""

import pytest

from retention import errors
from tests.unit.retention.documents import changed, defect_of, obligation


@pytest.mark.parametrize(
    ("document", "error", "place"),
    [
        pytest.param(
            changed(categories={"new": {"limits": {}}}),
            errors.CategoryWithoutLimit,
            "categories.new",
            id="category with empty limits",
        ),
        pytest.param(
            changed(categories={"new": {"title": "t"}}),
            errors.CategoryWithoutLimit,
            "categories.new",
            id="category without limits",
        ),
        pytest.param(
            changed(categories={"book": {"limits": {"accounting": None}}}),
            errors.CategoryWithoutLimit,
            "categories.book",
            id="the only limit removed",
        ),
        pytest.param(
            changed(categories={"book": {"limits": {"resale": "P-3y"}}}),
            errors.UnknownPurpose,
            "categories.book.limits.resale",
            id="limit for an unknown purpose",
        ),
        pytest.param(
            changed(purposes={"newsletter": None}),
            errors.UnknownPurpose,
            "categories.contact_identifier.limits.newsletter",
            id="purpose removed while limits need it",
        ),
        pytest.param(
            changed(classes={"P-3y": None}),
            errors.UnknownClass,
            "categories.erasure_proof.limits.accountability",
            id="class removed while rules need it",
        ),
        pytest.param(
            changed(classes={"P-3y": {"start": "end_of_time"}}),
            errors.UnknownStartType,
            "classes.P-3y.start",
            id="unknown start type",
        ),
        pytest.param(
            changed(classes={"P-3y": {"period": "3 years"}}), errors.Malformed, "classes.P-3y.period", id="bad period"
        ),
        pytest.param(
            changed(classes={"P-3y": {"anchor": "month_end"}}),
            errors.Malformed,
            "classes.P-3y.anchor",
            id="unknown anchor",
        ),
        pytest.param(
            changed(purposes={"reach": {"basis": "curiosity"}}),
            errors.Malformed,
            "purposes.reach.basis",
            id="unknown basis",
        ),
        pytest.param(
            changed(purposes={"reach": {"basis": None}}), errors.Malformed, "purposes.reach", id="purpose without basis"
        ),
        pytest.param(
            changed(purposes={"reach": {"marketing": "yes"}}),
            errors.Malformed,
            "purposes.reach.marketing",
            id="marketing is no flag",
        ),
        pytest.param(
            changed(platforms={"x": {"signals": {"drop": "vanish"}}}),
            errors.Malformed,
            "platforms.x.signals.drop",
            id="unknown effect",
        ),
        pytest.param(
            changed(platforms={"x": {"source": None}}), errors.Malformed, "platforms.x", id="platform without source"
        ),
        pytest.param(changed(categories=[]), errors.Malformed, "categories", id="a section that is a list"),
        pytest.param(changed(zone=None), errors.Malformed, "", id="no zone"),
        pytest.param([], errors.Malformed, "", id="no mapping"),
        pytest.param(changed(catagories={}), errors.UnknownKey, "catagories", id="unknown section"),
        pytest.param(
            changed(classes={"P-3y": {"ancor": "year_end"}}),
            errors.UnknownKey,
            "classes.P-3y.ancor",
            id="unknown key of a class",
        ),
    ],
)
def test_a_defect_of_a_section_is_refused_by_code_and_place(
    document: object, error: type[errors.DocumentError], place: str
):
    assert defect_of(document) == (error, place)


@pytest.mark.parametrize(
    ("document", "error", "place"),
    [
        pytest.param(obligation(source="absent"), errors.ObligationWithoutSource, "obligations.new", id="no source"),
        pytest.param(obligation(source=" "), errors.ObligationWithoutSource, "obligations.new", id="blank source"),
        pytest.param(
            obligation(**{"for": {"category": "books"}}),
            errors.SelectsNothing,
            "obligations.new.for",
            id="obligation for an unknown category",
        ),
        pytest.param(
            obligation(**{"for": [{"category": "book"}, {"category": ["voucher", "books"]}]}),
            errors.SelectsNothing,
            "obligations.new.for.2",
            id="one of several categories is unknown",
        ),
        pytest.param(
            obligation(**{"for": {"bank": True}}), errors.SelectsNothing, "obligations.new.for", id="no category at all"
        ),
        pytest.param(obligation(**{"for": []}), errors.SelectsNothing, "obligations.new", id="no selector"),
        pytest.param(obligation(**{"for": "absent"}), errors.SelectsNothing, "obligations.new", id="for nothing"),
        pytest.param(
            obligation(replaces="ao_vouchers"),
            errors.SelectsNothing,
            "obligations.new.replaces",
            id="replaces an unknown obligation",
        ),
        pytest.param(
            changed(obligations={"ao_voucher": None}),
            errors.SelectsNothing,
            "obligations.ao_voucher_bank.replaces",
            id="the replaced obligation is gone",
        ),
        pytest.param(obligation(keep="absent"), errors.RuleWithoutClass, "obligations.new", id="no keep and no while"),
        pytest.param(obligation(keep="P-4y"), errors.UnknownClass, "obligations.new.keep", id="unknown class"),
        pytest.param(
            obligation(**{"while": ["claim_known", "closed"]}), errors.TwoForms, "obligations.new", id="keep and while"
        ),
        pytest.param(
            changed(obligations={"ao_voucher": {"replaces": "ao_voucher_bank"}}),
            errors.ReplacesInCircle,
            "obligations",
            id="two obligations replace each other",
        ),
        pytest.param(obligation(replaces="new"), errors.ReplacesInCircle, "obligations", id="replaces itself"),
        pytest.param(
            obligation(keep="absent", **{"while": ["claim_known"]}),
            errors.Malformed,
            "obligations.new.while",
            id="while with one event",
        ),
        pytest.param(
            obligation(**{"for": {"category": "book", "bank": ["a"]}}),
            errors.Malformed,
            "obligations.new.for.bank",
            id="attribute with several values",
        ),
        pytest.param(
            obligation(unless="x"), errors.UnknownKey, "obligations.new.unless", id="unknown key of an obligation"
        ),
    ],
)
def test_a_defect_of_an_obligation_is_refused_by_code_and_place(
    document: object, error: type[errors.DocumentError], place: str
):
    assert defect_of(document) == (error, place)

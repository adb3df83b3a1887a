"""A schedule is loaded whole and without defect, or not at all."""

from typing import Any

import pytest

from retention import errors
from retention.merge_patch import merge_patch
from retention.rules import ClassRule, EarliestRule, Pick, VersionedRule
from retention.schedule import Basis, Effect, WhileOpen
from retention.schedule_loading import build_schedule, load_schedule, patched
from tests.unit.retention.builders import schedule, schedule_document, schedule_text


def changed(**sections: Any) -> object:
    return merge_patch(schedule_document(), sections)


def limits(rule: object, category: str = "social_insight", purpose: str = "reach") -> dict[str, Any]:
    # Null first removes what stands there, so that the rule is exactly the one given.
    document = merge_patch(schedule_document(), {"categories": {category: {"limits": {purpose: None}}}})
    assert isinstance(document, dict)
    document["categories"][category]["limits"][purpose] = rule
    return document


def obligation(**fields: Any) -> object:
    whole = {"source": "AO §147", "for": {"category": "book"}, "keep": "P-3y"}
    document = schedule_document()
    assert isinstance(document["obligations"], dict)
    document["obligations"]["new"] = {key: value for key, value in {**whole, **fields}.items() if value != "absent"}
    return document


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
            changed(classes={"P-3y": None}),
            errors.UnknownClass,
            "categories.erasure_proof.limits.accountability",
            id="class removed while rules need it",
        ),
        pytest.param(
            limits({"class": "C-8d", "after": "collected"}),
            errors.UnknownClass,
            "categories.social_insight.limits.reach.class",
            id="unknown class in a mapping",
        ),
        pytest.param(
            limits({"after": "closed"}),
            errors.RuleWithoutClass,
            "categories.social_insight.limits.reach",
            id="event without class",
        ),
        pytest.param(
            limits({"clas": "C-7d"}),
            errors.RuleWithoutClass,
            "categories.social_insight.limits.reach",
            id="class with a typing error in the key",
        ),
        pytest.param(
            limits(None), errors.RuleWithoutClass, "categories.social_insight.limits.reach", id="limit without rule"
        ),
        pytest.param(limits(90), errors.RuleWithoutClass, "categories.social_insight.limits.reach", id="a number"),
        pytest.param(limits([]), errors.RuleWithoutClass, "categories.social_insight.limits.reach", id="empty list"),
        pytest.param(
            limits(["C-7d", {}]),
            errors.RuleWithoutClass,
            "categories.social_insight.limits.reach.2",
            id="empty rule in a list",
        ),
        pytest.param(
            limits({"versions": []}),
            errors.RuleWithoutClass,
            "categories.social_insight.limits.reach.versions",
            id="no version",
        ),
        pytest.param(
            limits({"versions": [{"rule": "C-7d"}, {"from": "2027-01-01"}]}),
            errors.RuleWithoutClass,
            "categories.social_insight.limits.reach.versions.2",
            id="version without rule",
        ),
        pytest.param(
            limits({"versions": [{"rule": "C-7d"}, {"from": "2027-01-01", "rule": "C-30d"}]}),
            errors.LongerWithoutSource,
            "categories.social_insight.limits.reach",
            id="longer without source",
        ),
        pytest.param(
            limits(["C-2y", {"versions": [{"rule": "C-7d"}, {"from": "2027-01-01", "rule": "C-30d"}]}]),
            errors.LongerWithoutSource,
            "categories.social_insight.limits.reach",
            id="longer without source, inside a list",
        ),
        pytest.param(
            limits({"versions": [{"rule": "C-7d"}, {"from": "2027-01-01", "rule": ["C-7d", "C-30d"]}]}),
            errors.LongerWithoutSource,
            "categories.social_insight.limits.reach",
            id="the longest period of a list is compared",
        ),
        pytest.param(
            limits(
                {
                    "versions": [
                        {"rule": "C-7d"},
                        {"from": "2027-01-01", "rule": "C-30d", "source": "s"},
                        {"from": "2028-01-01", "rule": "C-90d"},
                    ]
                }
            ),
            errors.LongerWithoutSource,
            "categories.social_insight.limits.reach",
            id="each version is compared with the one before",
        ),
        pytest.param(
            limits({"versions": [{"rule": "P-3y"}, {"from": "2027-01-01", "rule": "P-3y-ye"}]}),
            errors.LongerWithoutSource,
            "categories.social_insight.limits.reach",
            id="running on to the end of the year is longer",
        ),
        pytest.param(
            limits({"class": "C-7d", "versions": [{"rule": "C-7d"}]}),
            errors.TwoForms,
            "categories.social_insight.limits.reach",
            id="class and versions",
        ),
        pytest.param(
            obligation(**{"while": ["claim_known", "closed"]}), errors.TwoForms, "obligations.new", id="keep and while"
        ),
        pytest.param(
            limits({"versions": [{"rule": "C-7d", "from": "2027-01-01"}]}),
            errors.VersionsOutOfOrder,
            "categories.social_insight.limits.reach.versions",
            id="first version with a first day",
        ),
        pytest.param(
            limits({"versions": [{"rule": "C-30d"}, {"rule": "C-7d"}]}),
            errors.VersionsOutOfOrder,
            "categories.social_insight.limits.reach.versions",
            id="later version without a first day",
        ),
        pytest.param(
            limits(
                {
                    "versions": [
                        {"rule": "C-30d"},
                        {"from": "2027-01-01", "rule": "C-30d"},
                        {"from": "2026-01-01", "rule": "C-7d"},
                    ]
                }
            ),
            errors.VersionsOutOfOrder,
            "categories.social_insight.limits.reach.versions",
            id="versions out of order",
        ),
        pytest.param(
            changed(obligations={"ao_voucher": {"replaces": "ao_voucher_bank"}}),
            errors.ReplacesInCircle,
            "obligations",
            id="two obligations replace each other",
        ),
        pytest.param(obligation(replaces="new"), errors.ReplacesInCircle, "obligations", id="replaces itself"),
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
        pytest.param(
            limits({"class": "C-7d", "pick": "last"}),
            errors.Malformed,
            "categories.social_insight.limits.reach.pick",
            id="unknown pick",
        ),
        pytest.param(
            limits({"class": "C-7d", "after": []}),
            errors.Malformed,
            "categories.social_insight.limits.reach.after",
            id="after no event",
        ),
        pytest.param(
            limits({"versions": [{"rule": "C-30d"}, {"from": "soon", "rule": "C-7d"}]}),
            errors.Malformed,
            "categories.social_insight.limits.reach.versions.2.from",
            id="a first day that is no day",
        ),
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
        pytest.param(
            limits({"class": "C-7d", "afer": "closed"}),
            errors.UnknownKey,
            "categories.social_insight.limits.reach.afer",
            id="unknown key of a rule",
        ),
        pytest.param(
            limits({"versions": [{"rule": "C-7d"}], "until": "x"}),
            errors.UnknownKey,
            "categories.social_insight.limits.reach.until",
            id="unknown key beside versions",
        ),
        pytest.param(
            obligation(unless="x"), errors.UnknownKey, "obligations.new.unless", id="unknown key of an obligation"
        ),
    ],
)
def test_a_defect_is_refused_by_code_and_place(document: object, error: type[errors.DocumentError], place: str):
    with pytest.raises(errors.DocumentError) as caught:
        build_schedule(document)
    assert (type(caught.value), caught.value.place) == (error, place)


@pytest.mark.parametrize(
    ("text", "error", "place"),
    [
        pytest.param("zone: [", errors.Unreadable, "line 1", id="no YAML"),
        pytest.param("zone: UTC\nzone: UTC\n", errors.DuplicateKey, "line 2", id="section twice"),
        pytest.param("classes:\n  a: {start: b, start: c}\n", errors.DuplicateKey, "line 2", id="key twice, in flow"),
        pytest.param("purposes: {1: {basis: consent}}", errors.Malformed, "line 1", id="key that is no text"),
        pytest.param("zone: !!python/name:os.system x", errors.Unreadable, "line 1", id="no foreign objects"),
        pytest.param("", errors.Malformed, "", id="empty text"),
    ],
)
def test_a_text_is_read_strictly(text: str, error: type[errors.DocumentError], place: str):
    with pytest.raises(errors.DocumentError) as caught:
        load_schedule(text)
    assert (type(caught.value), caught.value.place) == (error, place)


def test_an_unknown_zone_is_refused():
    with pytest.raises(errors.UnknownZone):
        build_schedule(changed(zone="Europe/Atlantis"))


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(
            limits({"versions": [{"rule": "C-7d"}, {"from": "2027-01-01", "rule": "C-30d", "source": "s"}]}),
            id="longer with source",
        ),
        pytest.param(
            limits({"versions": [{"rule": "C-1y"}, {"from": "2027-01-01", "rule": "P-1y"}]}), id="equally long"
        ),
        pytest.param(limits({"versions": [{"rule": "C-90d"}, {"from": "2027-01-01", "rule": "C-7d"}]}), id="shorter"),
        pytest.param(
            obligation(keep={"versions": [{"rule": "P-3y"}, {"from": "2027-01-01", "rule": "P-5y"}]}),
            id="an obligation may grow, its source is the law",
        ),
        pytest.param(obligation(title="for people"), id="every part may have a title"),
        pytest.param(changed(platforms=None), id="no platforms"),
        pytest.param(changed(edition=None, controller=None), id="what is for people may be missing"),
        pytest.param(limits([{"versions": [{"rule": "C-7d"}]}, ["C-30d", "P-30d"]]), id="forms inside forms"),
    ],
)
def test_a_sound_schedule_is_loaded(document: object):
    assert build_schedule(document).categories


def test_the_schedule_of_the_rule_book_is_read_whole():
    loaded = schedule()
    assert loaded.zone.key == "Europe/Berlin"
    dm = loaded.categories["social_dm"].limits["support"]
    assert isinstance(dm, EarliestRule)
    phone = loaded.obligations["uwg_phone_ad"].keep
    assert isinstance(phone, ClassRule)
    assert (phone.after, phone.pick) == (("granted", "used"), Pick.LATEST)
    assert isinstance(loaded.obligations["ao_voucher"].keep, VersionedRule)
    assert loaded.obligations["ao_open_tax_case"].keep == WhileOpen("tax_case_opened", "tax_case_closed")
    assert loaded.purposes["newsletter"].basis is Basis.CONSENT
    assert loaded.purposes["newsletter"].marketing
    assert loaded.effect("x", "scrub_geo") is Effect.DESTROY_GEO
    assert loaded.effect("x", "unheard_of") is None
    assert loaded.effect("friendster", "delete") is None
    assert {"collected", "closed", "ended", "pool_joined", "tax_case_closed"} <= loaded.events


def test_an_unquoted_day_means_the_same_as_a_quoted_one():
    assert load_schedule(schedule_text().replace('"', "'")) == load_schedule(
        schedule_text().replace('from: "2025-01-01"', "from: 2025-01-01")
    )


def test_a_patch_leaves_the_schedule_itself_unchanged():
    before = schedule_document()
    other = patched(schedule(), {"obligations": {"hgb_letter": None}})
    assert "hgb_letter" not in other.obligations
    assert "hgb_letter" in schedule().obligations
    assert schedule().document == before
    assert patched(schedule(), {}) is schedule()

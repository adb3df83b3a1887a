"""A rule or a limit with a defect is refused by its code and its place."""

import pytest

from retention import errors
from tests.unit.retention.documents import defect_of, limits


@pytest.mark.parametrize(
    ("document", "error", "place"),
    [
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
    ],
)
def test_a_defect_of_a_rule_is_refused_by_code_and_place(
    document: object, error: type[errors.DocumentError], place: str
):
    assert defect_of(document) == (error, place)

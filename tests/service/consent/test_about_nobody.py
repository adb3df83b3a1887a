"""A balancing test and a published notice are about nobody in particular, whoever is named with them."""

from dataclasses import replace

from audit.ground import Ground
from consent.case_reader import read_case
from consent.case_replay import CaseReplay
from tests.fakes import FakeClock
from tests.service.consent.test_cases import POLICY, set_to
from tests.unit.consent.small import DEFAULTS, happened

DECLARED = {"a2": {"kind": "postal", "subject": "s2"}, "p2": {"kind": "phone", "subject": "s2"}}


def test_what_is_about_everybody_is_found_though_it_names_somebody_else(ground: Ground, clock: FakeClock) -> None:
    case = read_case(
        {
            "id": "nobody",
            "subjects": {"s2": {}},
            "identifiers": DECLARED,
            "history": [
                happened("03-01", "assessment", purpose="post_catalogue", subject="s1"),
                happened("03-01", "notice_shown", notice="catalogue@1", subject="s2"),
                happened("08-01", "notice_published", notice="contact@3", subject="s1"),
                happened("08-02", "grant", channel="phone_auto", notice="contact@3", subject="s2"),
            ],
            "ask": [
                {"at": "2025-08-03T12:00:00Z", "purpose": "post_catalogue", "channel": "post", "identifier": "a2",
                 "expect": "allow", "basis": "legitimate_interest"},
                {"at": "2025-08-03T12:00:00Z", "channel": "phone_auto", "identifier": "p2",
                 "expect": "allow", "basis": "consent"},
            ],
        },
        DEFAULTS,
    )  # fmt: skip
    for ask in case.asks:
        # One question alone: together with others more would be loaded than it needs.
        assert CaseReplay(ground, set_to(clock)).run(replace(case, asks=(ask,)), POLICY) == []

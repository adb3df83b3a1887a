"""The laws of the rule book over random histories, and the search that `placet cases fuzz` makes."""

from random import Random

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.decision import decide
from consent.fuzzing import search, try_laws
from consent.history import History
from consent.invariants import LAWS, Law
from consent.question import Question
from consent.random_draw import LAST
from consent.trials import Scene, draw_trial
from consent.vocabulary import LawfulBasis, Reason
from tests.unit.consent.small import policy

SEEDS = st.integers(0, 2**63)
NEVER_BY_CONSENT = Law(
    "never",
    "nobody's consent carries anything",
    lambda scene: "it does" if scene.answer.basis is LawfulBasis.CONSENT else None,
)


@given(SEEDS)
@settings(max_examples=1000)
def test_every_law_holds(seed: int) -> None:
    assert "\n".join(map(str, try_laws(policy(), LAWS, seed=seed))) == ""


@given(SEEDS)
@settings(max_examples=20)
def test_a_trial_can_be_had_again_by_its_seed(seed: int) -> None:
    assert draw_trial(Random(seed), policy()) == draw_trial(Random(seed), policy())


def test_a_law_that_does_not_hold_is_found_once_and_its_counterexample_is_small() -> None:
    seen: list[int] = []
    [found] = search(policy(), seed=1, examples=300, laws=(NEVER_BY_CONSENT,), progress=seen.append)
    assert found.complaint == "it does"
    assert [event["event"] for event in found.trial.history] in (
        ["grant"],
        ["import_row"],
        ["grant_requested", "doi_confirmed"],
    )
    assert Scene(found.trial, policy()).answer.basis is LawfulBasis.CONSENT
    assert Scene(draw_trial(Random(found.seed), policy()), policy()).answer.basis is LawfulBasis.CONSENT
    assert seen == list(range(1, 301))
    assert str(found).startswith(
        f"BROKEN law never: nobody's consent carries anything (seed {found.seed})\n  it does\n"
    )
    assert yaml.safe_load(str(found).partition("it does\n")[2])["cases"][0]["history"] == found.trial.history


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.id)
def test_laws_have_names_of_their_own(law: Law) -> None:
    assert [other.id for other in LAWS].count(law.id) == 1
    assert law.says


def test_a_history_of_nobody_denies_everything() -> None:
    asked = Question(
        controller="acme", purpose="newsletter", channel="email", identifier="e1", as_of=LAST, as_known=LAST
    )
    assert decide(asked, History.of(), policy()).reason is Reason.SUBJECT_UNRESOLVED

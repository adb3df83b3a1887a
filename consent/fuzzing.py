"""Searching for a case that breaks a law of the rule book, and making it as small as it can be."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

import yaml

from consent.errors import ConsentError
from consent.invariants import LAWS, Law
from consent.policy_model import Policy
from consent.trials import Scene, Trial, draw_trial


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A trial that breaks a law, shrunk, and the seed of the trial that it was made from."""

    law: Law
    seed: int
    complaint: str
    trial: Trial

    def __str__(self) -> str:
        """Return the law, how it is broken, and by what: the case and question as a file of cases has them."""
        trial = self.trial
        case = {**trial.case, "id": f"seed {self.seed}", "ask": [trial.question, *trial.others]}
        besides = {"more": dict(trial.more), "later": list(trial.later), "hint": trial.hint}
        told = yaml.safe_dump({"cases": [case], "besides": besides}, sort_keys=False, allow_unicode=True, width=120)
        return f"BROKEN law {self.law.id}: {self.law.says} (seed {self.seed})\n  {self.complaint}\n{told}"


def search(
    policy: Policy,
    *,
    seed: int,
    examples: int,
    laws: Sequence[Law] = LAWS,
    progress: Callable[[int], None] = lambda done: None,
) -> Iterator[Counterexample]:
    """Try all laws on so many random trials; yield the first counterexample of each law that is broken."""
    standing = list(laws)
    for number in range(examples):
        for found in try_laws(policy, standing, seed=seed + number):
            standing.remove(found.law)
            yield found
        progress(number + 1)


def try_laws(policy: Policy, laws: Sequence[Law], *, seed: int) -> list[Counterexample]:
    """Try laws on the trial of one seed; return a counterexample for each that is broken."""
    trial = draw_trial(Random(seed), policy)  # noqa: S311 - a test needs repeatable numbers, not secret ones
    scene = Scene(trial, policy)
    broken = [law for law in laws if law.broken_by(scene) is not None]
    return [_shrunk(law, seed, trial, policy) for law in broken]


def _shrunk(law: Law, seed: int, trial: Trial, policy: Policy) -> Counterexample:
    """Take away whatever the law is still broken without."""
    complaint = _complaint(law, trial, policy) or ""
    found = True
    while found:
        found = False
        for smaller in _smaller(trial):
            still = _complaint(law, smaller, policy)
            if still is not None:
                trial, complaint, found = smaller, still, True
                break
    return Counterexample(law, seed, complaint, trial)


def _complaint(law: Law, trial: Trial, policy: Policy) -> str | None:
    """Return how a trial breaks a law; a trial that is no sound case breaks none."""
    try:
        return law.broken_by(Scene(trial, policy))
    except (ConsentError, KeyError):
        return None


def _smaller(trial: Trial) -> Iterator[Trial]:
    """Yield the trial without one event, then without one field of an event, of the question, of a person."""
    for place in range(len(trial.history)):
        yield trial.without_event(place)
    for place, event in enumerate(trial.history):
        for name in event.keys() - {"event", "id", "at", "status"}:
            history = [*trial.history]
            history[place] = {key: value for key, value in event.items() if key != name}
            yield replace(trial, case={**trial.case, "history": history})
    for name in trial.question.keys() - {"at", "controller", "purpose", "channel"}:
        yield replace(trial, question={key: value for key, value in trial.question.items() if key != name})
    if trial.case["subject"] != {"country": "DE"}:
        yield replace(trial, case={**trial.case, "subject": {"country": "DE"}})
    if len(trial.others) > 1:
        yield replace(trial, others=trial.others[:-1])

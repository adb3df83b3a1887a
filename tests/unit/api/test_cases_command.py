"""`placet cases`: what it prints, and how it leaves."""

import contextlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli import main
from api.commands.cases import cases
from consent.invariants import LAWS
from tests.databases import postgres_url
from tests.paths import ROOT, SHARED

RULE_BOOK = SHARED / "cases" / "retention"
DECISIONS = SHARED / "cases" / "decisions"
RIGHT = """deadlines:
- {id: T1, regime: lgpd, received_at: "2026-02-20", zone: UTC,
   expect: {due: "2026-03-07", due_extended: null, plan_by: "2026-03-06",
            ends_at_utc: "2026-03-08T00:00:00Z", accepted: true, state: RUNNING}}
"""
WRONG = RIGHT.replace("T1", "T2").replace('plan_by: "2026-03-06"', 'plan_by: "2026-03-07"')
VERDICT = """retention:
- {id: T3, at: "2026-06-01", data: [{ref: a, category: nowhere}], expect: {a: {error: UNCLASSIFIED}}}
"""
SCHEDULE = "zone: UTC\n"


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(cases, [str(word) for word in words])


def written(directory: Path, name: str, text: str) -> Path:
    file = directory / name
    file.write_text(text, "utf-8")
    return file


def test_every_case_of_the_rule_book_passes():
    deadlines = run("deadlines", RULE_BOOK / "deadlines.yaml")
    retention = run("retention", RULE_BOOK / "retention.yaml")
    assert deadlines.output.splitlines()[-1] == "84 passed, 0 failed"
    assert retention.output.splitlines()[-1] == "96 passed, 0 failed"
    assert (deadlines.exit_code, retention.exit_code) == (0, 0)


def test_each_case_has_its_line_and_the_last_one_counts(tmp_path: Path):
    found = run("deadlines", written(tmp_path, "a.yaml", RIGHT), written(tmp_path, "b.yaml", WRONG))
    assert found.output.splitlines() == [
        "PASS T1",
        "FAIL T2 plan_by: expected '2026-03-07', found '2026-03-06'",
        "1 passed, 1 failed",
    ]
    assert found.exit_code == 1


def test_the_schedule_lies_beside_the_case_file_or_is_named(tmp_path: Path):
    file = written(tmp_path, "cases.yaml", VERDICT)
    other = written(tmp_path, "other.yaml", SCHEDULE)
    assert run("retention", file).exit_code == 2
    assert run("retention", file, "--schedule", other).exit_code == 0
    written(tmp_path, "schedule.yaml", SCHEDULE)
    assert run("retention", file).output == "PASS T3\n1 passed, 0 failed\n"


@pytest.mark.parametrize(
    ("command", "text", "schedule"),
    [
        pytest.param("deadlines", VERDICT, SCHEDULE, id="no case of this kind"),
        pytest.param("retention", RIGHT, SCHEDULE, id="no case of that kind"),
        pytest.param("deadlines", "deadlines: [", SCHEDULE, id="no YAML"),
        pytest.param("retention", VERDICT, "zone: UTC\nzone: UTC\n", id="schedule with a defect"),
        pytest.param("retention", VERDICT, "zone: Europe/Atlantis\n", id="schedule without a zone"),
    ],
)
def test_what_cannot_run_leaves_with_two(tmp_path: Path, command: str, text: str, schedule: str):
    written(tmp_path, "schedule.yaml", schedule)
    found = run(command, written(tmp_path, "cases.yaml", text))
    assert (found.exit_code, found.stdout) == (2, "")
    assert found.stderr.startswith("cases.yaml: ")


DECIDED = """defaults: {controller: acme, purpose: newsletter, channel: email, subject: {country: DE},
           identifiers: {e1: {kind: email}, p1: {kind: phone}}}
cases:
- id: X1
  history:
  - {at: 2025-03-01T09:00:00Z, event: grant, id: g1}
  - {at: 2025-04-01T09:00:00Z, event: withdraw}
  ask:
  - {at: 2025-03-02T09:00:00Z, expect: allow, basis: consent, carried_by: g1}
  - {at: 2025-04-02T09:00:00Z, expect: deny, reason: withdrawn}
- id: X2
  parameters: {doi_ttl_days: 1}
  history:
  - {at: 2025-03-01T09:00:00Z, event: grant_requested, id: r1}
  - {at: 2025-03-03T09:00:00Z, event: doi_confirmed, request: r1}
  ask:
  - {at: 2025-03-03T10:00:00Z, expect: deny, reason: pending_doi}
- id: X3
  history: [{at: 2025-03-01T09:00:00Z, event: pause, until: 2025-04-01}]
  ask: [{at: 2025-03-02T09:00:00Z, all: [{channel: sms, expect: deny}, {expect: deny}], expect: deny, denied: [0, 1]}]
"""
DECIDED_AS_TOLD = [
    "PASS X1",
    "FAIL X2 X2 ask 0: reason should be pending_doi, is doi_expired",
    "PASS X3",
    "2 passed, 1 failed",
]


@pytest.mark.parametrize("via", ["services", "http"])
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_decision_that_differs_is_told_with_the_field_and_both_values(tmp_path: Path, via: str, database: str):
    file = written(tmp_path, "cases.yaml", DECIDED)
    words = ["--policy", DECISIONS / "policy.yaml", "--via", via]
    if database == "postgresql":
        words += ["--database", postgres_url()]
    found = run("decisions", file, *words)
    assert (found.exit_code, found.output.splitlines()) == (1, DECIDED_AS_TOLD)


@pytest.mark.parametrize(
    ("text", "words", "says"),
    [
        pytest.param("cases: []", [], "cases.yaml: there are no cases of decisions", id="no cases"),
        pytest.param("cases: 3", [], "cases.yaml: not a list", id="no list"),
        pytest.param(DECIDED, ["--policy", ROOT / "README.md"], "README.md: ", id="no policy"),
        pytest.param(DECIDED, ["--url", "http://127.0.0.1:1"], "--url goes with --key", id="an address without a key"),
        pytest.param(DECIDED, ["--database", "mysql://x"], "PLACET_DATABASE_URL: ", id="another database"),
    ],
)
def test_decisions_that_cannot_be_run_leave_with_two(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, words: list[str | Path], says: str
):
    file = written(tmp_path, "cases.yaml", text)
    written(tmp_path, "policy.yaml", (DECISIONS / "policy.yaml").read_text("utf-8"))
    with contextlib.suppress(SystemExit):
        assert main(["cases", "decisions", str(file), *map(str, words)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert says in told.err


def test_the_laws_are_searched_from_a_seed(tmp_path: Path):
    told = run("fuzz", "--examples", "20", "--seed", "7")
    assert told.output.splitlines() == [
        f"seed 7: 20 random cases under each of {len(LAWS)} laws",
        f"{len(LAWS)} laws hold, 0 broken",
    ]
    assert told.exit_code == 0
    anywhere = run("fuzz", "--examples", "1", "--policy", DECISIONS / "policy.yaml")
    assert anywhere.output.startswith("seed ")
    assert run("fuzz", "--examples", "1", "--policy", written(tmp_path, "policy.yaml", "version: 1")).exit_code == 2


@pytest.mark.parametrize("words", [["deadlines"], ["deadlines", "nowhere.yaml"], ["guesses", "cases.yaml"]])
def test_wrong_words_leave_with_two(words: list[str]):
    assert run(*words).exit_code == 2


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Apia", "America/St_Johns"])
def test_the_zone_of_the_machine_never_matters(zone: str):
    program = "from api.commands.cases import cases; cases()"
    for kind in ("deadlines", "retention"):
        done = subprocess.run(
            [sys.executable, "-c", program, kind, str(RULE_BOOK / f"{kind}.yaml")],
            capture_output=True,
            text=True,
            cwd=ROOT,
            env={**os.environ, "TZ": zone},
            check=False,
        )
        assert (done.returncode, done.stdout.splitlines()[-1][-8:]) == (0, "0 failed")

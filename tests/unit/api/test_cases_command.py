"""`placet cases`: what it prints, and how it leaves."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.commands.cases import cases
from tests.paths import ROOT, SHARED

RULE_BOOK = SHARED / "cases" / "retention"
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

"""`placet policy test`: cases beside a policy, what it prints and how it leaves."""

import json
from pathlib import Path

import pytest

from api.cli import main
from tests.paths import ROOT, SHARED

POLICY = (ROOT / "examples" / "policy.yaml").read_text("utf-8")
CASES = (ROOT / "examples" / "decisions.yaml").read_text("utf-8")
RULE_BOOK = SHARED / "cases" / "decisions"


def beside(directory: Path, policy: str = POLICY, cases: str = CASES) -> Path:
    """Write a policy and cases beside it, and return the file of cases."""
    (directory / "policy.yaml").write_text(policy, "utf-8")
    file = directory / "decisions.yaml"
    file.write_text(cases, "utf-8")
    return file


def test_the_examples_pass(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "test", str(ROOT / "examples" / "decisions.yaml")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "6 passed, 0 failed"
    assert lines[0] == "PASS N001"


def test_the_cases_of_the_rule_book_pass_under_its_policy(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "test", str(RULE_BOOK / "decisions.yaml")]) == 0
    assert capsys.readouterr().out.splitlines()[-1].endswith(" passed, 0 failed")


def test_a_policy_that_decides_otherwise_fails_with_the_first_field_that_differs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = beside(tmp_path, POLICY.replace("doi_ttl_days: 14", "doi_ttl_days: 7"))
    assert main(["policy", "test", str(file)]) == 1
    out = capsys.readouterr().out
    assert "FAIL N002 ask 0: reason should be pending_doi, is doi_expired\n" in out
    assert out.splitlines()[-1] == "5 passed, 1 failed"
    assert main(["policy", "test", "--json", str(file)]) == 1
    told = json.loads(capsys.readouterr().out)
    first = {"case": "N002", "ask": 0, "field": "reason", "expected": "pending_doi", "got": "doi_expired"}
    assert told == {"passed": 5, "failed": 1, "failures": [first]}


def test_another_policy_than_the_one_beside_can_be_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = beside(tmp_path, "version: none")
    assert main(["policy", "test", "--policy", str(ROOT / "examples" / "policy.yaml"), str(file), str(file)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "12 passed, 0 failed"


@pytest.mark.parametrize(
    ("policy", "cases", "says"),
    [
        pytest.param(POLICY + "\nversion: 2", CASES, "policy.yaml: line ", id="a policy that is not sound"),
        pytest.param(POLICY, CASES + "\n- {id: N006}", "decisions.yaml: N006: stands twice", id="a case twice"),
        pytest.param(POLICY, "cases: [{id: A, hostory: []}]", "decisions.yaml: A: hostory", id="an unknown key"),
        pytest.param(
            POLICY,
            "cases: [{id: A, parameters: {patience: 1}}]",
            "decisions.yaml: A: parameters.patience: no such key",
            id="a parameter that there is none of",
        ),
    ],
)
def test_what_cannot_be_run_names_file_and_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], policy: str, cases: str, says: str
) -> None:
    assert main(["policy", "test", str(beside(tmp_path, policy, cases))]) == 2
    assert says in capsys.readouterr().err


@pytest.mark.parametrize("name", ["policy.yaml", "decisions.yaml"])
def test_a_file_that_is_no_text_is_refused_by_its_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    file = beside(tmp_path)
    (tmp_path / name).write_bytes(b"\xff\xfe\x00")
    assert main(["policy", "test", str(file)]) == 2
    assert f"{name}: not a text in UTF-8" in capsys.readouterr().err

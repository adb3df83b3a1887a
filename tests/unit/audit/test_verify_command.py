"""`placet audit verify` as the auditor runs it: exit status, last line, no traceback, nothing else loaded."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.commands.audit_verify import judged, verify
from audit.merkle import consistency_proof, inclusion_proof, leaf_hash
from audit.receipt import Receipt, consistency_bytes
from audit.report import Report
from tests.paths import ROOT
from tests.unit.audit.sample_log import WITNESS_TIME, SampleLog, put, seed

HEAVY = {"sqlalchemy", "flask", "marshmallow", "alembic", "presidio_analyzer", "apscheduler", "spacy", "httpx"}
TAG_KEY = seed("tag key of a data subject")


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """A directory with a bundle, a policy, a receipt, two heads and a subject's key."""
    log = SampleLog()
    log.grant(tag_key=TAG_KEY)
    log.grant("grace@example.org")
    log.add()
    log.write(tmp_path)
    leaves = [leaf_hash(entry) for entry in log.entries]
    put(tmp_path / "entry", log.entries[1])
    put(tmp_path / "1.tlog-proof", Receipt(1, tuple(inclusion_proof(leaves, 1)), log.head().encode()).to_bytes())
    put(tmp_path / "old", log.head(2))
    put(tmp_path / "new", log.head())
    put(tmp_path / "proof", consistency_bytes(consistency_proof(leaves, 2)))
    put(tmp_path / "key.hex", TAG_KEY.hex() + "\n")
    return tmp_path


def run(export: Path, line: str) -> Result:
    """Run the command; words that start with a slash are names in the export."""
    words = [str(export / word[1:]) if word.startswith("/") else word for word in line.split()]
    return CliRunner().invoke(verify, words)


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("/bundle --policy /policy.txt", id="a bundle"),
        pytest.param(
            f"/bundle --policy /policy.txt --seen /old --seen /new --fresh-after {WITNESS_TIME} --full --strict "
            "--subject-key-file /key.hex",
            id="a bundle with every demand",
        ),
        pytest.param("/1.tlog-proof --entry /entry --policy /policy.txt", id="a receipt"),
        pytest.param("--consistency /proof /old /new --policy /policy.txt", id="two heads"),
    ],
)
def test_honest_evidence_is_accepted(export: Path, line: str) -> None:
    result = run(export, line)
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "VERDICT accepted")


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(f"/bundle --policy /policy.txt --fresh-after {WITNESS_TIME + 1}", id="a bundle"),
        pytest.param("/1.tlog-proof --entry /old --policy /policy.txt", id="a receipt"),
        pytest.param("--consistency /proof /new /old --policy /policy.txt", id="two heads"),
    ],
)
def test_wrong_evidence_is_rejected(export: Path, line: str) -> None:
    result = run(export, line)
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (1, "VERDICT rejected")


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("", id="nothing"),
        pytest.param("/bundle", id="no policy"),
        pytest.param("--policy /policy.txt", id="no bundle"),
        pytest.param("/bundle /bundle --policy /policy.txt", id="two bundles"),
        pytest.param("/entry --policy /policy.txt", id="a file as bundle"),
        pytest.param("/nothing --policy /policy.txt", id="no such bundle"),
        pytest.param("/bundle --policy /bundle", id="a directory as policy"),
        pytest.param("/bundle --policy /policy.txt --seen /nothing", id="no such head"),
        pytest.param("/bundle --policy /policy.txt --fresh-after 1_0", id="no number"),
        pytest.param("/bundle --policy /policy.txt --fresh-after -1", id="a negative time"),
        pytest.param("/bundle --policy /policy.txt --subject-key-file /entry", id="no key"),
        pytest.param("/bundle --policy /policy.txt --subject-key-file /nothing", id="no key file"),
        pytest.param("/1.tlog-proof --policy /policy.txt", id="a receipt without entry"),
        pytest.param("/nothing.tlog-proof --entry /entry --policy /policy.txt", id="no such receipt"),
        pytest.param("/1.tlog-proof --entry /nothing --policy /policy.txt", id="no such entry"),
        pytest.param("/1.tlog-proof --entry /entry --policy /policy.txt --full", id="a demand that receipts ignore"),
        pytest.param("--consistency /proof /old --policy /policy.txt", id="one head"),
        pytest.param("--consistency /nothing /old /new --policy /policy.txt", id="no such proof"),
        pytest.param(
            "--consistency /proof /old /new --policy /policy.txt --seen /old", id="a demand that pairs ignore"
        ),
    ],
)
def test_what_cannot_be_checked_is_unreadable(export: Path, line: str) -> None:
    result = run(export, line)
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (2, "VERDICT unreadable")
    assert any(text.startswith("ERROR ") for text in result.stdout.splitlines())
    assert "Traceback" not in result.output


def test_unknown_option_is_wrong_usage(export: Path) -> None:
    assert run(export, "/bundle --policy /policy.txt --no-such").exit_code == 2


def test_json_says_the_same(export: Path) -> None:
    result = run(export, "/bundle --policy /policy.txt --subject-key-file /key.hex --json")
    report = json.loads(result.stdout)
    assert (result.exit_code, report["verdict"], report["exit_status"]) == (0, "accepted", 0)
    assert report["subject_entries"] == [{"index": 0, "type": "consent.granted"}]
    assert report["fields"]["DISCLOSED"] == 4
    assert report["lines"][-1] == "VERDICT accepted"


def test_json_names_the_error(export: Path) -> None:
    report = json.loads(run(export, "/nothing --policy /policy.txt --json").stdout)
    assert (report["verdict"], report["error"]["code"]) == ("unreadable", "head.file")


def test_help_explains_the_exit_status() -> None:
    result = CliRunner().invoke(verify, ["--help"])
    assert result.exit_code == 0
    assert "0 accepted," in result.stdout
    assert "--seen" in result.stdout


def fail_with(error: BaseException) -> Report:
    raise error


@pytest.mark.parametrize(
    ("error", "code"),
    [
        pytest.param(ZeroDivisionError("ada@example.org"), "internal", id="a bug"),
        pytest.param(MemoryError(), "internal", id="no memory"),
        pytest.param(RecursionError(), "internal", id="no stack"),
        pytest.param(KeyboardInterrupt(), "interrupted", id="an interrupt"),
    ],
)
def test_whatever_goes_wrong_inside_is_unreadable_and_never_rejected(error: BaseException, code: str) -> None:
    report = judged(lambda: fail_with(error))
    assert (report.exit_status, report.codes()) == (2, [code])
    assert "example.org" not in "".join(report.lines)


def test_reader_that_goes_away_is_not_a_rejection(export: Path) -> None:
    command = [sys.executable, "-c", "from api.commands.audit_verify import verify; verify()"]
    command += [str(export / "bundle"), "--policy", str(export / "policy.txt")]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    with process.stderr as errors:
        assert "Traceback" not in errors.read()
    assert process.wait(60) == 2


def test_verifying_loads_neither_database_nor_web_framework(export: Path) -> None:
    program = (
        "import sys\n"
        "import audit.verify, audit.verify_proofs\n"
        "from api.commands.audit_verify import verify\n"
        "try:\n"
        f"    verify([{str(export / 'bundle')!r}, '--policy', {str(export / 'policy.txt')!r}])\n"
        "finally:\n"
        f"    print(sorted({HEAVY!r} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-2:] == ["VERDICT accepted", "[]"]

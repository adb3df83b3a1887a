"""An operator brings in files and lets them out on the command line; a dry run shows all and stores nothing."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.paths import ROOT

POSTS = str(ROOT / "examples/payloads/x/01_v2_mentions_with_expansions.json")
COMMENTS = str(ROOT / "examples/payloads/facebook/01_page_feed_comment_add.json")
# One process for all of them: each would load the word lists of the detector anew.
RUN = """
import contextlib, io, json, sys
from api.cli import main
for arguments in json.load(sys.stdin):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(arguments)
    print(json.dumps([status, out.getvalue(), err.getvalue()]), flush=True)
"""
SET_UP = [
    ["keys", "init"],
    ["policy", "apply", str(ROOT / "examples/policy.yaml")],
    ["retention", "apply", str(ROOT / "examples/schedule.yaml")],
]
LINE = {
    "item_id", "kind", "event", "public", "status", "text", "fields", "findings", "special_category",
    "special_categories", "minor",
}  # fmt: skip


def run(directory: Path, *commands: list[str], shadows: Path = ROOT) -> list[tuple[int, str, str]]:
    """Run commands in an installation of its own and return exit status and both outputs of each.

    Modules in `shadows` stand in the way of those that are installed.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PLACET_")}
    done = subprocess.run(  # this program, fixed words
        [sys.executable, "-c", RUN],
        input=json.dumps([*SET_UP, *commands]),
        cwd=directory,
        env={**environment, "PYTHONPATH": f"{shadows}{os.pathsep}{ROOT}", "PLACET_OWN_ACCOUNTS": "x:150001"},
        capture_output=True,
        text=True,
        check=True,
    )
    results = [tuple(json.loads(line)) for line in done.stdout.splitlines()]
    assert [status for status, _, _ in results[: len(SET_UP)]] == [0] * len(SET_UP), results
    return results[len(SET_UP) :]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, str, str]]:
    commands: dict[str, list[str]] = {
        "dry run": ["intake", "--platform", "x", "--dry-run", POSTS],
        "nothing waits": ["release", "--recipient", "service_crm", "--json"],
        "taken in": ["intake", "--platform", "x", "--json", POSTS],
        "again": ["intake", "--platform", "x", POSTS],
        "wrong platform": ["intake", "--platform", "x", "--json", COMMENTS, POSTS],
        "unknown platform": ["intake", "--platform", "myspace", POSTS],
        "asked": ["release", "--recipient", "service_crm", "--dry-run", "--json"],
        "released": ["release", "--recipient", "service_crm", "--json"],
        "people": ["release", "--recipient", "service_crm"],
        "unknown recipient": ["release", "--recipient", "stranger"],
    }
    done = run(tmp_path_factory.mktemp("installation"), *commands.values())
    return dict(zip(commands, done, strict=True))


def facts(result: tuple[int, str, str]) -> dict[str, Any]:
    status, out, err = result
    assert status == 0, err
    found: dict[str, Any] = json.loads(out)
    return found


def test_a_dry_run_shows_every_item_and_stores_nothing(results: dict[str, tuple[int, str, str]]) -> None:
    status, out, _ = results["dry run"]
    lines = [json.loads(line) for line in out.splitlines()]
    assert (status, len(lines)) == (0, 5)
    assert all(line.keys() == LINE for line in lines)
    assert any("[[" in line["text"] for line in lines)
    assert facts(results["nothing waits"]) == {
        "recipient": "service_crm", "queued": 0, "released": 0, "held": 0, "reasons": {}
    }  # fmt: skip


def test_a_dry_run_without_a_detector_shows_nothing_and_says_so(tmp_path: Path) -> None:
    shadows = tmp_path / "shadows"
    shadows.mkdir()
    (shadows / "presidio_analyzer.py").write_text("raise ImportError('gone')\n", "utf-8")
    ((status, out, err),) = run(tmp_path, ["intake", "--platform", "x", "--dry-run", POSTS], shadows=shadows)
    assert (status, out) == (2, "")
    assert err.startswith("placet: the detector is missing or does not work")


def test_a_file_is_taken_in_once(results: dict[str, tuple[int, str, str]]) -> None:
    rejected = ["01_v2_mentions_with_expansions.json:/errors/0:platform_error"]
    expected = {"accepted": 5, "duplicates": 0, "orders": 0, "rejected": rejected, "refused": []}
    assert facts(results["taken in"]) == expected
    assert "accepted: 0\nduplicates: 5\n" in results["again"][1]


def test_a_file_of_another_platform_is_refused_and_the_next_is_read(results: dict[str, tuple[int, str, str]]) -> None:
    status, out, err = results["wrong platform"]
    assert (status, json.loads(out)["refused"]) == (1, ["01_page_feed_comment_add.json"])
    assert json.loads(out)["duplicates"] == 5
    assert err == "placet: 01_page_feed_comment_add.json: not a payload of X\n"


def test_an_unknown_platform_cannot_be_read(results: dict[str, tuple[int, str, str]]) -> None:
    assert results["unknown platform"] == (2, "", "placet: no reader for this platform\n")


def test_a_release_says_by_reason_what_is_held(results: dict[str, tuple[int, str, str]]) -> None:
    asked, released = facts(results["asked"]), facts(results["released"])
    assert (asked["allowed"], asked["held"]) == (0, sum(asked["reasons"].values()))
    assert asked["reasons"]["no_consent"] > 0
    assert (released["released"], released["reasons"]) == (0, asked["reasons"])
    assert f"no_consent={asked['reasons']['no_consent']}" in results["people"][1]


def test_an_unknown_recipient_gets_nothing(results: dict[str, tuple[int, str, str]]) -> None:
    assert results["unknown recipient"][0] == 2

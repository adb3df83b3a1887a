"""Files of consents on the command line: taken in, refused whole, and written out again."""

import json
from contextlib import closing
from pathlib import Path

import pytest

from api.bootstrap import build
from api.key_service import init_keys
from api.settings import Settings
from tests.paths import ROOT
from tests.service.api.conftest import Placet
from tests.service.consent.importing import ndjson, row

HEADER = "identifier_kind,identifier_value,country,purpose,topic,channel,status,at,notice,proof,evidence\n"
NO = "email,zweite@example.org,DE,newsletter,garden,email,unsubscribed,2026-10-01T09:00:00Z,,confirmed,\n"


@pytest.fixture
def placet(placet: Placet, settings: Settings) -> Placet:
    """Commands on an installation with a policy in force."""
    init_keys(settings)
    with closing(build(settings)) as services:
        services.policies.apply((ROOT / "examples" / "policy.yaml").read_text("utf-8"), actor="test")
    return placet


def test_what_is_taken_in_comes_out_in_the_same_form(placet: Placet, tmp_path: Path) -> None:
    file, report, out = tmp_path / "consents.CSV", tmp_path / "report.ndjson", tmp_path / "out.csv"
    file.write_text(HEADER + NO + 'email,"broken\n' + NO.replace("garden", "cars"), "utf-8")
    counts = {"rows": 3, "applied": 0, "lowered": 1, "conflict": 0, "rejected": 2}
    for options in (("--dry-run",), ()):
        ended = placet("consent", "import", "--json", *options, "--report", str(report), str(file))
        assert (ended.status, json.loads(ended.out), ended.err) == (0, counts, "")
    told = [json.loads(line) for line in report.read_text("utf-8").splitlines()]
    assert [(line["reason"], line.get("field")) for line in told] == [
        (None, None),
        ("malformed", None),
        ("unknown_topic", "topic"),
    ]
    assert placet("consent", "export", "--format", "csv", "--output", str(out)).status == 0
    assert out.read_text("utf-8") == HEADER + NO
    assert out.stat().st_mode & 0o077 == 0


def test_what_cannot_be_taken_in_is_refused_whole(placet: Placet, tmp_path: Path) -> None:
    file = tmp_path / "consents.csv"
    file.write_text("purpose,channel\nnewsletter,email\n", "utf-8")
    ended = placet("consent", "import", str(file))
    assert (ended.status, ended.out) == (2, "")
    assert "the header lacks identifier_kind, identifier_value, status" in ended.err
    rows = tmp_path / "consents.ndjson"
    rows.write_bytes(ndjson(row()))
    assert placet("consent", "import", "--controller", "nobody", str(rows)).status == 2
    assert placet("consent", "export", "--controller", "nobody").status == 2
    assert placet("consent", "export").out == ""

"""`placet policy` on an installation: what a change would do is told before it is done, and a refusal does nothing."""

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from api.bootstrap import Services
from api.installation import open_services
from api.settings import Settings
from consent.identifiers import GivenIdentifier
from consent.registry import SubjectFacts
from consent.report import Report
from consent.tables import permission_table, policy_table
from tests.paths import ROOT
from tests.service.api.conftest import Placet

EXAMPLE = ROOT / "examples" / "policy.yaml"
POLICY = EXAMPLE.read_text("utf-8")
STRICTER = POLICY.replace("doi_ttl_days: 14", "doi_ttl_days: 7").replace(
    "    notice: welcome\n    topics", "    notice: welcome\n    proof: documented\n    topics"
)
MAIL = GivenIdentifier("email", "erika@example.org")


@pytest.fixture
def services(placet: Placet, settings: Settings) -> Iterator[Services]:
    """The services over an installation with keys and the policy of the examples."""
    assert placet("keys", "init").status == 0
    assert placet("policy", "apply", str(EXAMPLE)).status == 0
    made = open_services(settings)
    yield made
    made.close()


@pytest.fixture
def subject(services: Services) -> str:
    """Somebody who agreed to the newsletter."""
    found = services.subjects.create_or_find([MAIL], SubjectFacts(country="DE"), actor="test", verified_how="test")
    said = Report(fields={"event": "grant", "purpose": "newsletter", "channel": "email"}, subject=found.subject_id)
    services.consent.record(said, controller="nordlicht", actor="test")
    return found.subject_id


def written(directory: Path, text: str) -> Path:
    file = directory / "new.yaml"
    file.write_text(text, "utf-8")
    return file


def test_a_diff_says_what_would_change_where_and_for_whom(placet: Placet, subject: str, tmp_path: Path) -> None:
    ended = placet("policy", "diff", str(written(tmp_path, STRICTER)))
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.splitlines() == [
        "in force: 1 (2026.1)",
        "edition of the file: 2026.1",
        "parameters.doi_ttl_days: 14 -> 7",
        "purposes.newsletter.proof: nothing -> documented",
        "1 stored permissions, 1 would change",
        f"nordlicht newsletter email: granted -> invalid: 1 ({subject})",
    ]


def test_a_diff_as_json_and_line_by_line(placet: Placet, subject: str, tmp_path: Path) -> None:
    which = tmp_path / "which.ndjson"
    ended = placet("policy", "diff", "--json", "--which", str(which), str(written(tmp_path, STRICTER)))
    told = json.loads(ended.out)
    same = {"controller": "nordlicht", "purpose": "newsletter", "channel": "email"}
    turn = {"before": "granted", "after": "invalid"}
    assert (told["in_force"], told["permissions"], told["would_change"]) == ({"version": 1, "edition": "2026.1"}, 1, 1)
    assert told["changes"] == [{**same, **turn, "count": 1, "subjects": [subject]}]
    assert told["policy"][0] == {"place": "parameters.doi_ttl_days", "before": 14, "after": 7}
    assert [json.loads(line) for line in which.read_text().splitlines()] == [
        {"subject": subject, **same, **turn, "topic": None}
    ]
    assert stat.S_IMODE(which.stat().st_mode) == 0o600
    assert "erika" not in ended.out + which.read_text()


def test_a_diff_changes_nothing(placet: Placet, subject: str, engine: Engine, tmp_path: Path) -> None:
    def everything() -> list[object]:
        with engine.connect() as connection:
            return [
                connection.execute(select(table).order_by(*table.primary_key.columns)).all()
                for table in (permission_table, policy_table)
            ]

    before = everything()
    assert placet("policy", "diff", str(written(tmp_path, STRICTER))).status == 0
    assert everything() == before
    ended = placet("policy", "diff", str(EXAMPLE))
    assert ended.out.splitlines()[2:] == ["1 stored permissions, 0 would change"]


@pytest.mark.parametrize("command", ["apply", "diff"])
def test_a_policy_that_is_not_sound_is_refused_with_file_line_and_place(
    placet: Placet, services: Services, tmp_path: Path, command: str
) -> None:
    file = written(tmp_path, POLICY.replace("    notice: tracking\n", "    notice: trucking\n"))
    line = file.read_text().splitlines().index("    notice: trucking") + 1
    ended = placet("policy", command, str(file))
    says = f"{file}: line {line}: purposes.email_tracking.notice: no such notice: trucking"
    assert (ended.status, ended.out, ended.err) == (2, "", f"placet: {says}\n")
    file.write_bytes(b"\xff")
    assert placet("policy", command, str(file)).err == f"placet: {file}: not a text in UTF-8\n"
    assert services.policies.current().version == 1


def test_cases_without_a_policy_beside_them_try_the_one_in_force(
    placet: Placet, services: Services, tmp_path: Path
) -> None:
    cases = tmp_path / "decisions.yaml"
    cases.write_text((ROOT / "examples" / "decisions.yaml").read_text("utf-8"), "utf-8")
    ended = placet("policy", "test", str(cases))
    assert (ended.status, ended.err) == (0, "policy: the one in force\n")
    assert ended.out.splitlines()[-1] == "6 passed, 0 failed"
    assert placet("policy", "apply", str(written(tmp_path, STRICTER))).status == 0
    ended = placet("policy", "test", str(cases))
    assert ended.status == 1
    assert "FAIL N002 ask 0: reason should be pending_doi, is doi_expired" in ended.out

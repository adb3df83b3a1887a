"""`placet consent rebuild`: what is stored for quick reading is proved, found wanting, and written anew."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from api.bootstrap import Services
from api.cli import main
from api.installation import open_services
from api.settings import Settings
from consent.identifiers import GivenIdentifier
from consent.registry import SubjectFacts
from consent.report import Report
from consent.tables import permission_table
from tests.paths import ROOT


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    """An installation where the defaults of the settings point."""
    monkeypatch.chdir(tmp_path)
    assert main(["keys", "init"]) == 0
    assert main(["policy", "apply", str(ROOT / "examples" / "policy.yaml")]) == 0
    made = open_services(Settings())
    yield made
    made.close()


def person_with_consent(services: Services, name: str) -> str:
    found = services.subjects.create_or_find(
        [GivenIdentifier("email", f"{name}@example.org")],
        SubjectFacts(country="DE"),
        actor="test",
        verified_how="paper",
    )
    grant = {"event": "grant", "purpose": "newsletter", "channel": "email"}
    services.consent.record(Report(fields=grant, subject=found.subject_id), controller="nordlicht", actor="test")
    return found.subject_id


def test_permissions_are_proved_found_wanting_and_written_anew(
    services: Services, capsys: pytest.CaptureFixture[str]
) -> None:
    people = sorted(person_with_consent(services, name) for name in ("erika", "max", "kim"))
    capsys.readouterr()
    assert main(["consent", "rebuild", "--check"]) == 0
    assert capsys.readouterr().out == "subjects: 3\ndiffering: 0\n"

    with services.ground.unit_of_work() as uow:
        wrong = permission_table.c.subject_id.in_(people[1:])
        uow.session.execute(update(permission_table).where(wrong).values(state="withdrawn"))
        uow.commit(nothing_to_record="test")
    assert main(["consent", "rebuild", "--check"]) == 1
    assert capsys.readouterr().out == f"{people[1]}\n{people[2]}\nsubjects: 3\ndiffering: 2\n"
    assert main(["consent", "rebuild", "--check", "--json"]) == 1
    assert json.loads(capsys.readouterr().out) == {"subjects": 3, "differing": 2, "ids": people[1:]}

    assert main(["consent", "rebuild"]) == 0
    assert capsys.readouterr().out == "subjects: 3\n"
    assert main(["consent", "rebuild", "--check"]) == 0

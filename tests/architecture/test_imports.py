"""A package imports only what stands to its right, and each library is known in its own place only."""

import ast
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

from tests.architecture.packages import PACKAGES
from tests.paths import ROOT


def test_the_contracts_of_import_linter_are_kept() -> None:
    assert lint_imports(config_filename=str(ROOT / ".importlinter"), cache_dir=None, no_cache=True) == 0


@pytest.mark.parametrize(
    ("libraries", "allowed"),
    [
        pytest.param(
            {"presidio_analyzer", "presidio_anonymizer", "spacy"},
            ("pii/detector.py", "pii/recognizers*.py", "pii/operators.py"),
            id="Presidio and spaCy",
        ),
        pytest.param({"apscheduler"}, ("retention/scheduler.py",), id="APScheduler"),
        pytest.param({"flask_smorest"}, ("api/smorest.py",), id="flask-smorest"),
        pytest.param({"flask_sqlalchemy"}, ("api/edge_database.py",), id="Flask-SQLAlchemy"),
        pytest.param({"flask", "werkzeug", "marshmallow", "webargs"}, ("api/**/*.py", "api/*.py"), id="the framework"),
        pytest.param({"granian"}, ("api/commands/serve.py",), id="the server"),
        pytest.param({"smtplib"}, ("api/mail.py",), id="SMTP"),
        pytest.param({"click"}, ("api/cli.py", "api/commands/*.py", "api/demo/*.py"), id="the command line"),
        pytest.param({"pickle", "shelve", "marshal"}, (), id="formats that run code"),
    ],
)
def test_a_library_is_known_in_its_own_place_only(libraries: set[str], allowed: tuple[str, ...]) -> None:
    permitted = {path for pattern in allowed for path in ROOT.glob(pattern)}
    elsewhere = [
        f"{path.relative_to(ROOT)} imports {name}"
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if path not in permitted
        for name in imported(path)
        if name.partition(".")[0] in libraries
    ]
    assert elsewhere == []


def imported(path: Path) -> set[str]:
    """Return the modules that a file imports, also inside functions."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return found


def test_the_time_of_day_is_asked_for_in_one_place() -> None:
    asking = [
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"} and names_datetime(node.value)
    ]
    # The scheduler's first run is at the machine's time: APScheduler keeps that clock, and decides nothing by it.
    assert set(asking) <= {"audit/clock.py", "retention/scheduler.py"}


def names_datetime(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in {"datetime", "date"}


def test_the_edge_is_empty_for_whoever_only_verifies() -> None:
    assert (ROOT / "api" / "__init__.py").read_text() == ""

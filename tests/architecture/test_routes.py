"""Every route states who may call it, every error class has a status, every path stands in the document."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine

from api.app import create_app
from api.bootstrap import Services, assemble
from api.problem_types import descriptions
from api.scopes import Scope
from api.security import PUBLIC, access_of
from api.settings import Settings
from api.statuses import ABOUT, FAMILIES, ROOTS, STATUSES, status_of, subclasses
from audit.clock import system_clock
from audit.database import create_engine
from audit.ground import Ground
from audit.key_ring import KeyRing
from tests.architecture.packages import PACKAGES, load_all

AUTOMATIC = {"OPTIONS"}


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """An engine that nobody connects: the map of routes needs no database."""
    return create_engine(f"sqlite:///{tmp_path}/placet.db")


@pytest.fixture
def app(engine: Engine, tmp_path: Path) -> Flask:
    settings = Settings.from_environment({"PLACET_VAR": str(tmp_path)})
    ground = Ground.lay(engine, group_id="main", key_ring=KeyRing.generate(), clock=system_clock)
    services: Services = assemble(settings, ground)
    return create_app(services)


def test_every_route_states_its_permission_or_says_public(app: Flask) -> None:
    stated = {
        (rule.rule, method): access_of(app.view_functions[rule.endpoint], method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - AUTOMATIC
    }
    assert stated
    assert {where for where, access in stated.items() if access not in {PUBLIC, *Scope}} == set()


def test_no_path_carries_an_identifier_of_a_person(app: Flask) -> None:
    names = {argument for rule in app.url_map.iter_rules() for argument in rule.arguments}
    assert names & {"email", "phone", "identifier", "handle", "name", "value", "address"} == set()


def test_the_document_and_the_routes_name_the_same_paths(app: Flask) -> None:
    document = app.extensions["placet_api"].document()
    described = {(path, method.upper()) for path, operations in document["paths"].items() for method in operations} & {
        (path, method) for path in document["paths"] for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
    }
    routes = {
        (_template(rule.rule), method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - AUTOMATIC - {"HEAD"}
    }
    assert routes == described


def _template(rule: str) -> str:
    """Write a rule as OpenAPI does: `/a/<kind:name>` as `/a/{name}`."""
    parts = []
    for part in rule.split("/"):
        while "<" in part:
            before, _, rest = part.partition("<")
            inside, _, after = rest.partition(">")
            part = f"{before}{{{inside.rpartition(':')[2]}}}{after}"
        parts.append(part)
    return "/".join(parts)


def of_the_packages() -> list[type[Exception]]:
    load_all()
    found = [kind for root in ROOTS for kind in subclasses(root)]
    return [kind for kind in found if kind.__module__.partition(".")[0] in PACKAGES]


def test_every_error_class_of_every_package_has_a_status() -> None:
    classes = of_the_packages()
    assert len(classes) > 50
    assert [f"{kind.__module__}.{kind.__name__}" for kind in classes if status_of(kind) is None] == []


def test_every_error_class_says_its_rule_and_has_a_code() -> None:
    for kind in of_the_packages():
        assert kind.__doc__, kind
        assert isinstance(getattr(kind, "code", None), str), kind


def test_no_status_is_kept_for_a_class_that_is_gone() -> None:
    assert {*STATUSES, *FAMILIES, *ABOUT} <= set(of_the_packages())


def test_every_refusal_can_be_looked_up(app: Flask) -> None:
    load_all()
    descriptions.cache_clear()
    known = descriptions()
    for kind in of_the_packages():
        if status_of(kind) != 500:
            assert str(kind.code) in known, kind  # type: ignore[attr-defined]  # asserted above

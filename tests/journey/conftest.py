"""Journeys go through HTTP, as the CRM, the platform, the recipient and the auditor do, on a real database."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from werkzeug.test import TestResponse

from api.app import create_app
from api.bootstrap import Services, assemble
from api.clock import RequestClock
from api.scopes import Scope
from api.settings import OwnAccount, PlatformSecrets, Settings
from audit.database import Base
from audit.ground import Ground
from audit.installation_secrets import BASIC_SECRETS
from audit.key_ring import KeyRing
from tests.conftest import GROUP
from tests.fakes import FakeClock

EXAMPLES = Path(__file__).parents[2] / "examples"
CONTROLLER = "nordlicht"
ACTOR = "test"
BASE_URL = "http://127.0.0.1:8000"
SECRETS = PlatformSecrets(
    meta_app_secret="meta-app-secret",
    meta_verify_token="meta-verify-token",
    x_consumer_secret="x-consumer-secret",
    mastodon_webhook_secret="mastodon-webhook-secret",
    websub_secret="websub-secret",
)


@dataclass(frozen=True)
class Crm:
    """A client of the API that sends one key with every request."""

    http: FlaskClient
    key: str

    def get(self, path: str, **options: Any) -> TestResponse:
        return self._call("GET", path, **options)

    def post(self, path: str, **options: Any) -> TestResponse:
        return self._call("POST", path, **options)

    def patch(self, path: str, **options: Any) -> TestResponse:
        return self._call("PATCH", path, **options)

    def delete(self, path: str, **options: Any) -> TestResponse:
        return self._call("DELETE", path, **options)

    def _call(self, method: str, path: str, *, headers: dict[str, str] | None = None, **options: Any) -> TestResponse:
        sent = {"Authorization": f"Bearer {self.key}", **(headers or {})}
        return self.http.open(path, method=method, headers=sent, **options)


MakeCrm = Callable[..., Crm]
SignIn = Callable[..., dict[str, str]]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        var=tmp_path / "var",
        base_url=BASE_URL,
        test_clock=True,
        platform_secrets=SECRETS,
        own_accounts=frozenset({OwnAccount("facebook", "1000"), OwnAccount("x", "150001")}),
    )


@pytest.fixture
def ground(engine: Engine, key_ring: KeyRing, clock: FakeClock) -> Ground:
    """The ground with the clock that a request may set, as the wiring lays it."""
    made = Ground.lay(engine, group_id=GROUP, key_ring=key_ring, clock=RequestClock(clock))
    with made.unit_of_work() as uow:
        made.secrets.create_missing(uow.connection, BASIC_SECRETS, now=clock())
        uow.commit(nothing_to_record="test set-up")
    return made


@pytest.fixture
def services(ground: Ground, settings: Settings) -> Iterator[Services]:
    made = assemble(settings, ground)
    made.policies.apply((EXAMPLES / "policy.yaml").read_text("utf-8"), actor=ACTOR)
    made.schedules.apply((EXAMPLES / "schedule.yaml").read_text("utf-8"), actor=ACTOR)
    yield made
    made.close()


@pytest.fixture
def app(services: Services) -> Flask:
    return create_app(services)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def sign_in(services: Services) -> SignIn:
    """Make a client with the scopes named and return the header that carries its key."""

    def header(*scopes: Scope) -> dict[str, str]:
        made = services.clients.create("crm", frozenset(scopes), controller=CONTROLLER, actor=ACTOR)
        return {"Authorization": f"Bearer {made.key}"}

    return header


@pytest.fixture
def make_crm(services: Services, client: FlaskClient) -> MakeCrm:
    """Make a client with the scopes named, all by default but `group`."""

    def make(*scopes: Scope, controller: str = CONTROLLER, recipient: str | None = None) -> Crm:
        wanted = frozenset(scopes or frozenset(Scope) - {Scope.GROUP})
        made = services.clients.create("crm", wanted, controller=controller, recipient=recipient, actor=ACTOR)
        return Crm(client, made.key)

    return make


@pytest.fixture
def crm(make_crm: MakeCrm) -> Crm:
    return make_crm()


@pytest.fixture
def count_rows(ground: Ground) -> Callable[[], dict[str, int]]:
    """Count the rows of every table, so that a test can show that a refused request stored nothing."""

    def count() -> dict[str, int]:
        with ground.engine.connect() as connection:
            tables = Base.metadata.sorted_tables
            return {table.name: connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables}

    return count

"""Clients: a key is shown once, lets in exactly its owner, and stops at once when it is revoked."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from api.clients import ClientService, NewClient
from api.errors import BadClient, KeyRefused, Unauthenticated, UnknownId
from api.keys import ApiKey
from api.scopes import Scope
from api.tables import ApiClient
from audit.ground import Ground
from audit.tables import event_table
from tests.fakes import FakeClock

ACTOR = "test"


@pytest.fixture
def clients(ground: Ground) -> ClientService:
    return ClientService(ground)


def make(clients: ClientService, **changes: Any) -> NewClient:
    facts: dict[str, Any] = {"controller": "nordlicht", "recipient": None, "actor": ACTOR}
    return clients.create("shop CRM", frozenset({Scope.CHECK, Scope.GROUP}), **{**facts, **changes})


def entries(ground: Ground, kind: str) -> list[dict[str, Any]]:
    with ground.engine.connect() as connection:
        query = select(event_table.c.leaf).where(event_table.c.type == kind).order_by(event_table.c.n)
        return [json.loads(leaf) for leaf in connection.scalars(query)]


def test_a_key_lets_in_its_client(clients: ClientService) -> None:
    made = make(clients, recipient="sales_crm")
    caller = clients.authenticate(f"Bearer {made.key}")
    assert caller.client_id == made.client_id
    assert caller.controller == "nordlicht"
    assert caller.recipient == "sales_crm"
    assert caller.scopes == {Scope.CHECK, Scope.GROUP}


def test_the_key_is_stored_nowhere(clients: ClientService, ground: Ground) -> None:
    made = make(clients)
    key = ApiKey.parse(made.key)
    with ground.reading() as session:
        row = session.scalars(select(ApiClient)).one()
    assert row.digest == key.digest
    assert key.secret not in str(vars(row))
    assert key.secret not in repr(made)
    assert key.secret not in json.dumps(entries(ground, "client.created"))


def test_making_and_revoking_are_in_the_log(clients: ClientService, ground: Ground) -> None:
    made = make(clients)
    clients.revoke(made.client_id, actor=ACTOR)
    clients.revoke(made.client_id, actor=ACTOR)
    (created,) = entries(ground, "client.created")
    assert created["pub"] == {
        "client": made.client_id,
        "controller": "nordlicht",
        "scopes": ["check", "group"],
    }
    assert [entry["pub"] for entry in entries(ground, "client.revoked")] == [{"client": made.client_id}]


def test_a_revoked_key_stops_with_the_next_request(clients: ClientService) -> None:
    made = make(clients)
    clients.revoke(made.client_id, actor=ACTOR)
    with pytest.raises(KeyRefused):
        clients.authenticate(f"Bearer {made.key}")
    assert clients.list_clients()[0].revoked_at is not None


def test_nobody_revokes_a_client_that_never_was(clients: ClientService) -> None:
    with pytest.raises(UnknownId):
        clients.revoke("0199", actor=ACTOR)


def test_no_key_is_no_failed_attempt(clients: ClientService, ground: Ground) -> None:
    with pytest.raises(Unauthenticated):
        clients.authenticate(None)
    assert entries(ground, "client.refused") == []


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        pytest.param(lambda made: f"Bearer {ApiKey.generate().text}", "unknown", id="a key of nobody"),
        pytest.param(
            lambda made: f"Bearer {ApiKey(ApiKey.parse(made.key).key_id, 'x' * 43).text}",
            "wrong_secret",
            id="another secret for a known id",
        ),
        pytest.param(lambda made: f"Bearer {made.key[:-1]}", "malformed", id="a key cut short"),
        pytest.param(lambda made: f"Basic {made.key}", "malformed", id="another scheme"),
    ],
)
def test_a_refused_key_is_noted_without_the_key(
    clients: ClientService, ground: Ground, header: Callable[[NewClient], str], reason: str
) -> None:
    made = make(clients)
    sent = header(made)
    with pytest.raises(KeyRefused):
        clients.authenticate(sent)
    (entry,) = entries(ground, "client.refused")
    assert entry["pub"] == {"reason": reason, "count": 1}
    assert sent.split()[1] not in json.dumps(entry)


def test_a_flood_of_refused_keys_is_counted_not_written_one_by_one(
    clients: ClientService, ground: Ground, clock: FakeClock
) -> None:
    def refuse() -> None:
        with pytest.raises(KeyRefused):
            clients.authenticate("Bearer nonsense")

    for _ in range(50):
        refuse()
    clock.move(minutes=1)
    refuse()
    assert [entry["pub"]["count"] for entry in entries(ground, "client.refused")] == [1, 50]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"controller": "Nord licht"}, id="controller that is no name"),
        pytest.param({"recipient": ""}, id="empty recipient"),
        pytest.param({"name": "a\nb"}, id="name of two lines"),
        pytest.param({"name": ""}, id="no name"),
        pytest.param({"scopes": frozenset()}, id="no scope"),
        pytest.param({"scopes": frozenset({"root"})}, id="a scope that is none"),
    ],
)
def test_malformed_facts_make_no_client(clients: ClientService, changes: dict[str, Any]) -> None:
    facts = {"name": "x", "scopes": frozenset({Scope.CHECK}), "controller": "nordlicht", "recipient": None, **changes}
    with pytest.raises(BadClient):
        clients.create(facts.pop("name"), facts.pop("scopes"), actor=ACTOR, **facts)
    assert clients.list_clients() == []


def test_another_group_knows_nothing_of_a_client(clients: ClientService, ground: Ground) -> None:
    made = make(clients)
    neighbour = ClientService(
        Ground(ground.engine, "other", ground.clock, ground.secrets, ground.subject_keys, ground.log)
    )
    with pytest.raises(KeyRefused):
        neighbour.authenticate(f"Bearer {made.key}")
    assert neighbour.list_clients() == []

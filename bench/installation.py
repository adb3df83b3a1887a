"""A throw-away installation with the example policy and as many data subjects as a measurement wants."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import uuid_utils
from sqlalchemy import JSON, Table, select

from api.bootstrap import Services
from api.installation import migrate, open_services
from api.key_service import init_keys
from api.scopes import Scope
from api.settings import Settings
from audit.bulk_writing import write_many
from consent.contacts import contact_of
from consent.identifiers import GivenIdentifier
from consent.ready_answers import ReadyKey
from consent.registry import SubjectFacts
from consent.report import Report
from consent.tables import event_table, identifier_table, permission_table, subject_table

EXAMPLES: Final = Path(__file__).parents[1] / "examples"
CONTROLLER: Final = "nordlicht"
ACTOR: Final = "bench"
AT_ONCE: Final = 20_000
# In this order: what refers to another table comes after it.
TABLES: Final = (subject_table, identifier_table, event_table, permission_table)
TOPICS: Final = ("laundry", "kitchen", "garden")

Row = dict[str, Any]


def settings_in(folder: Path, database_url: str | None = None) -> Settings:
    """Return the settings of an installation that lies in a folder, with its database there or elsewhere."""
    return Settings(
        database_url=database_url or f"sqlite:///{folder / 'placet.db'}",
        key_file=folder / "keys.json",
        var=folder / "var",
    )


def install(settings: Settings) -> Services:
    """Make an installation and return its services."""
    migrate(settings).dispose()
    init_keys(settings)
    services = open_services(settings)
    services.policies.apply((EXAMPLES / "policy.yaml").read_text("utf-8"), actor=ACTOR)
    return services


def make_key(services: Services) -> str:
    """Make a client that may ask, and return its key."""
    return services.clients.create("bench", frozenset({Scope.CHECK}), controller=CONTROLLER, actor=ACTOR).key


def populate(services: Services, count: int) -> None:
    """Give the installation `count` people with two addresses and ten permissions each.

    The first is made by the services; its rows are copied under other ids and addresses. Sealed values
    are copied as they are: nobody can open them, and no question needs to.
    """
    model = _Model(services, _first(services))
    for start in range(1, count, AT_ONCE):
        copies = [model.copy(number) for number in range(start, min(start + AT_ONCE, count))]
        with services.ground.engine.begin() as connection:
            for table in TABLES:
                write_many(connection, table, columns_of(table), [row for copy in copies for row in copy[table]])


def address(number: int, place: int = 0) -> GivenIdentifier:
    """Return an address of the person with a number."""
    return GivenIdentifier("email", f"p{number}.{place}@example.org")


def contact(services: Services, number: int) -> str:
    """Return the name of the first contact point of the person with a number."""
    given = address(number)
    name = contact_of("email", services.ground.secrets.blind_index("email", given.value))
    if name is None:
        raise RuntimeError("an e-mail address is a contact point")
    return name


def make_ready(services: Services, count: int) -> int:
    """Make the answers about everybody's first address ready, as the work behind the answers does; return how many."""
    keys = (ReadyKey(contact(services, number), CONTROLLER, "newsletter", "email") for number in range(count))
    return services.ready.make(keys)


def _first(services: Services) -> dict[Table, list[Row]]:
    """Make the person whom all others are copies of, and return its rows."""
    addresses = (address(0), address(0, 1))
    found = services.subjects.create_or_find(addresses, SubjectFacts(country="DE"), actor=ACTOR, verified_how="bench")
    yes = {"event": "grant", "notice": "welcome@1", "channel": ["email", "data_use"]}
    _grant(services, found.subject_id, {**yes, "purpose": ["newsletter", "customer_voice"]}, addresses)
    for topic in TOPICS:
        _grant(
            services, found.subject_id, {**yes, "channel": "email", "purpose": "newsletter", "topic": topic}, addresses
        )
    tracking = {**yes, "channel": "tracking_pixel", "purpose": "email_tracking", "notice": "tracking@1"}
    _grant(services, found.subject_id, tracking, addresses[:1])
    with services.ground.engine.connect() as connection:
        rows = {}
        for table in TABLES:
            owner = table.c.id if table is subject_table else table.c.subject_id
            query = select(table).where(owner == found.subject_id)
            rows[table] = [dict(row) for row in connection.execute(query).mappings()]
    return rows


def _grant(services: Services, subject_id: str, fields: Row, given: Sequence[GivenIdentifier]) -> None:
    report = Report(fields=fields, subject=subject_id, identifiers=tuple(given))
    services.consent.record(report, controller=CONTROLLER, actor=ACTOR)


class _Model:
    """The rows of one person, ready to be written under other ids and addresses.

    Each value is kept as it is, or as what it is made of: texts, and places in the list of names of a copy.
    """

    def __init__(self, services: Services, rows: dict[Table, list[Row]]) -> None:
        self._secrets = services.ground.secrets
        hashes = self._hashes(0)
        ids = [row["id"] for table in (subject_table, identifier_table, event_table) for row in rows[table]]
        ids += [row["entry_id"] for row in rows[event_table]]
        names = [*ids, *(digest.hex() for digest in hashes)]
        self._fresh_ids = len(ids)
        self._places = {name: place for place, name in enumerate(names)}
        self._shape = re.compile("|".join(map(re.escape, names)))
        self._bytes = {digest: place for place, digest in enumerate(hashes)}
        self._events = len(rows[event_table])
        self._parts = {
            table: [[self._taken_apart(table, name, row[name]) for name in columns_of(table)] for row in rows[table]]
            for table in TABLES
        }

    def copy(self, number: int) -> dict[Table, list[list[Any]]]:
        """Return the rows of the person with a number, by table."""
        hashes = self._hashes(number)
        names = [str(uuid_utils.uuid7()) for _ in range(self._fresh_ids)] + [digest.hex() for digest in hashes]
        copied = {
            table: [[_put_together(part, names, hashes) for part in row] for row in rows]
            for table, rows in self._parts.items()
        }
        place = columns_of(event_table).index("place")
        for row in copied[event_table]:
            row[place] += number * self._events
        return copied

    def _hashes(self, number: int) -> list[bytes]:
        return [self._secrets.blind_index("email", address(number, place).value) for place in (0, 1)]

    def _taken_apart(self, table: Table, name: str, value: Any) -> Any:
        if isinstance(value, bytes):
            return ("hash", self._bytes[value]) if value in self._bytes else value
        if isinstance(table.c[name].type, JSON) and value is not None:
            value = json.dumps(value)
        if not isinstance(value, str) or not self._shape.search(value):
            return value
        constant, named = self._shape.split(value), self._shape.findall(value)
        parts: list[str | int] = [constant[0]]
        for known, text in zip(named, constant[1:], strict=True):
            parts += [self._places[known], text]
        return parts


def columns_of(table: Table) -> tuple[str, ...]:
    """Return the names of a table's columns."""
    return tuple(column.name for column in table.columns)


def _put_together(part: Any, names: list[str], hashes: list[bytes]) -> Any:
    if isinstance(part, list):
        return "".join(names[item] if isinstance(item, int) else item for item in part)
    if isinstance(part, tuple):
        return hashes[part[1]]
    return part

"""Clients: making and revoking their keys, and telling who asks."""

import hashlib
import re
import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import select

from api.caller import Caller
from api.errors import BadClient, KeyRefused, Unauthenticated, UnknownId
from api.events import CLIENT_CREATED, CLIENT_REFUSED, CLIENT_REVOKED
from api.keys import ApiKey, bearer_token
from api.scopes import Scope, parse_scopes
from api.tables import ApiClient
from audit.clock import Clock
from audit.ground import Ground
from audit.ids import new_id
from consent.eras import Eras

# Refused keys cost nothing to send and an entry in the log costs a write, so they are counted and
# entered once a minute for each reason; the first of them at once.
REFUSALS_EVERY: Final = timedelta(minutes=1)
MOST_REMEMBERED: Final = 1000
_NAME: Final = re.compile(r"[^\x00-\x1f\x7f]{1,120}")
_SLUG: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
# Compared with when no client has the key's id, so that both refusals take the same time.
_NOBODYS_DIGEST: Final = bytes(32)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class NewClient:
    """A client just made, with its key in clear: print it once, keep it nowhere."""

    client_id: str
    key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ClientFacts:
    """What may be shown of a client."""

    client_id: str
    name: str
    scopes: tuple[Scope, ...]
    controller: str
    recipient: str | None
    created_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Accepted:
    """A caller whose key was accepted, and the era of clients in which it was."""

    caller: Caller
    era: int


class ClientService:
    """The clients of one controller group."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._refusals = _Refusals(ground.clock)
        self._accepted: dict[bytes, Accepted] = {}

    def create(
        self, name: str, scopes: frozenset[Scope], *, controller: str, recipient: str | None = None, actor: str
    ) -> NewClient:
        """Make a client of `controller` with a key of its own; raise BadClient for malformed facts."""
        _check(name, controller, recipient)
        ordered = _in_order(parse_scopes(scopes))
        key, client_id = ApiKey.generate(), new_id()
        with self._ground.unit_of_work() as uow:
            uow.session.add(
                ApiClient(
                    group_id=self._ground.group_id,
                    id=client_id,
                    key_id=key.key_id,
                    digest=key.digest,
                    name=name,
                    scopes=" ".join(ordered),
                    controller=controller,
                    recipient=recipient,
                    created_at=self._ground.now(),
                )
            )
            uow.session.flush()
            Eras(self._ground.group_id, uow.session).end_of_clients()
            facts = {"client": client_id, "controller": controller, "scopes": list(ordered), "recipient": recipient}
            uow.record(CLIENT_CREATED.event(pub=facts, fields={"name": name, "actor": actor}))
            uow.commit()
        return NewClient(client_id, key.text)

    def authenticate(self, header: str | None) -> Caller:
        """Return who shows the key in an Authorization header.

        Raises Unauthenticated without one, KeyRefused for a key that is malformed, unknown or revoked; a
        refused key is noted in the audit log, by its reason.
        """
        if header is None:
            raise Unauthenticated("send `Authorization: Bearer plc_...`")
        try:
            key = ApiKey.parse(bearer_token(header))
        except KeyRefused:
            self._refuse("malformed", None)
            raise
        era, client = self._find_by_key(key.key_id)
        if not key.fits(client.digest if client else _NOBODYS_DIGEST) or client is None:
            self._refuse("wrong_secret" if client else "unknown", client)
            raise KeyRefused("the key is unknown or revoked")
        if client.revoked_at is not None:
            self._refuse("revoked", client)
            raise KeyRefused("the key is unknown or revoked")
        scopes = frozenset(Scope(name) for name in client.scopes.split())
        caller = Caller(client.id, client.controller, scopes, client.recipient)
        if era is not None:
            self._remember(header, Accepted(caller, era))
        return caller

    def accepted(self, header: str | None) -> Accepted | None:
        """Return whom `authenticate` accepted with this header before, or None.

        It counts only as long as the era of clients is the same: whoever relies on it compares.
        """
        return None if header is None else self._accepted.get(_digest(header))

    def revoke(self, client_id: str, *, actor: str) -> None:
        """Revoke a client's key, from the next request on. Doing it twice is the same as once.

        Raises UnknownId for a client that never was.
        """
        with self._ground.unit_of_work() as uow:
            client = uow.session.get(ApiClient, (self._ground.group_id, client_id), with_for_update=True)
            if client is None:
                raise UnknownId("there is no client of this id")
            if client.revoked_at is not None:
                return
            client.revoked_at = self._ground.now()
            uow.session.flush()
            Eras(self._ground.group_id, uow.session).end_of_clients()
            uow.record(CLIENT_REVOKED.event(pub={"client": client_id}, fields={"actor": actor}))
            uow.commit()

    def list_clients(self, *, limit: int = 1000) -> list[ClientFacts]:
        """Return the clients in order of creation, revoked ones too."""
        query = select(ApiClient).where(ApiClient.group_id == self._ground.group_id).order_by(ApiClient.id).limit(limit)
        with self._ground.reading() as session:
            return [_facts(client) for client in session.scalars(query)]

    def _find_by_key(self, key_id: str) -> tuple[int | None, ApiClient | None]:
        """Return the era and a client; the era first, so that a change between the two is noticed."""
        query = select(ApiClient).where(ApiClient.group_id == self._ground.group_id, ApiClient.key_id == key_id)
        with self._ground.reading() as session:
            era = Eras(self._ground.group_id, session).of_clients()
            return era, session.scalars(query).one_or_none()

    def _remember(self, header: str, accepted: Accepted) -> None:
        if len(self._accepted) >= MOST_REMEMBERED:
            self._accepted.clear()
        self._accepted[_digest(header)] = accepted

    def _refuse(self, reason: str, client: ApiClient | None) -> None:
        log.warning("client_refused", reason=reason, client_id=client.id if client else None)
        if not (count := self._refusals.due(reason)):
            return
        with self._ground.unit_of_work() as uow:
            fields = {"client": client.id} if client else {}
            uow.record(CLIENT_REFUSED.event(pub={"reason": reason, "count": count}, fields=fields))
            uow.commit()


class _Refusals:
    """Counts refused keys by reason, and says when the next entry is due and for how many."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._guard = threading.Lock()
        self._waiting: Counter[str] = Counter()
        self._entered: dict[str, datetime] = {}

    def due(self, reason: str) -> int:
        """Count one more and return how many to enter now, or 0 to wait."""
        now = self._clock()
        with self._guard:
            self._waiting[reason] += 1
            last = self._entered.get(reason)
            if last is not None and now - last < REFUSALS_EVERY:
                return 0
            self._entered[reason] = now
            return self._waiting.pop(reason)


def _digest(header: str) -> bytes:
    # Not the header itself: a key in clear is never kept.
    return hashlib.sha256(header.encode()).digest()


def _check(name: str, controller: str, recipient: str | None) -> None:
    if not _NAME.fullmatch(name):
        raise BadClient("a name is 1 to 120 characters without control characters")
    for word, value in (("controller", controller), ("recipient", recipient)):
        if value is not None and not _SLUG.fullmatch(value):
            raise BadClient(f"{word}: small letters, digits, - and _ only, at most 63")


def _in_order(scopes: frozenset[Scope]) -> tuple[Scope, ...]:
    return tuple(scope for scope in Scope if scope in scopes)


def _facts(client: ApiClient) -> ClientFacts:
    scopes = tuple(Scope(name) for name in client.scopes.split())
    return ClientFacts(
        client.id, client.name, scopes, client.controller, client.recipient, client.created_at, client.revoked_at
    )

"""Connected platform accounts: whose they are, the brand's own accounts, and the secrets shared with the platform."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, RowMapping, insert, select, update
from sqlalchemy.orm import Session

from audit.ground import Ground
from audit.ids import new_id
from audit.installation_secrets import INTAKE_DOMAIN
from audit.key_ring import derive
from audit.sealing import open_sealed, row_aad, seal
from pii.errors import UnknownPlatform
from pii.events import SOURCE_CONNECTED, SOURCE_DISCONNECTED
from pii.platforms import READERS
from pii.store_errors import UnknownSource
from pii.tables import source_table

TABLE: Final = "source"
_KEY_ID: Final = "intake"


@dataclass(frozen=True, slots=True)
class Source:
    """A connected account of a platform.

    `accounts` are the ids, handles and addresses of the brand itself. `secrets` are keyed by `SecretName`.
    """

    id: str
    controller: str
    platform: str
    accounts: frozenset[str]
    secrets: Mapping[str, bytes] = field(repr=False)
    connected_at: datetime


class SourceService:
    """Connects platform accounts and finds them again."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def connect(
        self,
        platform: str,
        *,
        controller: str,
        accounts: frozenset[str],
        secrets: Mapping[str, bytes],
        actor: str,
    ) -> Source:
        """Connect an account and return it; raise UnknownPlatform for a platform that nothing is read from."""
        if platform not in READERS:
            raise UnknownPlatform("no reader for this platform")
        source = Source(new_id(), controller, platform, accounts, dict(secrets), self._ground.now())
        with self._ground.unit_of_work() as uow:
            uow.session.execute(
                insert(source_table).values(
                    group_id=self._ground.group_id,
                    id=source.id,
                    controller=controller,
                    platform=platform,
                    accounts=sorted(accounts),
                    box=seal(self._key(), _encode(secrets), self._aad(source.id)),
                    connected_at=source.connected_at,
                    disconnected_at=None,
                )
            )
            facts = {"platform": platform, "controller": controller}
            uow.record(SOURCE_CONNECTED.event(pub=facts, fields={"source": source.id, "actor": actor}))
            uow.commit()
        return source

    def disconnect(self, source_id: str, *, actor: str) -> None:
        """Disconnect an account; its posts stay. Doing it twice is the same as once. Raises UnknownSource."""
        with self._ground.unit_of_work() as uow:
            row = self._row(uow.session, source_id)
            if row is None:
                raise UnknownSource("no such source")
            if row["disconnected_at"] is not None:
                return
            # Without the secrets nothing that claims to come from the account can be verified any more.
            uow.session.execute(
                update(source_table)
                .where(*self._where(source_id))
                .values(disconnected_at=self._ground.now(), box=seal(self._key(), _encode({}), self._aad(source_id)))
            )
            facts = {"platform": row["platform"], "controller": row["controller"]}
            uow.record(SOURCE_DISCONNECTED.event(pub=facts, fields={"source": source_id, "actor": actor}))
            uow.commit()

    def get(self, source_id: str) -> Source:
        """Return a connected account with its secrets; raise UnknownSource when there is none."""
        with self._ground.reading() as session:
            row = self._row(session, source_id)
        if row is None or row["disconnected_at"] is not None:
            raise UnknownSource("no such source")
        return self._source(row)

    def list_connected(self) -> list[Source]:
        """Return every connected account, oldest first."""
        query = select(source_table).where(
            source_table.c.group_id == self._ground.group_id, source_table.c.disconnected_at.is_(None)
        )
        with self._ground.reading() as session:
            rows = session.execute(query.order_by(source_table.c.id)).mappings().all()
        return [self._source(row) for row in rows]

    def own_accounts(self, platform: str) -> frozenset[str]:
        """Return the brand's own accounts on a platform: they are no persons."""
        return frozenset().union(*(each.accounts for each in self.list_connected() if each.platform == platform))

    def _row(self, session: Session, source_id: str) -> RowMapping | None:
        return session.execute(select(source_table).where(*self._where(source_id))).mappings().one_or_none()

    def _where(self, source_id: str) -> tuple[ColumnElement[bool], ...]:
        return (source_table.c.group_id == self._ground.group_id, source_table.c.id == source_id)

    def _source(self, row: RowMapping) -> Source:
        secrets = _decode(open_sealed(self._key(), row["box"], self._aad(row["id"])))
        return Source(
            row["id"],
            row["controller"],
            row["platform"],
            frozenset(row["accounts"]),
            secrets,
            row["connected_at"],
        )

    def _key(self) -> bytes:
        return derive(self._ground.secrets.get(INTAKE_DOMAIN), f"placet/table/v1/{TABLE}")

    def _aad(self, source_id: str) -> bytes:
        return row_aad(self._ground.group_id, TABLE, "box", source_id, _KEY_ID)


def _encode(secrets: Mapping[str, bytes]) -> bytes:
    return json.dumps({name: base64.b64encode(secret).decode() for name, secret in secrets.items()}).encode()


def _decode(content: bytes) -> dict[str, bytes]:
    return {name: base64.b64decode(secret) for name, secret in json.loads(content).items()}

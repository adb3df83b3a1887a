"""The tables of the edge: clients with hashed keys, and the answers kept for Idempotency-Keys."""

from datetime import datetime

from sqlalchemy import Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from audit.database import Base, UtcDateTime


class ApiClient(Base):
    """A client and its one key, of which only the digest is here. A revoked client stays as a record."""

    __tablename__ = "api_client"
    __table_args__ = (UniqueConstraint("group_id", "key_id"),)

    group_id: Mapped[str] = mapped_column(String(63), primary_key=True)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    key_id: Mapped[str] = mapped_column(String(8))
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    name: Mapped[str] = mapped_column(String(120))
    scopes: Mapped[str] = mapped_column(String(400))
    controller: Mapped[str] = mapped_column(String(63))
    recipient: Mapped[str | None] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class IdempotencyKey(Base):
    """One use of an Idempotency-Key by one client; the answer is sealed, and absent while it is in the making.

    Key and request are kept as keyed hashes: either may hold personal data.
    """

    __tablename__ = "idempotency_key"

    group_id: Mapped[str] = mapped_column(String(63), primary_key=True)
    client_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    status: Mapped[int | None] = mapped_column(Integer)
    box: Mapped[bytes | None] = mapped_column(LargeBinary)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

"""The policy in force: applied from its text, kept version by version, loaded once a version."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from audit.ground import Ground
from audit.installation_secrets import recipient_domain
from audit.unit_of_work import UnitOfWork
from consent.eras import Eras
from consent.errors import NoPolicy, PublishedNoticeChanged
from consent.events import POLICY_APPLIED
from consent.in_force import InForce as InForce
from consent.in_force import PolicySource as PolicySource
from consent.notice_store import NoticeStore
from consent.policy import Policy, load_policy
from consent.policy_lines import with_line
from consent.strict_yaml import read_yaml
from consent.tables import policy_table, recipient_table

# Put together once: building a statement takes longer than running it.
_NEWEST: Final = (
    select(policy_table.c.version, policy_table.c.digest)
    .where(policy_table.c.group_id == bindparam("group_id"))
    .order_by(policy_table.c.version.desc())
    .limit(1)
)
# Reading a text takes a while, and a policy is a value: the same text gives the same one.
_parsed = lru_cache(maxsize=16)(load_policy)


@dataclass(frozen=True, slots=True)
class Applied:
    """What applying a policy did: the version in force now, and whether it is new."""

    version: int
    changed: bool
    policy: Policy


class PolicyService:
    """Applies and finds policies; a change is a new version, none is ever edited."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._loaded: dict[int, Policy] = {}

    def apply(self, text: str, *, actor: str) -> Applied:
        """Make `text` the policy in force; a text that is in force already changes nothing.

        Raises PolicyError, naming line and place, for a policy that is not sound, and PublishedNoticeChanged
        for one that rewrites a text people may have agreed to. Nothing is applied then.
        """
        policy = _parsed(text)
        digest = hashlib.sha256(text.encode()).digest()
        with self._ground.unit_of_work() as uow:
            newest = self._newest(uow.session)
            if newest is not None and newest[1] == digest:
                return Applied(newest[0], False, policy)
            version = newest[0] + 1 if newest else 1
            uow.session.execute(
                insert(policy_table).values(
                    group_id=self._ground.group_id,
                    version=version,
                    edition=policy.version,
                    text=text,
                    digest=digest,
                    applied_at=self._ground.now(),
                )
            )
            facts = {
                "version": version,
                "edition": policy.version,
                "digest": digest.hex(),
                "notices": self._keep_notices(uow, policy, text, version),
                "recipients": self._keep_recipients(uow, policy),
            }
            Eras(self._ground.group_id, uow.session).end_of_answers()
            uow.record(POLICY_APPLIED.event(pub=facts, fields={"actor": actor}))
            uow.commit()
        return Applied(version, True, policy)

    def current(self, session: Session | None = None) -> InForce:
        """Return the policy in force; raise NoPolicy when none was applied."""
        if session is None:
            with self._ground.reading() as own:
                return self.current(own)
        newest = self._newest(session)
        if newest is None:
            raise NoPolicy("no policy was applied; `placet policy apply FILE` applies one")
        return InForce(self._load(session, newest[0]), newest[0])

    def get(self, version: int) -> Policy:
        """Return a policy by its version; raise NoPolicy for one that was never applied."""
        with self._ground.reading() as session:
            return self._load(session, version)

    def text(self, version: int) -> str:
        """Return the text of a policy by its version; raise NoPolicy for one that was never applied."""
        with self._ground.reading() as session:
            return self._text(session, version)

    def _load(self, session: Session, version: int) -> Policy:
        if version not in self._loaded:
            self._loaded[version] = _parsed(self._text(session, version))
        return self._loaded[version]

    def _text(self, session: Session, version: int) -> str:
        query = select(policy_table.c.text).where(
            policy_table.c.group_id == self._ground.group_id, policy_table.c.version == version
        )
        text = session.scalar(query)
        if text is None:
            raise NoPolicy(f"policy version {version} was never applied")
        return str(text)

    def _newest(self, session: Session) -> tuple[int, bytes] | None:
        row = session.execute(_NEWEST, {"group_id": self._ground.group_id}).one_or_none()
        return None if row is None else (row.version, row.digest)

    def _keep_notices(self, uow: UnitOfWork, policy: Policy, text: str, version: int) -> list[str]:
        try:
            return NoticeStore(self._ground, uow.session).keep(policy, policy_version=version)
        except PublishedNoticeChanged as error:
            raise with_line(error, read_yaml(text).root) from None

    def _keep_recipients(self, uow: UnitOfWork, policy: Policy) -> list[str]:
        """Store the recipients of `policy`, with a pseudonymisation secret for each; return their names.

        One that the policy names no more keeps its row and its secret: what it received is still to be
        revoked there.
        """
        group_id, now = self._ground.group_id, self._ground.now()
        known = set(uow.session.scalars(select(recipient_table.c.name).where(recipient_table.c.group_id == group_id)))
        for name, recipient in policy.recipients.items():
            values = {
                "title": recipient.title,
                "domain": recipient.domain,
                "purposes": list(recipient.purposes),
                "removed_at": None,
            }
            if name in known:
                condition = (recipient_table.c.group_id == group_id) & (recipient_table.c.name == name)
                uow.session.execute(update(recipient_table).where(condition).values(values))
            else:
                row = {"group_id": group_id, "name": name, "added_at": now, **values}
                uow.session.execute(insert(recipient_table).values(row))
        for name in known - policy.recipients.keys():
            condition = (recipient_table.c.group_id == group_id) & (recipient_table.c.name == name)
            gone = condition & recipient_table.c.removed_at.is_(None)
            uow.session.execute(update(recipient_table).where(gone).values(removed_at=now))
        secrets = [recipient_domain(name) for name in policy.recipients]
        self._ground.secrets.create_missing(uow.connection, secrets, now=now)
        return list(policy.recipients)

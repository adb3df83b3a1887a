"""What an offer would come to, and why what is held is held: counts by reason, nothing is changed."""

from collections import Counter

from sqlalchemy import func, select

from audit.ground import Ground
from consent.check import CheckService
from consent.in_force import PolicySource
from pii.gatekeeper import Gatekeeper
from pii.post_store import PostStore
from pii.release_store import ReleaseState, ReleaseStore
from pii.store_errors import UnknownRecipient
from pii.tables import release_table

ALLOWED = "allowed"
CHUNK = 100


class OfferPreview:
    """Tells how a recipient stands before and after an offer."""

    def __init__(self, ground: Ground, check: CheckService, policies: PolicySource) -> None:
        self._ground = ground
        self._gate = Gatekeeper(ground, check)
        self._policies = policies

    def ask(self, recipient: str, *, limit: int, asker: str) -> Counter[str]:
        """Ask for up to `limit` posts that an offer would ask for, and return `allowed` and the reasons, counted.

        Nothing is stored but what was asked, in the log of answers. Raises UnknownRecipient.
        """
        policy = self._policies.current().policy
        receiver = policy.recipients.get(recipient)
        if receiver is None:
            raise UnknownRecipient("the policy in force names no such recipient")
        counts: Counter[str] = Counter()
        with self._ground.reading() as session:
            post_ids = ReleaseStore(session, self._ground.group_id).list_offerable(recipient, limit)
            for start in range(0, len(post_ids), CHUNK):
                posts = PostStore(session, self._ground.group_id).list_some(post_ids[start : start + CHUNK])
                permits = self._gate.ask(posts, receiver, policy, asker=asker)
                counts.update(ALLOWED if permit.allowed else str(permit.reason) for permit in permits)
        return counts

    def held(self, recipient: str) -> Counter[str]:
        """Return why posts are held back from a recipient now, counted by reason."""
        table = release_table
        query = (
            select(table.c.reason, func.count())
            .where(
                table.c.group_id == self._ground.group_id,
                table.c.recipient == recipient,
                table.c.state == ReleaseState.HELD,
            )
            .group_by(table.c.reason)
        )
        with self._ground.reading() as session:
            return Counter({str(reason): count for reason, count in session.execute(query)})

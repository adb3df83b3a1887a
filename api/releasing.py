"""The regular work on releases: what is new is offered at once, what is held or out is asked for again in turn.

Every ask leaves an answer in the log of answers, so nothing is asked for more often than it can have changed.
"""

from collections.abc import Callable
from functools import wraps
from typing import Final

from api.bootstrap import Services
from consent.errors import NoPolicy
from pii.backlog import Backlog

ACTOR: Final = "scheduler"
BATCH: Final = 200


def without_policy_idle(work: Callable[["Releasing"], None]) -> Callable[["Releasing"], None]:
    """Let a piece of work rest while no policy was applied: then nothing may go out, and nothing has."""

    @wraps(work)
    def run(self: "Releasing") -> None:
        try:
            work(self)
        except NoPolicy:
            return

    return run


class Releasing:
    """Offers, delivers and takes back for every recipient of the policy in force."""

    def __init__(self, services: Services) -> None:
        self._releases = services.releases
        self._policies = services.policies
        self._backlog = Backlog(services.ground)
        # Behind which release the next round of asking again goes on, by recipient.
        self._places: dict[str, str] = {}

    @without_policy_idle
    def release_new(self) -> None:
        """Offer posts that were never offered, and deliver what is queued."""
        for recipient in self._recipients():
            if new := self._backlog.never_offered(recipient, BATCH):
                self._releases.offer(recipient, limit=new, actor=ACTOR)
            self._releases.deliver(recipient, limit=BATCH, actor=ACTOR)

    @without_policy_idle
    def offer_held(self) -> None:
        """Ask again for what is held: consent may have been given since."""
        for recipient in self._recipients():
            self._releases.offer(recipient, limit=BATCH, actor=ACTOR)

    @without_policy_idle
    def recheck_released(self) -> None:
        """Ask again for what is out, a batch a round, and take back what is denied now."""
        for recipient in self._recipients():
            after = self._places.get(recipient, "")
            _, behind = self._releases.recheck(recipient, limit=BATCH, after=after, actor=ACTOR)
            self._places[recipient] = behind or ""

    def _recipients(self) -> list[str]:
        return list(self._policies.current().policy.recipients)

"""Drawing by chance what cases are made of: times, names of the policy, contact points.

What is drawn keeps close together, so that events meet: one thing is in the focus, and times are repeated or
lie one of the usual periods apart. The same random numbers draw the same.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TypeVar

from consent.model import Key
from consent.notices import NO_TEXT
from consent.packs import UNKNOWN
from consent.periods import add_months
from consent.policy_model import Policy
from consent.vocabulary import IdentifierKind

Item = TypeVar("Item")

FIRST, LAST = datetime(2023, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
NOBODY = "none"

_DAYS = (0, 1, 7, 14, 30)
_MONTHS = (1, 6, 12, 24, 36)


class Draw:
    """Draws for one case under a policy, from `random`.

    `people` are its subjects; `points` its contact points by name, with their kind and who held them first.
    """

    def __init__(self, random: Random, policy: Policy) -> None:
        self.random = random
        self.policy = policy
        self._moments = [self._any_time(), self._any_time()]
        self.focus, self.notice_in_focus = self._thing()
        self.people = ("s1", "s2", "s3")[: self.one((1, 2, 2, 3))]
        self.points = self._contact_points()

    def one(self, items: Sequence[Item]) -> Item:
        """Draw one of some items."""
        return items[self.random.randrange(len(items))]

    def maybe(self, item: Item, percent: int) -> Item | None:
        """Return the item so many times in a hundred, else None."""
        return item if self.chance(percent) else None

    def chance(self, percent: int) -> bool:
        """Say yes so many times in a hundred."""
        return self.random.randrange(100) < percent

    # ── Times ──

    def _any_time(self) -> datetime:
        return FIRST + timedelta(hours=self.random.randrange((LAST - FIRST) // timedelta(hours=1)))

    def known_moment(self) -> datetime:
        """Draw a time that was drawn before."""
        return self.one(self._moments)

    def moment(self) -> datetime:
        """Draw a time: one that was drawn before, one that lies a period after it, or any."""
        found, how = self.known_moment(), self.random.randrange(10)
        if how < 3:
            return found
        if how < 5:
            found += timedelta(days=self.one(_DAYS))
        elif how < 8:
            found = add_months(found, self.one(_MONTHS))
        else:
            found = self._any_time()
        found = min(found, LAST)
        self._moments.append(found)
        return found

    # ── Names of the policy ──

    def _thing(self) -> tuple[Key, str]:
        """Draw a controller, purpose and channel that some text covers, and sometimes a topic; and the text."""
        text = self.one([text for text in self.policy.notice_versions.values() if text.controllers and text.channels])
        purpose = self.one(text.purposes)
        topics = self.policy.purposes[purpose].topics
        topic = self.one(topics) if topics and self.chance(30) else None
        return Key(self.one(text.controllers), purpose, topic, self.one(text.channels), None), text.ref

    def controller(self) -> str:
        """Draw a controller, mostly the one in the focus."""
        return self.focus.controller if self.chance(92) else self.one(sorted(self.policy.controllers))

    def purpose(self) -> str:
        """Draw a purpose, mostly the one in the focus."""
        return self.focus.purpose if self.chance(90) else self.one(sorted(self.policy.purposes))

    def channel(self) -> str:
        """Draw a channel, mostly the one in the focus."""
        return self.focus.channel if self.chance(90) else self.one(sorted(self.policy.channels))

    def topic(self, purpose: str) -> str | None:
        """Draw no topic, the one in the focus, or another of the purpose."""
        topics = self.policy.purposes[purpose].topics
        if not topics or self.chance(60):
            return None
        return self.focus.topic if self.focus.topic in topics and self.chance(60) else self.one(topics)

    def notice(self) -> str:
        """Draw a version of a notice, mostly the one in the focus; rarely none."""
        how = self.random.randrange(20)
        if how < 15:
            return self.notice_in_focus
        return NO_TEXT if how == 15 else self.one(sorted(self.policy.notice_versions))

    def residence(self) -> tuple[str | None, str | None]:
        """Draw a country and region: one with rules of its own, one without, or nowhere known."""
        known = sorted(self.policy.packs.keys() - {UNKNOWN})
        country, _, region = (self.one(known) if known and self.chance(85) else self.one(("", "BR"))).partition("-")
        return country or None, region or None

    # ── People and contact points ──

    def person(self) -> str:
        """Draw one of the people, mostly the first."""
        return "s1" if self.chance(70) else self.one(self.people)

    @property
    def _kind_in_focus(self) -> IdentifierKind:
        return self.policy.channels[self.focus.channel].identifier or IdentifierKind.EMAIL

    def _contact_points(self) -> Mapping[str, Mapping[str, object]]:
        points: dict[str, Mapping[str, object]] = {}
        for kind in IdentifierKind:
            count = self.one((1, 2, 2, 3)) if kind is self._kind_in_focus or self.chance(20) else 0
            for number in range(1, 1 + count):
                holder = "s1" if number == 1 else self.one((*self.people, *self.people, NOBODY))
                points[f"{kind}{number}"] = {"kind": kind.value, "subject": holder, "verified": not self.chance(10)}
        return points

    def point(self) -> str:
        """Draw a contact point, mostly one of the kind that the channel in the focus uses."""
        fitting = [name for name, facts in self.points.items() if facts["kind"] == self._kind_in_focus]
        return self.one(fitting if self.chance(90) else sorted(self.points))

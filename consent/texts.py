"""Which versions of the notices were published when: dates of the policy, and drafts published by events."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from consent.event import ConsentEvent
from consent.notices import NoticeVersion
from consent.periods import Horizon
from consent.policy_model import Policy


class Texts:
    """The notices as far as they are published; `publications` are the events that publish drafts.

    A draft is published from the earliest of its publications on, in whatever order they come.
    """

    __slots__ = ("_policy", "_published")

    def __init__(self, policy: Policy, publications: Iterable[ConsentEvent]) -> None:
        self._policy = policy
        self._published: dict[str, datetime] = {}
        for event in publications:
            if event.notice is not None:
                self._published[event.notice] = min(event.at, self._published.get(event.notice, event.at))

    def get(self, ref: str | None) -> NoticeVersion | None:
        """Return the version of a name such as `news@2`, or None for none or an unknown one."""
        return None if ref is None else self._policy.notice_versions.get(ref)

    def was_published(self, version: NoticeVersion, by: datetime) -> bool:
        """Say whether a version was published by a moment."""
        published = self._published_at(version)
        return published is not None and published <= by

    def newest(self, notice: str | None, by: datetime) -> str | None:
        """Return the name of the newest version of a notice that was published by a moment."""
        if notice is None or notice not in self._policy.notices:
            return None
        for version in reversed(self._policy.notices[notice].versions):
            if self.was_published(version, by):
                return version.ref
        return None

    def later(self, version: NoticeVersion, horizon: Horizon) -> Iterator[NoticeVersion]:
        """Yield the later versions of the same notice that are published by now."""
        for other in self._policy.notices[version.notice].versions[version.number :]:
            published = self._published_at(other)
            if published is not None and horizon.reached(published):
                yield other

    def _published_at(self, version: NoticeVersion) -> datetime | None:
        return version.published or self._published.get(version.ref)

"""Notices: the texts people saw, version by version, and what each of them covers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from consent.errors import PolicyError
from consent.policy_node import Node
from consent.vocabulary import ConsentEnd, VersionChange

NO_TEXT = "none"
"""What stands in place of a version when the text was not kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeVersion:
    """One version of a notice: `published` None is a draft; `texts` holds the wording by language."""

    notice: str
    number: int
    published: datetime | None
    purposes: tuple[str, ...]
    channels: tuple[str, ...]
    controllers: tuple[str, ...]
    recipients: tuple[str, ...]
    states_right_to_withdraw: bool
    consent_ends: ConsentEnd | None
    supersedes_all: bool
    change: VersionChange | None
    texts: Mapping[str, str]

    @property
    def ref(self) -> str:
        """Return the name of the version, such as `news@2`."""
        return f"{self.notice}@{self.number}"

    def covers(self, controller: str, purpose: str, channel: str) -> bool:
        """Say whether the text covers the three together."""
        return controller in self.controllers and purpose in self.purposes and channel in self.channels


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice with its versions, the oldest first."""

    id: str
    title: str | None
    versions: tuple[NoticeVersion, ...]


def read_notice(name: str, node: Node) -> Notice:
    """Read a notice; what stands at it holds for version 1, and a later version names only what it changes.

    Raises `PolicyError` naming the place.
    """
    title = node.text_or_none("title")
    versions: list[NoticeVersion] = []
    drafts = node.nodes("versions")
    if [*drafts] != [str(number) for number in range(1, len(drafts) + 1)] or not drafts:
        raise PolicyError(f"{node.at('versions')}: not numbered 1, 2, 3 and so on")
    base = _read_version(name, 1, node, None)
    for number, draft in enumerate(drafts.values(), start=1):
        versions.append(_read_version(name, number, draft, versions[-1] if versions else base))
        if not versions[-1].texts:
            raise PolicyError(f"{draft.at('text')}: missing")
        draft.finish()
    node.finish()
    return Notice(id=name, title=title, versions=tuple(versions))


def _read_version(name: str, number: int, node: Node, before: NoticeVersion | None) -> NoticeVersion:
    def covered(key: str, inherited: tuple[str, ...]) -> tuple[str, ...]:
        """Return the names that stand under `key`, those of the version before if none do."""
        return node.names(key) if node.has(key) else inherited

    withdrawal = node.flag_or_none("states_right_to_withdraw")
    supersedes = node.text_or_none("supersedes")
    if supersedes not in (None, "all"):
        raise PolicyError(f"{node.at('supersedes')}: only `all` is known")
    return NoticeVersion(
        notice=name,
        number=number,
        # Only what a text covers is passed on; its date, its wording and what it ends are its own.
        published=node.instant_or_none("published"),
        purposes=covered("purposes", before.purposes if before else ()),
        channels=covered("channels", before.channels if before else ()),
        controllers=covered("controllers", before.controllers if before else ()),
        recipients=covered("recipients", before.recipients if before else ()),
        states_right_to_withdraw=before.states_right_to_withdraw if withdrawal is None and before else bool(withdrawal),
        consent_ends=node.choice_or_none("consent_ends", ConsentEnd) or (before.consent_ends if before else None),
        supersedes_all=supersedes == "all",
        change=node.choice_or_none("change", VersionChange),
        texts=node.texts("text") if node.has("text") else {},
    )

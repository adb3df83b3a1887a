"""A denied question, looked at again with all that was on record."""

from dataclasses import dataclass
from typing import Final

from consent.changes import has_happened
from consent.hearing import Hearing, hear
from consent.holders import packs_for, resolve
from consent.matter import Matter
from consent.model import Key, Subject
from consent.notices import Notice, NoticeVersion
from consent.periods import Horizon
from consent.question import Question
from consent.steps import reclassified, unsound
from consent.view import View
from consent.vocabulary import PurposeClass

MOST_OF_A_KIND: Final = 5
"""How many of a kind are looked at where a record or a policy may hold any number."""


@dataclass(frozen=True, slots=True)
class Denied:
    """A question that was denied: `part` is its place in the list, `judged` what it is judged as.

    `keys` are what is asked and, above it, its parent purposes; they and `holders` are empty where the
    question makes no sense or nobody is meant.
    """

    part: int
    asked: Question
    judged: Question
    view: View
    holders: tuple[Subject, ...]
    point: str | None
    keys: tuple[Key, ...]

    @classmethod
    def at(cls, part: int, question: Question, view: View) -> "Denied":
        """Look at a denied question again."""
        if unsound(question, view) is not None:
            return cls(part, question, question, view, (), None, ())
        judged = reclassified(question, view.policy)
        resolved = resolve(judged, view)
        point = resolved.contact_point
        keys = [Key(judged.controller, judged.purpose, judged.topic, judged.channel, point)]
        while (above := view.policy.purposes[keys[-1].purpose].parent) is not None:
            keys.append(keys[0]._replace(purpose=above, topic=None))
        return cls(part, question, judged, view, resolved.holders, point, tuple(keys))

    def spoken(self) -> tuple[object, ...]:
        """Return how near to a valid yes each holder is for each key, so that two looks can be compared.

        That is: what is wrong with the yeses, and whether a request waits; nothing where one of them is valid.
        """
        horizon, special = Horizon(self.judged.as_of), self.judged.special_category
        heard = (
            hear(Matter(self.view, horizon, self.judged, holder, pack, key, content_is_special=special))
            for holder in self.holders
            for pack in packs_for(holder, self.judged, self.view, horizon)
            for key in self.keys
        )
        return tuple(None if hearing.valid else _lacks(hearing) for hearing in heard)


def _lacks(hearing: Hearing) -> tuple[object, ...]:
    """Return what is wrong with the yeses on record, with the newest that is thought of, and whether one waits."""
    thought_of = [wrong for declaration, wrong in hearing.yeses if not has_happened(declaration.event.id)]
    return frozenset(wrong for _, wrong in hearing.yeses), thought_of[-1:], bool(hearing.requests)


def notices_for(key: Key, denied: Denied, *, to_agree: bool) -> list[NoticeVersion]:
    """Return the versions that cover a key: of the purpose's own notice, else of others; drafts where none is out.

    To agree to a text takes one that says how to withdraw again.
    """
    policy, now = denied.view.policy, denied.judged.as_of
    own = policy.purposes[key.purpose].notice
    published, drafts = [], []
    for name in sorted(policy.notices, key=lambda name: name != own):
        suitable = _covering(policy.notices[name], key, denied)
        suitable = [version for version in suitable if version.states_right_to_withdraw or not to_agree]
        out = [version for version in suitable if denied.view.texts.was_published(version, now)]
        if name == own and out and out[-1].ref == denied.view.texts.newest(name, now):
            return out[-1:]
        published += out[-1:]
        drafts += [version for version in suitable if version not in out]
    return (published or drafts)[:MOST_OF_A_KIND]


def _covering(notice: Notice, key: Key, denied: Denied) -> list[NoticeVersion]:
    """Return the versions that cover a key: where data is passed on, those that name the recipient, if any does."""
    found = [version for version in notice.versions if version.covers(key.controller, key.purpose, key.channel)]
    if denied.view.policy.purposes[key.purpose].purpose_class is PurposeClass.SHARING:
        return [version for version in found if denied.judged.recipient in version.recipients] or found
    return found

"""A matter: one key, one holder of its contact point, judged under one rule pack."""

from consent.model import Key, Subject
from consent.packs import Pack
from consent.periods import Horizon
from consent.question import Question
from consent.view import View


class Matter:
    """What steps 4 to 9 look at.

    `purpose` is that of the key, `rule` what the pack says of the class of the key's channel, `record` the
    holder's. Special categories of data (GDPR Art. 9) are involved (`is_special`) by the purpose or by
    `content_is_special`, the content flag of the question.
    """

    __slots__ = (
        "content_is_special",
        "holder",
        "horizon",
        "is_special",
        "key",
        "pack",
        "policy",
        "purpose",
        "question",
        "record",
        "rule",
        "view",
    )

    def __init__(
        self,
        view: View,
        horizon: Horizon,
        question: Question,
        holder: Subject,
        pack: Pack,
        key: Key,
        *,
        content_is_special: bool,
    ) -> None:
        self.view = view
        self.horizon = horizon
        self.question = question
        self.holder = holder
        self.pack = pack
        self.key = key
        self.content_is_special = content_is_special
        self.policy = view.policy
        self.purpose = view.policy.purposes[key.purpose]
        self.rule = pack.rules[view.policy.channels[key.channel].channel_class]
        self.record = view.record(holder.id)
        self.is_special = content_is_special or self.purpose.special_category

    def about(self, key: Key) -> "Matter":
        """Return the same matter about another key."""
        return self._with(key, content_is_special=self.content_is_special)

    def about_parent(self, parent: str) -> "Matter":
        """Return the matter of the purpose above: same channel and contact point, no topic, no flags."""
        return self._with(self.key._replace(purpose=parent, topic=None), content_is_special=False)

    def _with(self, key: Key, *, content_is_special: bool) -> "Matter":
        return Matter(
            self.view,
            self.horizon,
            self.question,
            self.holder,
            self.pack,
            key,
            content_is_special=content_is_special,
        )

"""Asking about many people at once: the same answers as one by one, with a fraction of the work."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from audit.ground import Ground
from audit.ids import new_id
from consent.answer_form import answer_text
from consent.asking import Asked
from consent.check import Answer, CheckService
from consent.contacts import contact_of
from consent.decision_log import DecisionLog
from consent.errors import InvalidIdentifier
from consent.identifiers import GivenIdentifier, normalise
from consent.in_force import PolicySource
from consent.question import Question
from consent.ready_answers import ReadyKey
from consent.ready_lookup import PlainQuestion, Ready, ReadyLookup, link_of, logged
from consent.readying import ReadyAnswerService
from consent.report import SubjectRef
from consent.subject_store import SubjectStore
from consent.vocabulary import Verdict
from consent.way_out import way_out_of
from consent.withdrawal_links import StoredLink
from consent.withdrawing import WithdrawalLinkService

AT_ONCE: Final = 1000


@dataclass(frozen=True, slots=True)
class Told:
    """One answer: `document` is its JSON without its id, and `link` the way out that the message will carry."""

    document: str
    decision_id: str
    link: StoredLink | None


class BulkCheck:
    """Answers one question about many people: from what is ready, and for the rest as a single check does."""

    def __init__(
        self,
        ground: Ground,
        policies: PolicySource,
        check: CheckService,
        lookup: ReadyLookup,
        ready: ReadyAnswerService,
        links: WithdrawalLinkService,
        log: DecisionLog,
    ) -> None:
        self._ground = ground
        self._policies = policies
        self._check = check
        self._lookup = lookup
        self._ready = ready
        self._links = links
        self._log = log

    def check(
        self, question: Question, subjects: Sequence[SubjectRef], *, asker: str, about_now: bool = True
    ) -> Iterator[list[Told]]:
        """Give the answers in the order of the subjects, a thousand at a time. Raises NoPolicy.

        A question about another moment than now gets no ready answer and no way out.
        """
        for start in range(0, len(subjects), AT_ONCE):
            part = subjects[start : start + AT_ONCE]
            if about_now and is_plain(question):
                yield self._answer(question, part, asker)
            else:
                yield self._decided(question, part, asker, with_links=about_now)

    def list_allowed(
        self, question: Question, *, after: str | None = None, limit: int = AT_ONCE
    ) -> tuple[list[str], str | None]:
        """Return the ids of subjects for whom the answer is yes now, and behind which id to go on (None: the end).

        Looks at up to `limit` subjects behind `after`; the answer for each is that of a single check.
        """
        with self._ground.reading() as session:
            names = SubjectStore(self._ground, session).list_after(after, limit)
        ready: dict[str, Ready] = {}
        plain = PlainQuestion(question.controller, question.purpose, question.channel)
        if is_plain(question):
            ready = self._lookup.find_many(names, plain, question.as_of)
        lacking = [name for name in names if name not in ready]
        decided = zip(lacking, self._check.decide_many(question, lacking), strict=True)
        allowed = {name for name, decision in decided if decision.allowed}
        allowed |= {name for name, item in ready.items() if item.verdict == Verdict.ALLOW}
        if is_plain(question):
            for name in lacking:
                self._ready.want(ReadyKey(name, *plain))
        return [name for name in names if name in allowed], names[-1] if len(names) == limit else None

    def _answer(self, question: Question, subjects: Sequence[SubjectRef], asker: str) -> list[Told]:
        plain = PlainQuestion(question.controller, question.purpose, question.channel)
        names = [name_of(self._ground, subject) for subject in subjects]
        ready = self._lookup.find_many({name for name in names if name is not None}, plain, question.as_of)
        lacking = [place for place, name in enumerate(names) if name is None or name not in ready]
        decided = iter(self._decided(question, [subjects[place] for place in lacking], asker, with_links=True))
        told = []
        for name in names:
            if name is not None and name in ready:
                told.append(self._from_ready(ReadyKey(name, *plain), ready[name], question, asker))
                continue
            told.append(next(decided))
            if name is not None:
                self._ready.want(ReadyKey(name, *plain))
        return told

    def _from_ready(self, key: ReadyKey, ready: Ready, question: Question, asker: str) -> Told:
        decision_id = new_id()
        self._log.note(logged(key, ready, decision_id=decision_id, at=question.as_of, asker=asker))
        return Told(ready.document, decision_id, link_of(key, ready))

    def _decided(
        self, question: Question, subjects: Sequence[SubjectRef], asker: str, *, with_links: bool
    ) -> list[Told]:
        asked = (Asked(question=question, subject=subject) for subject in subjects)
        answers = self._check.check_many(asked, asker=asker)
        links = [self._link(question, answer) if with_links else None for answer in answers]
        self._links.keep_links([link for link in links if link is not None])
        return [
            Told(answer_text(answer.decision, answer.policy_version), answer.decision_id, link)
            for answer, link in zip(answers, links, strict=True)
        ]

    def _link(self, question: Question, answer: Answer) -> StoredLink | None:
        if answer.subject_id is None:
            return None
        scope = way_out_of(question, answer.decision, self._policies.current().policy)
        return None if scope is None else StoredLink(answer.subject_id, question.controller, scope)


def is_plain(question: Question) -> bool:
    """Say whether a question asks for nothing but a purpose on a channel, now."""
    plain = Question(
        controller=question.controller,
        purpose=question.purpose,
        channel=question.channel,
        as_of=question.as_of,
        as_known=question.as_of,
    )
    return question == plain


def name_of(ground: Ground, subject: SubjectRef) -> str | None:
    """Return the name under which an answer about a subject would lie ready, or None where none can.

    An identifier names its contact point; a malformed one, and an outside id, is for the long way.
    """
    if not isinstance(subject, GivenIdentifier):
        return subject
    try:
        normalised = normalise(subject, region=None)
    except InvalidIdentifier:
        return None
    return contact_of(normalised.kind, ground.secrets.blind_index(normalised.kind, normalised.indexed))

"""The decision: ten steps, in the order and with the numbers of the rule book; the first that denies ends it.

A pure function of question, history and policy. It is total: whatever it does not know, it denies.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from consent.bases import examine
from consent.hearing import Hearing, hear
from consent.history import History
from consent.holders import Resolved, packs_for, resolve
from consent.house_rules import house_rules
from consent.matter import Matter
from consent.model import Decision, Key, RestsOn, Subject
from consent.noes import LIFECYCLE, NoKind
from consent.outcome import Outcome, of_all_holders, once, under_all_packs
from consent.periods import Horizon
from consent.policy_model import Policy
from consent.question import Question
from consent.state import consent_state, keep_proof_until
from consent.steps import (
    allowed_on,
    closed_above,
    denied_by,
    explicit_required,
    failed_on,
    nothing_to_test,
    open_bases,
    own_word,
    reclassified,
    soliciting,
    undeliverable,
    unsound,
)
from consent.trace import SILENT, Trace, TraceStep
from consent.view import View
from consent.vocabulary import (
    Action,
    ConsentState,
    LawfulBasis,
    Note,
    Obligation,
    Reason,
    Verdict,
)


def decide(question: Question, history: History, policy: Policy) -> Decision:
    """Say whether the controller may do what is asked, and why.

    Deny first: the steps are taken in the order of the rule book, the first that denies gives the one
    reason; if none does, exactly one lawful basis carries the answer.
    """
    return _answer(question, View(history, policy, question.as_of, question.as_known), SILENT)


def decide_traced(question: Question, history: History, policy: Policy) -> tuple[Decision, tuple[TraceStep, ...]]:
    """Decide as `decide` does, and tell every step that was taken with its outcome."""
    trace = Trace()
    answer = _answer(question, View(history, policy, question.as_of, question.as_known), trace)
    return answer, tuple(trace.steps)


def decide_many(questions: Iterable[Question], history: History, policy: Policy) -> tuple[Decision, ...]:
    """Answer many questions over one history; each gets the answer that `decide` gives it."""
    views: dict[tuple[datetime, datetime], View] = {}
    answers = []
    for question in questions:
        moment = question.as_of, question.as_known
        if moment not in views:
            views[moment] = View(history, policy, *moment)
        answers.append(_answer(question, views[moment], SILENT))
    return tuple(answers)


def decide_all(questions: Iterable[Question], history: History, policy: Policy) -> Decision:
    """Answer a list of questions as one: allow if all are allowed, else the first denial."""
    return all_of(decide_many(questions, history, policy), policy)


def all_of(answers: Sequence[Decision], policy: Policy) -> Decision:
    """Put the answers to a list of questions together; a list of none is a bad request."""
    if not answers:
        return Decision(decision=Verdict.DENY, reason=Reason.BAD_REQUEST, denied=(), policy_version=policy.version)
    denied = tuple(place for place, answer in enumerate(answers) if not answer.allowed)
    ends = [answer.valid_until for answer in answers if answer.valid_until is not None]
    whole = answers[denied[0]] if denied else answers[0]
    if not denied:
        whole = replace(
            whole,
            rests_on=once(item for answer in answers for item in answer.rests_on),
            notes=once(note for answer in answers for note in answer.notes),
            obligations=once(item for answer in answers for item in answer.obligations),
        )
    return replace(whole, denied=denied, valid_until=min(ends, default=None))


def _answer(question: Question, view: View, trace: Trace) -> Decision:
    horizon = Horizon(question.as_of)

    # 1. Validate.
    reason = unsound(question, view)
    trace.whole(1, reason)
    if reason is not None:
        return _early_denial(reason, view, ())

    # 2. Reclassify.
    asked, question = question, reclassified(question, view.policy)
    notes = (Note.RECLASSIFIED,) if question is not asked else ()
    trace.whole(2, None)

    # 3. Resolve the holders.
    resolved = resolve(question, view)
    trace.whole(3, resolved.reason)
    if resolved.reason is not None:
        return _early_denial(resolved.reason, view, notes)

    # 4. to 9., for each holder and each rule pack that applies to the holder.
    inquiry = _Inquiry(question, view, horizon, resolved)
    heard = [inquiry.hear_about(holder) for holder in resolved.holders]
    outcome = of_all_holders(
        [under_all_packs(judge(hearing, trace) for hearing in hearings) for hearings in heard],
        is_service=inquiry.is_service,
    )

    # 10. House rules, for the whole.
    if outcome.allowed and question.action is Action.SEND and not inquiry.is_service:
        outcome = inquiry.apply_house_rules(outcome)
        trace.whole(10, outcome.reason)

    obligations = (*outcome.obligations, *_content_obligations(question, outcome, view, horizon))
    return Decision(
        decision=Verdict.ALLOW if outcome.allowed else Verdict.DENY,
        basis=outcome.basis,
        reason=outcome.reason,
        rests_on=outcome.rests_on,
        notes=(*notes, *outcome.notes),
        obligations=once(obligations),
        carried_by=outcome.carried_by,
        state=consent_state(heard[0][0]),
        keep_proof_until=max(filter(None, map(keep_proof_until, heard[0])), default=None),
        retry_after=outcome.retry_after,
        valid_until=horizon.next,
        policy_version=view.policy.version,
    )


def _early_denial(reason: Reason, view: View, notes: tuple[Note, ...]) -> Decision:
    """Return a denial of steps 1 to 3, where no holder is known whose consent could have a state."""
    return Decision(
        decision=Verdict.DENY,
        reason=reason,
        notes=notes,
        state=ConsentState.NONE,
        policy_version=view.policy.version,
    )


@dataclass(frozen=True, slots=True)
class _Inquiry:
    """One question past step 3."""

    question: Question
    view: View
    horizon: Horizon
    resolved: Resolved

    @property
    def is_service(self) -> bool:
        """Whether the purpose asked about is a service; everything else is direct marketing (GDPR Art. 21(2))."""
        return self.view.policy.purposes[self.question.purpose].is_service

    @property
    def key(self) -> Key:
        """The place in the state that the question asks about."""
        asked = self.question
        return Key(asked.controller, asked.purpose, asked.topic, asked.channel, self.resolved.contact_point)

    def hear_about(self, holder: Subject) -> list[Hearing]:
        """Return what was said about one holder: a hearing under each rule pack, the residence's first."""
        packs = packs_for(holder, self.question, self.view, self.horizon)
        special = self.question.special_category
        return [
            hear(Matter(self.view, self.horizon, self.question, holder, pack, self.key, content_is_special=special))
            for pack in packs
        ]

    def apply_house_rules(self, outcome: Outcome) -> Outcome:
        """Return the outcome, or the denial by a house rule."""
        stop = house_rules(self.key, self.resolved.holders, self.view, self.horizon)
        if stop is None:
            return outcome
        rests_on = (RestsOn(stop.event, stop.reason, None),)
        return Outcome(step=10, reason=stop.reason, rests_on=rests_on, retry_after=stop.retry_after)


def judge(hearing: Hearing, trace: Trace) -> Outcome:
    """Take steps 4 to 9 for one holder under one rule pack."""
    matter = hearing.matter
    for step, take in (
        (4, _4_lifecycle),
        (5, _5_suppression),
        (6, _6_objection),
        (7, _7_signal),
    ):
        outcome = take(hearing)
        trace.one(step, matter.holder.id, matter.pack.id, outcome)
        if outcome is not None:
            return outcome
    if matter.question.action is Action.SOLICIT:
        outcome = soliciting(hearing)
        trace.one(8, matter.holder.id, matter.pack.id, outcome)
        return outcome
    outcome = _8_own_word(hearing)
    trace.one(8, matter.holder.id, matter.pack.id, outcome)
    if outcome is None:
        outcome = _9_bases(hearing)
        trace.one(9, matter.holder.id, matter.pack.id, outcome)
    return outcome


def _4_lifecycle(hearing: Hearing) -> Outcome | None:
    """Deny what is asked about a person erased or deceased, or whose data is restricted."""
    return denied_by(hearing.latest_standing(LIFECYCLE), 4)


def _5_suppression(hearing: Hearing) -> Outcome | None:
    """Deny an undeliverable contact point, then a standing entry on a block list."""
    return undeliverable(hearing.matter) or denied_by(hearing.latest_standing({NoKind.SUPPRESSED}), 5)


def _6_objection(hearing: Hearing) -> Outcome | None:
    """Deny after a standing objection."""
    return denied_by(hearing.latest_standing({NoKind.OBJECTED}), 6)


def _7_signal(hearing: Hearing) -> Outcome | None:
    """Deny after a standing opt-out by a signal."""
    return denied_by(hearing.latest_standing({NoKind.OPTED_OUT}), 7)


def _8_own_word(hearing: Hearing) -> Outcome | None:
    """Deny after a standing refusal or withdrawal."""
    return own_word(hearing)


def _9_bases(hearing: Hearing) -> Outcome:
    """Try the lawful bases in order: the first that allows wins, unless the purpose above is closed."""
    matter = hearing.matter
    failed: Outcome | None = None
    for basis in open_bases(hearing):
        finding = examine(basis, hearing)
        if finding is None:
            continue
        if finding.reason is None:
            parent = matter.purpose.parent
            above = None if parent is None else judge(hear(matter.about_parent(parent)), SILENT)
            if above is not None and not above.allowed:
                return closed_above(above)
            return allowed_on(basis, finding, matter)
        failed = failed or failed_on(basis, finding, matter)
    if matter.is_special and LawfulBasis.CONSENT not in matter.purpose.bases:
        return explicit_required(matter)
    return failed or nothing_to_test(matter)


def _content_obligations(question: Question, outcome: Outcome, view: View, horizon: Horizon) -> list[Obligation]:
    """Return what follows where a content flag needs a permission of its own and that is denied."""
    if not outcome.allowed or question.action is Action.SOLICIT:
        return []
    obligations = []
    for flag, rule in view.policy.content.items():
        if not getattr(question, flag) or question.channel not in rule.channels:
            continue
        # The question is put again for what the flag needs; without the flags it comes to an end.
        again = replace(
            question,
            purpose=rule.purpose,
            channel=rule.channel,
            topic=question.topic if question.topic in view.policy.purposes[rule.purpose].topics else None,
            contains_advertising=False,
            rating_request=False,
            tracking=False,
        )
        answer = _answer(again, view, SILENT)
        if answer.valid_until is not None:
            horizon.reached(answer.valid_until)
        if not answer.allowed:
            obligations.append(rule.otherwise)
    return obligations

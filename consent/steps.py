"""What the steps of the rule book that need more than a line look like, apart from their order.

`decision` calls them one by one; read that first.
"""

from collections.abc import Iterable
from dataclasses import replace

from consent.bases import candidates
from consent.declarations import Declaration
from consent.finding import Finding
from consent.hearing import Hearing
from consent.matter import Matter
from consent.model import RestsOn
from consent.nearest_miss import nearest_miss
from consent.noes import OWN_WORD, No
from consent.outcome import FIRST_BASIS_STEP, Outcome, once
from consent.periods import add_months
from consent.policy_model import Policy
from consent.question import Question
from consent.view import View
from consent.vocabulary import (
    OFFERED_EVERYWHERE,
    Action,
    ContentFlag,
    LawfulBasis,
    Note,
    Obligation,
    PurposeClass,
    Reason,
)

_JUDGED_AS = (ContentFlag.CONTAINS_ADVERTISING, ContentFlag.RATING_REQUEST)


def unsound(question: Question, view: View) -> Reason | None:
    """Return what makes a question one that nobody can answer."""
    policy = view.policy
    if question.controller not in policy.controllers:
        return Reason.UNKNOWN_CONTROLLER
    purpose, channel = policy.purposes.get(question.purpose), policy.channels.get(question.channel)
    if purpose is None:
        return Reason.UNKNOWN_PURPOSE
    if channel is None:
        return Reason.UNKNOWN_CHANNEL
    known = view.history.identifiers.get(question.identifier or "")
    if (
        (question.topic is not None and question.topic not in purpose.topics)
        or (known is not None and channel.identifier not in (None, known.kind))
        or (question.action is Action.SOLICIT and purpose.is_service)
    ):
        return Reason.BAD_REQUEST
    return None


def reclassified(question: Question, policy: Policy) -> Question:
    """Return the question as it is judged: a service with advertising inside as what the policy says."""
    purpose = policy.purposes[question.purpose]
    for flag in _JUDGED_AS:
        if flag in purpose.becomes and getattr(question, flag):
            return replace(question, purpose=purpose.becomes[flag], topic=None)
    return question


def denied_by(no: No | None, step: int) -> Outcome | None:
    """Return the denial by a standing no."""
    if no is None:
        return None
    return Outcome(step=step, reason=no.reason, rests_on=(RestsOn(no.event, no.rule, no.cite),))


def undeliverable(matter: Matter) -> Outcome | None:
    """Return the denial of a contact point where too many deliveries failed for good.

    A duty to answer is tried all the same.
    """
    name = matter.key.contact_point
    if name is None or matter.purpose.purpose_class is PurposeClass.LEGAL:
        return None
    point = matter.view.contact_point(name)
    failed = point.hard_bounces if point else ()
    if len(failed) < matter.policy.parameters.hard_bounces:
        return None
    rests_on = tuple(RestsOn(event, "parameters.hard_bounces", None) for event in failed)
    return Outcome(step=5, reason=Reason.UNDELIVERABLE, rests_on=rests_on)


def own_word(hearing: Hearing) -> Outcome | None:
    """Return the denial by what the person said last."""
    matter = hearing.matter
    no = hearing.latest_standing(OWN_WORD)
    denied = denied_by(no, 8)
    if no is None or denied is None:
        return None
    swappable = any(basis is not LawfulBasis.CONSENT for basis in candidates(matter))
    notes = (Note.NO_BASIS_SWAP,) if swappable else ()
    closed_above = no.topic is None and any(_is_for_the_topic(yes, matter, no) for yes in hearing.valid)
    reason = Reason.PARENT_PURPOSE_DENIED if closed_above else no.reason
    return replace(denied, reason=reason, notes=notes)


def _is_for_the_topic(yes: Declaration, matter: Matter, no: No) -> bool:
    return yes.topic is not None and yes.topic == matter.key.topic and yes.position < no.position


def soliciting(hearing: Hearing) -> Outcome:
    """Say whether the person may be asked for consent: not for some time after a refusal or withdrawal."""
    matter = hearing.matter
    no = hearing.latest_standing(OWN_WORD)
    if no is not None:
        until = add_months(no.position[0], matter.policy.parameters.reask_months)
        if not matter.horizon.reached(until):
            rests_on = (RestsOn(no.event, "parameters.reask_months", no.cite),)
            return Outcome(step=8, reason=Reason.REASK_COOLDOWN, rests_on=rests_on, retry_after=until)
    return Outcome(step=8, basis=LawfulBasis.NOT_REQUIRED, rests_on=(RestsOn(None, "solicit", None),))


def open_bases(hearing: Hearing) -> list[LawfulBasis]:
    """Return the candidates that are left after any no, and where special categories are involved."""
    matter = hearing.matter
    bases = candidates(matter)
    if hearing.noes:
        # Once there was a no, though answered, only consent can carry: no change of basis behind the
        # person's back.
        bases = [basis for basis in bases if basis is LawfulBasis.CONSENT or basis in OFFERED_EVERYWHERE]
    if matter.is_special:
        bases = [basis for basis in bases if basis in (LawfulBasis.CONSENT, LawfulBasis.LEGAL_OBLIGATION)]
    return bases


def allowed_on(basis: LawfulBasis, finding: Finding, matter: Matter) -> Outcome:
    """Return the allowance on a basis, with the obligations of the country, the basis and the purpose."""
    of_country: Iterable[Obligation] = () if matter.purpose.is_service else matter.rule.obligations
    of_basis = matter.policy.bases[basis].obligations
    return Outcome(
        step=FIRST_BASIS_STEP,
        basis=basis,
        rests_on=_rests_on(basis, finding, matter),
        notes=finding.notes,
        obligations=once((*of_country, *of_basis, *matter.purpose.obligations)),
        carried_by=finding.event.id if finding.event else None,
    )


def failed_on(basis: LawfulBasis, finding: Finding, matter: Matter) -> Outcome:
    """Return the denial that the first basis with something to test gives."""
    return Outcome(step=FIRST_BASIS_STEP, reason=finding.reason, rests_on=_rests_on(basis, finding, matter))


def _rests_on(basis: LawfulBasis, finding: Finding, matter: Matter) -> tuple[RestsOn, ...]:
    if basis in OFFERED_EVERYWHERE:
        rule, cite = f"bases.{basis}", matter.policy.bases[basis].cite
    else:
        rule, cite = matter.rule.id, matter.rule.cite
    if finding.event is None:
        return (RestsOn(None, rule, cite),)
    return tuple(RestsOn(event.id, rule, cite) for event in (finding.event, *finding.besides))


def nothing_to_test(matter: Matter) -> Outcome:
    """Return the denial where no basis had anything to test: the nearest miss."""
    miss = nearest_miss(matter)
    event = miss.event.id if miss.event else None
    rests_on = (RestsOn(event, matter.rule.id, matter.rule.cite),)
    return Outcome(step=FIRST_BASIS_STEP, reason=miss.reason, rests_on=rests_on)


def explicit_required(matter: Matter) -> Outcome:
    """Return the denial of special-category data for a purpose that does not permit consent."""
    rests_on = (RestsOn(None, "special_category", "GDPR Art. 9(2)(a)"),)
    return Outcome(step=FIRST_BASIS_STEP, reason=Reason.EXPLICIT_REQUIRED, rests_on=rests_on)


def closed_above(parent: Outcome) -> Outcome:
    """Return the denial that follows from the purpose above being closed."""
    return Outcome(step=FIRST_BASIS_STEP, reason=Reason.PARENT_PURPOSE_DENIED, rests_on=parent.rests_on)

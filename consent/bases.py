"""The lawful bases: for each a test that says whether it allows, and None if it has nothing to test."""

from collections.abc import Callable
from datetime import datetime

from consent.consent_basis import consent
from consent.event import ConsentEvent
from consent.finding import Finding
from consent.hearing import Hearing
from consent.matter import Matter
from consent.periods import add_days, add_months, birthday
from consent.vocabulary import (
    OFFERED_EVERYWHERE,
    AddressSource,
    EventKind,
    IdentifierKind,
    LawfulBasis,
    Note,
    Reason,
    SaleKind,
)


def candidates(matter: Matter) -> list[LawfulBasis]:
    """Return the bases that the purpose permits and the country offers, in the order of the policy."""
    offered = matter.rule.offers(matter.holder.kind)
    permitted = matter.purpose.bases
    return [
        basis
        for basis in matter.policy.bases
        if basis in permitted and (basis in OFFERED_EVERYWHERE or basis in offered)
    ]


def examine(basis: LawfulBasis, hearing: Hearing) -> Finding | None:
    """Test one basis. None: it had nothing to test."""
    return consent(hearing) if basis is LawfulBasis.CONSENT else _TESTS[basis](hearing.matter)


def _own(matter: Matter, *kinds: EventKind) -> list[ConsentEvent]:
    """Return the holder's own facts of some kinds towards the controller asked."""
    return [event for event in matter.record.of_kind(*kinds) if matter.key.controller in event.controllers]


def _contract(matter: Matter) -> Finding:
    """Allow a service; an answer only for who asked on this channel and contact point not long ago."""
    if not matter.purpose.answers_inquiry:
        return Finding(None)
    key, days = matter.key, matter.policy.parameters.reply_days
    asked = [
        event
        for event in _own(matter, EventKind.INQUIRY)
        if key.channel in event.channels and key.contact_point in matter.view.reader.contact_points(event, key.channel)
    ]
    if not asked:
        return Finding(Reason.NO_REQUEST)
    too_late = matter.horizon.reached(add_days(asked[-1].at, days))
    return Finding(Reason.NO_REQUEST if too_late else None, asked[-1])


def _legal_obligation(matter: Matter) -> Finding:
    """Allow what a duty of the controller demands."""
    return Finding(None)


def _existing_customer(matter: Matter) -> Finding | None:
    """Allow if one sale passes all conditions (UWG § 7(3)); else the one that gets furthest tells why."""
    best: tuple[int, Finding] | None = None
    for sale in _own(matter, EventKind.SALE):
        passed, reason = _customer_test(sale, matter)
        unsettled = reason is None and sale.sale is SaleKind.FREE_ACCOUNT
        if best is None or passed >= best[0]:
            best = passed, Finding(reason, sale, notes=(Note.UNSETTLED_LAW,) if unsettled else ())
    return None if best is None else best[1]


def _customer_test(sale: ConsentEvent, matter: Matter) -> tuple[int, Reason | None]:
    """Return how many conditions a sale passes, and the reason of the first that it does not."""
    question, free_counts = matter.question, matter.policy.parameters.free_account_counts_as_sale
    conditions = (
        (
            sale.sale in (SaleKind.PURCHASE, SaleKind.CONTRACT) or (sale.sale is SaleKind.FREE_ACCOUNT and free_counts),
            Reason.NO_SALE,
        ),
        (
            matter.key.contact_point in _brought(sale, matter) and sale.address_from is AddressSource.SUBJECT,
            Reason.ADDRESS_SOURCE,
        ),
        (question.own_goods, Reason.NOT_OWN),
        # Goods that nobody named are similar to nothing.
        (sale.goods is not None and sale.goods == question.goods, Reason.NOT_SIMILAR),
        (sale.objection_notice, Reason.NO_NOTICE_AT_COLLECTION),
    )
    for passed, (holds, reason) in enumerate(conditions):
        if not holds:
            return passed, reason
    return len(conditions), None


def _brought(sale: ConsentEvent, matter: Matter) -> tuple[str, ...]:
    """Return the contact points that came with a sale; by default the e-mail address of the subject."""
    if sale.identifiers:
        return sale.identifiers
    default = matter.view.history.default_contact_point(sale.subject, IdentifierKind.EMAIL)
    return () if default is None else (default,)


def _presumed_consent(matter: Matter) -> Finding | None:
    """Allow while the latest documented interest of a business in the purpose has not run out."""
    interests = [event for event in _own(matter, EventKind.B2B_INTEREST) if matter.key.purpose in event.purposes]
    if not interests:
        return None
    return Finding(Reason.EXPIRED if _has_run_out(interests[-1], matter) else None, interests[-1])


def _has_run_out(event: ConsentEvent, matter: Matter) -> bool:
    return event.valid_until is not None and matter.horizon.reached(event.valid_until)


def _implied_consent(matter: Matter) -> Finding | None:
    """Allow while a contract runs, or a purchase, contract end or inquiry is recent (CASL s. 10(10))."""
    running: ConsentEvent | None = None
    lasting: tuple[datetime, ConsentEvent] | None = None
    for event in _own(matter, EventKind.SALE, EventKind.CONTRACT_END, EventKind.INQUIRY):
        if event.sale in (SaleKind.CART, SaleKind.FREE_ACCOUNT):
            continue
        if event.sale is SaleKind.CONTRACT:
            running = event
            continue
        if event.kind is EventKind.CONTRACT_END:
            running = None
        until = _implied_until(event, matter)
        if lasting is None or until >= lasting[0]:
            lasting = until, event
    if running is not None:
        return Finding(None, running)
    if lasting is None:
        return None
    return Finding(Reason.EXPIRED if matter.horizon.reached(lasting[0]) else None, lasting[1])


def _implied_until(event: ConsentEvent, matter: Matter) -> datetime:
    periods = matter.pack.implied
    if periods is None:
        return event.at
    inquiry = event.kind is EventKind.INQUIRY
    return add_months(event.at, periods.inquiry_months if inquiry else periods.purchase_months)


def _legitimate_interest(matter: Matter) -> Finding:
    """Allow on a balancing test that is not due for review, if the person was informed (GDPR Art. 6(1)(f))."""
    assessments = [
        event
        for event in matter.view.timeline.of_kind(EventKind.ASSESSMENT)
        if matter.key.controller in event.controllers and matter.key.purpose in event.purposes
    ]
    if not assessments:
        return Finding(Reason.NO_ASSESSMENT)
    latest = assessments[-1]
    if _has_run_out(latest, matter):
        return Finding(Reason.ASSESSMENT_EXPIRED, latest)
    shown = notices_shown(matter)
    return Finding(None, latest, shown[-1:]) if shown else Finding(Reason.NOT_INFORMED, latest)


def notices_shown(matter: Matter) -> tuple[ConsentEvent, ...]:
    """Return the events by which the person was informed by a notice that covers the key."""
    key = matter.key
    found = []
    for event in matter.record.of_kind(EventKind.NOTICE_SHOWN):
        version = matter.view.texts.get(event.notice)
        if version is not None and version.covers(key.controller, key.purpose, key.channel):
            found.append(event)
    return tuple(found)


def _not_opted_out(matter: Matter) -> Finding:
    """Allow until the person says no, unless it is too young for that (Cal. Civ. Code 1798.120(c))."""
    age = (matter.rule.opt_in_below or {}).get(matter.purpose.purpose_class)
    born = matter.holder.birth_date
    if age is None or born is None or matter.horizon.reached(birthday(born, age)):
        return Finding(None)
    return Finding(Reason.MINOR)


_TESTS: dict[LawfulBasis, Callable[[Matter], Finding | None]] = {
    LawfulBasis.CONTRACT: _contract,
    LawfulBasis.LEGAL_OBLIGATION: _legal_obligation,
    LawfulBasis.EXISTING_CUSTOMER: _existing_customer,
    LawfulBasis.PRESUMED_CONSENT: _presumed_consent,
    LawfulBasis.IMPLIED_CONSENT: _implied_consent,
    LawfulBasis.LEGITIMATE_INTEREST: _legitimate_interest,
    LawfulBasis.NOT_OPTED_OUT: _not_opted_out,
}

"""Withdrawing by link: one step, no login, at any time (GDPR Art. 7(3); RFC 8058)."""

from collections.abc import Collection

from sqlalchemy.exc import IntegrityError

from audit.ground import Ground
from audit.ids import new_id
from consent.identifier_store import IdentifierStore
from consent.in_force import PolicySource
from consent.links import PeekedLink, WithdrawalOutcome, Withdrawn, masked_contact
from consent.recorder import Act, Recorder
from consent.report import Capture
from consent.subject_store import SubjectStatus, SubjectStore
from consent.withdrawal_choices import AS_NAMED, chosen
from consent.withdrawal_links import LinkStore, StoredLink, WithdrawalScope

SUBJECT = "subject"
"""The actor where the data subject in person acts."""


class WithdrawalLinkService:
    """Makes withdrawal links, shows what they end, and carries them out."""

    def __init__(self, ground: Ground, policies: PolicySource) -> None:
        self._ground = ground
        self._policies = policies

    def make_withdrawal_link(self, subject_id: str, controller: str, scope: WithdrawalScope) -> str:
        """Return the token of the link that ends what `scope` names; it is the same each time and never runs out.

        Raises UnknownSubject.
        """
        link = StoredLink(subject_id, controller, scope)
        try:
            with self._ground.unit_of_work() as uow:
                SubjectStore(self._ground, uow.session).get(subject_id)
                store = LinkStore(self._ground, uow.session)
                token = store.token_for(link)
                if not store.knows(token):
                    store.add(token, link, now=self._ground.now())
                    uow.commit(nothing_to_record="a way out changes nothing until somebody takes it")
        except IntegrityError:
            pass  # somebody else made the same link at the same time; there is one, and that is enough
        return token

    def keep_links(self, links: Collection[StoredLink]) -> None:
        """Make sure that the links that messages will carry open something; those that are stored stay as they are."""
        try:
            self._keep(links)
        except IntegrityError:
            # Somebody else made one of them at the same time; the next look finds it.
            self._keep(links)

    def _keep(self, links: Collection[StoredLink]) -> None:
        if not links:
            return
        with self._ground.unit_of_work() as uow:
            LinkStore(self._ground, uow.session).add_missing(links, now=self._ground.now())
            uow.commit(nothing_to_record="a way out changes nothing until somebody takes it")

    def peek_link(self, token: str) -> PeekedLink | None:
        """Return what a withdrawal link ends, with the address masked; None for an unknown one. Changes nothing."""
        with self._ground.reading() as session:
            link = LinkStore(self._ground, session).find(token)
            if link is None:
                return None
            subject = SubjectStore(self._ground, session).get(link.subject_id)
            return PeekedLink(
                subject_id=link.subject_id,
                controller=link.controller,
                scope=link.scope,
                masked_address=masked_contact(IdentifierStore(self._ground, session), link.scope.contact, subject),
                language=subject.language,
                form_of_address=subject.form_of_address,
            )

    def withdraw_by_link(self, token: str, *, capture: Capture, choice: str = AS_NAMED) -> Withdrawn:
        """Withdraw what a link names, or as far as a choice goes. Doing it twice is the same as doing it once.

        A yes that the person said after the first time is withdrawn anew: the link still means what it says.
        """
        with self._ground.unit_of_work() as uow:
            store = LinkStore(self._ground, uow.session)
            link = store.find(token)
            if link is None:
                return Withdrawn(outcome=WithdrawalOutcome.UNKNOWN)
            recorder = Recorder(self._ground, uow, self._policies.current(uow.session))
            recorder.lock([link.subject_id])
            scope = chosen(link.scope, choice, recorder.in_force.policy)
            withdrawal = scope.event(new_id(), link.subject_id, link.controller, now=self._ground.now())
            earlier = store.find_earlier(withdrawal)
            gone = SubjectStore(self._ground, uow.session).get(link.subject_id).status is SubjectStatus.ERASED
            if earlier is not None or gone:
                return Withdrawn(
                    outcome=WithdrawalOutcome.ALREADY_WITHDRAWN,
                    event_id=None if earlier is None else earlier.id,
                    subject_id=link.subject_id,
                )
            event = recorder.append(withdrawal, Act(actor=SUBJECT, controller=link.controller, capture=capture))
            recorder.project([event])
            recorder.tell(event)
            uow.commit()
        return Withdrawn(outcome=WithdrawalOutcome.WITHDRAWN, event_id=event.id, subject_id=link.subject_id)

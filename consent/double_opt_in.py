"""The double opt-in inside a transaction: asking the holder of the challenge, and what a confirmation brings."""

from typing import Final

from sqlalchemy.orm import Session

from audit.ground import Ground
from consent.confirmation_store import ConfirmationStore
from consent.contacts import hash_of_contact, kind_of_contact
from consent.declarations import Declaration, Request
from consent.event import ConsentEvent
from consent.history_store import HistoryLoader
from consent.identifier_store import IdentifierStore, StoredIdentifier, active
from consent.in_force import InForce
from consent.model import Key
from consent.noes import No, NoKind
from consent.outbox import CONFIRM, LetterBox, TemplateLetter
from consent.periods import add_days, to_iso
from consent.permissions import hearing_for
from consent.subject_store import SubjectStore
from consent.view import View
from consent.vocabulary import IdentifierKind, Reach, YieldsTo

CONFIRMED: Final = "double_opt_in"
"""How control over an identifier was proved by the click on a confirmation link."""


class DoubleOptIn:
    """Begins and settles double opt-ins in one transaction under the policy in force."""

    def __init__(self, ground: Ground, session: Session, in_force: InForce) -> None:
        self._ground = ground
        self._session = session
        self._in_force = in_force
        self._confirmations = ConfirmationStore(ground, session)
        self._identifiers = IdentifierStore(ground, session)

    def begin(self, request: ConsentEvent) -> bool:
        """Put down the mail that asks to confirm a request, and say whether there is one.

        There is none where the challenge is no e-mail address that the subject holds, where the text covers
        nothing of what is asked for, or where the request ran out before it was recorded. Whether the person
        may be asked is not looked at: the answer would tell who is known. A mail whose link confirms nothing
        is kept back when it should leave.
        """
        challenge, purposes = self._challenge(request), self._covered(request)
        expires_at = add_days(request.at, self._in_force.policy.parameters.doi_ttl_days)
        if challenge is None or expires_at <= request.recorded_at or not purposes:
            return False
        token = self._confirmations.add(
            event_id=request.id,
            subject_id=challenge.subject_id,
            contact=challenge.contact or "",
            now=request.recorded_at,
            expires_at=expires_at,
        )
        subject = SubjectStore(self._ground, self._session).get(challenge.subject_id)
        letter = TemplateLetter(
            to=self._identifiers.open(challenge),
            template=CONFIRM,
            language=subject.language,
            form_of_address=subject.form_of_address,
            event=request.id,
            values={
                "token": token,
                "controller": request.controllers[0],
                "purposes": ",".join(purposes),
                "topic": request.topic or "",
                "notice": request.notice or "",
                "expires_at": to_iso(expires_at),
            },
        )
        LetterBox(self._ground).put(self._session, letter, subject_id=subject.id, now=request.recorded_at)
        return True

    def settle(self, confirmation: ConsentEvent) -> Declaration | None:
        """Carry out what a confirmation brings and return the yes that it makes of its request; None if none.

        The token for the request is spent, and control over the challenge is proved.
        """
        declaration = self._declared(confirmation)
        if declaration is None:
            return None
        self._confirmations.spend_of_request(declaration.said.id, now=confirmation.recorded_at)
        challenge = self._challenge(declaration.said)
        if challenge is not None:
            self._identifiers.verify([challenge.id], at=confirmation.at, how=CONFIRMED)
        return declaration

    def waiting(self, request: ConsentEvent) -> tuple[str, ...]:
        """Return the purposes of a request that still wait for a click, of those that its text covers.

        None does when the request was confirmed, when a later no cancelled all of it, and when a no stands
        that the click could not answer: the person is erased or dead, or on a block list. What the text does
        not cover was requested all the same; but nobody is asked for it, and a click permits nothing of it.
        """
        view = self._view(request)
        found = _request_in(view, request)
        if found is None or _is_closed(found, view):
            return ()
        left = {
            part.purpose
            for part in found.without(view.records.noes(request.subject or ""))
            if _is_covered(part, found.notice, view)
        }
        return tuple(purpose for purpose in request.purposes if purpose in left)

    def _covered(self, request: ConsentEvent) -> tuple[str, ...]:
        """Return the purposes of a request that its text covers."""
        view = self._view(request)
        found = _request_in(view, request)
        if found is None:
            return ()
        covered = {part.purpose for part in found.parts if _is_covered(part, found.notice, view)}
        return tuple(purpose for purpose in request.purposes if purpose in covered)

    def _declared(self, confirmation: ConsentEvent) -> Declaration | None:
        declarations = self._view(confirmation).records.said(confirmation.subject or "").declarations
        return next((yes for yes in declarations if yes.event.id == confirmation.id), None)

    def _view(self, event: ConsentEvent) -> View:
        history = HistoryLoader(self._ground, self._session).load_person(event.subject or "").history
        now = max(self._ground.now(), event.recorded_at)
        return View(history, self._in_force.policy, now, now)

    def _challenge(self, request: ConsentEvent) -> StoredIdentifier | None:
        """Return the e-mail address of the first channel of a request as the subject holds it."""
        wanted = self._in_force.policy.channels[request.channels[0]].identifier
        if wanted is not IdentifierKind.EMAIL:
            return None
        named = [name for name in request.identifiers if kind_of_contact(name) is wanted]
        hashes = [digest for digest in map(hash_of_contact, named[:1]) if digest is not None]
        held = active(self._identifiers.list_by_hash(hashes))
        return next((row for row in held if row.subject_id == request.subject), None)


def _request_in(view: View, request: ConsentEvent) -> Request | None:
    """Return a request as it was read, unless it was confirmed."""
    said = view.records.said(request.subject or "")
    return next((waiting for waiting in said.requests if waiting.event.id == request.id), None)


def _is_covered(part: Key, notice: str | None, view: View) -> bool:
    version = view.texts.get(notice)
    if version is None or not view.texts.was_published(version, view.timeline.as_of):
        return False
    return version.covers(part.controller, part.purpose, part.channel)


def _is_closed(request: Request, view: View) -> bool:
    """Say whether a standing no closes any part of a request for good, or until the person says yes anew."""
    subject = request.event.subject or ""
    return any(
        no.kind in (NoKind.ERASED, NoKind.DECEASED) or (no.kind is NoKind.SUPPRESSED and not _answers(request, no))
        for part in request.parts
        for no in hearing_for(subject, part, view).standing
    )


def _answers(request: Request, entry: No) -> bool:
    """Say whether the person, by confirming what was requested, answers an entry on a block list.

    An entry that yields to a later consent is answered by one that was asked for after it. Where no message
    may go to the person at all, none asks either.
    """
    if entry.reach is Reach.ALL or entry.yields_to is YieldsTo.NOTHING:
        return False
    return entry.yields_to is YieldsTo.CONSENT or request.event.position > entry.position

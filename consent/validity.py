"""When a yes counts: the faults of a declaration, in the order of the rule book."""

from consent.declarations import Declaration
from consent.matter import Matter
from consent.model import Key
from consent.notices import NoticeVersion
from consent.periods import birthday
from consent.records import Record
from consent.vocabulary import Proof, Reason


def fault(declaration: Declaration, matter: Matter, record: Record) -> Reason | None:
    """Return what is wrong with a yes in a record that speaks about the matter's key; None if it is valid."""
    version = matter.view.texts.get(declaration.notice)
    if version is None or not matter.view.texts.was_published(version, declaration.at):
        return Reason.NO_TEXT
    key = matter.key
    if not version.covers(key.controller, key.purpose, key.channel):
        return _uncovered(version, matter)
    if not version.states_right_to_withdraw:
        return Reason.NO_WITHDRAWAL_INFO
    if declaration.said.prechecked:
        return Reason.PRECHECKED
    if declaration.said.coupled:
        return Reason.COUPLED
    if not _is_proved(declaration.proof, matter):
        return Reason.IMPORT if declaration.is_imported else Reason.PROOF_LEVEL
    if matter.rule.verified and not _is_verified(matter):
        return Reason.IDENTITY_UNVERIFIED
    if matter.is_special and not declaration.said.explicit:
        return Reason.EXPLICIT_REQUIRED
    if is_minors(declaration, matter) and not _is_authorised(matter, record):
        return Reason.MINOR
    return None


def _uncovered(version: NoticeVersion, matter: Matter) -> Reason:
    key = matter.key
    if covered_later(version, key, matter):
        return Reason.SUPERSEDED
    if key.controller not in version.controllers:
        return Reason.SCOPE_CONTROLLER
    return Reason.SCOPE_PURPOSE if key.purpose not in version.purposes else Reason.SCOPE_CHANNEL


def covered_later(version: NoticeVersion, key: Key, matter: Matter) -> bool:
    """Say whether a later version, published by now, covers the key's controller, purpose and channel."""
    later = matter.view.texts.later(version, matter.horizon)
    return any(other.covers(key.controller, key.purpose, key.channel) for other in later)


def _is_proved(proof: Proof, matter: Matter) -> bool:
    demanded = matter.purpose.proof
    return proof.suffices_for(matter.rule.proof) and (demanded is None or proof.suffices_for(demanded))


def _is_verified(matter: Matter) -> bool:
    if matter.key.contact_point is None:
        return True
    point = matter.view.contact_point(matter.key.contact_point)
    return point is not None and point.verified


def is_minors(declaration: Declaration, matter: Matter) -> bool:
    """Say whether the yes was given by somebody below the age of consent (GDPR Art. 8(1))."""
    born = matter.view.subject(declaration.subject).birth_date
    return born is not None and declaration.at < birthday(born, matter.pack.age_of_consent.years)


def _is_authorised(matter: Matter, record: Record) -> bool:
    key = matter.key
    return any(
        key.controller in event.controllers
        and key.purpose in event.purposes
        and key.channel in event.channels
        and key.contact_point in matter.view.reader.contact_points(event, key.channel)
        for event in record.authorisations
    )

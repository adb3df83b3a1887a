"""Whether a text that a person wrote back means *stop*, and how far it goes. Pure.

Any reasonable wording counts (47 CFR 64.1200(a)(10); GDPR Art. 7(3)): in doubt it is a no, and one that reaches as far
as it may. Only a bare command narrows it, such as `STOP GARDEN`; whoever writes sentences is not taken at single words.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from consent.policy_model import Policy

# One of these says it wherever it stands.
_STOPS: Final = frozenset(
    {
        "stop",
        "stopp",
        "stopall",
        "arret",
        "unsubscribe",
        "optout",
        "revoke",
        "abmelden",
        "abmeldung",
        "abbestellen",
        "abbestellung",
        "austragen",
        "widerruf",
        "widerrufe",
        "widerrufen",
        "widerspruch",
        "widerspreche",
        "widersprechen",
    }
)
# These say it only as the whole message: in a sentence they mean something else.
_ALONE: Final = frozenset({"end", "ende", "quit", "cancel", "remove"})
_PHRASES: Final = (
    "opt out",
    "keine werbung",
    "keine mails",
    "keine nachrichten",
    "keine sms",
    "nicht mehr schreiben",
    "nicht mehr schicken",
    "nicht mehr senden",
    "nicht mehr anrufen",
    "lasst mich in ruhe",
    "leave me alone",
    "no more messages",
    "no more texts",
    "no more mails",
    "take me off",
    "not text me",
    "dont text me",
    "not contact me",
    "dont contact me",
    "not call me",
    "dont call me",
)
_NEGATIONS: Final = frozenset({"not", "dont", "nicht", "never", "nie", "kein", "keine", "without", "ohne"})
_COURTESY: Final = frozenset({"please", "bitte", "thanks", "thank", "you", "danke"})
_ALL: Final = frozenset({"all", "alles", "alle", "everything"})
# How many words before a word may turn it round.
_REACH_OF_NEGATION: Final = 2


@dataclass(frozen=True, slots=True)
class Stop:
    """A text that means stop. What it names narrows it; `everything` says that it was meant to reach all."""

    purpose: str | None = None
    topic: str | None = None
    channel: str | None = None
    everything: bool = False


def stop_in(text: str, policy: Policy) -> Stop | None:
    """Return how far a text means stop, or None where it does not say so."""
    words = _words(text)
    bare = [word for word in words if word not in _COURTESY]
    if not bare:
        return None
    if bare[0] in _STOPS | _ALONE and len(bare) > 1:
        command = _command(bare[1:], policy)
        if command is not None:
            return command
    if (len(bare) == 1 and bare[0] in _ALONE) or _says_stop(words):
        return Stop()
    return None


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text).casefold().replace("'", "").replace("’", "")
    plain = "".join(letter for letter in unicodedata.normalize("NFD", plain) if not unicodedata.combining(letter))
    return re.findall(r"\w+", plain)


def _says_stop(words: list[str]) -> bool:
    line = f" {' '.join(words)} "
    if any(f" {phrase} " in line for phrase in _PHRASES):
        return True
    return any(
        word in _STOPS and not _NEGATIONS.intersection(words[max(0, place - _REACH_OF_NEGATION) : place])
        for place, word in enumerate(words)
    )


def _command(named: list[str], policy: Policy) -> Stop | None:
    """Return what a bare command names, if every word of it is a name of the policy or *all*."""
    if all(word in _ALL for word in named):
        return Stop(everything=True)
    found: dict[str, str] = {}
    for word in named:
        for field, names in _names(policy).items():
            if word in names:
                if field in found:
                    return None
                found[field] = names[word]
                break
        else:
            return None
    if "purpose" in found and found.get("topic") not in (None, *policy.purposes[found["purpose"]].topics):
        return None
    return Stop(**found)  # type: ignore[arg-type]  # the fields found are those of scopes, all of them texts


def _names(policy: Policy) -> dict[str, dict[str, str]]:
    topics = [topic for purpose in policy.purposes.values() for topic in purpose.topics]
    return {
        "topic": {topic.casefold(): topic for topic in topics},
        "purpose": {name.casefold(): name for name, purpose in policy.purposes.items() if not purpose.is_service},
        "channel": {name.casefold(): name for name in policy.channels},
    }

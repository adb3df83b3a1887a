"""Recognising known people in a text that is being examined."""

from collections.abc import Callable, Sequence

from audit.ground import Ground
from pii.hashing import KeyedHashes
from pii.known_names import KnownNames
from pii.name_candidates import KnownSpan

Recognise = Callable[[str], Sequence[KnownSpan]]


def recogniser(ground: Ground, hashes: KeyedHashes, network: str) -> Recognise:
    """Return what finds the names of people who are known on a network."""

    def recognise(text: str) -> Sequence[KnownSpan]:
        """Return where known people are named in a text."""
        with ground.reading() as session:
            return KnownNames(session, ground.group_id, hashes).recognise(network, text)

    return recognise

"""A running process finds the key that a rotation made."""

from pathlib import Path

import pytest

from api.key_file import load_key_ring
from audit.errors import MissingKey
from audit.key_ring import KeyRing

AAD = b"place"


def test_a_key_made_later_is_found(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    first = KeyRing.generate()
    first.save(path)
    running = load_key_ring(path)
    second = first.rotated()
    second.save(path)
    assert running.unwrap(second.wrap(b"secret", AAD), AAD) == b"secret"
    assert running.unwrap(running.wrap(b"secret", AAD), AAD) == b"secret"


def test_a_key_that_is_nowhere_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    KeyRing.generate().save(path)
    running = load_key_ring(path)
    foreign = KeyRing.generate().wrap(b"secret", AAD)
    with pytest.raises(MissingKey):
        running.unwrap(foreign, AAD)
    path.unlink()
    with pytest.raises(MissingKey):
        running.unwrap(foreign, AAD)


def test_without_a_file_nothing_starts(tmp_path: Path) -> None:
    with pytest.raises(MissingKey):
        load_key_ring(tmp_path / "keys.json")


def test_no_key_is_in_the_repr(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    ring = KeyRing.generate()
    ring.save(path)
    assert repr(load_key_ring(path).keys) == "FollowedKeys(<redacted>)"

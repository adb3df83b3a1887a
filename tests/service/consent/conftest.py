"""The services of consent over a fresh database of each kind."""

import pytest

from audit.ground import Ground
from tests.fakes import FakeClock
from tests.service.consent.world import World


@pytest.fixture
def world(ground: Ground, clock: FakeClock) -> World:
    return World(ground, clock)

"""How thoroughly laws are tested: a test says how many examples it wants, other tests get a hundred."""

from hypothesis import settings

# A busy machine is no reason to fail: no example has a deadline of its own.
settings.register_profile("laws", deadline=None, max_examples=100)
settings.load_profile("laws")

"""How thoroughly the laws are tested: `HYPOTHESIS_PROFILE=thorough` tries each a thousand times."""

import os

from hypothesis import settings

# A busy machine is no reason to fail: no example has a deadline of its own.
settings.register_profile("laws", deadline=None, max_examples=100)
settings.register_profile("thorough", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "laws"))

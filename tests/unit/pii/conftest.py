"""What several tests of social data share: the detector, whose lists and model take seconds to load."""

import pytest

from pii.detector import PresidioDetector


@pytest.fixture(scope="session")
def detector() -> PresidioDetector:
    return PresidioDetector()


@pytest.fixture(scope="session")
def patient_detector() -> PresidioDetector:
    """A detector that reads on where the other one gives up."""
    return PresidioDetector(seconds=250.0)

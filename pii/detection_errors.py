"""What can go wrong while personal data is found, replaced or renamed. None of them carries text."""

from pii.errors import PiiError


class TextTooLong(PiiError):
    """The text is longer than the detector promises to read in time; it must not go out unexamined."""

    code = "text_too_long"


class DetectionTimedOut(PiiError):
    """Reading the text took longer than allowed; it must not go out half examined."""

    code = "detection_timed_out"


class ResidueFound(PiiError):
    """After replacement the text still holds something that is personal data beyond doubt."""

    code = "residue_found"


class SpansOverlap(PiiError):
    """The spans to replace overlap or leave the text; resolve them first."""

    code = "spans_overlap"


class ForgedToken(PiiError):
    """A token was not made with these keys: invented, altered, or of another group, domain or key version."""

    code = "forged_token"

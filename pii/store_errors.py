"""What can go wrong with stored posts, sources and releases. None of them carries content."""

from pii.errors import PiiError


class UnknownPost(PiiError):
    """There is no post of this id in the group: never taken in, deleted, or ended by retention."""

    code = "unknown_post"


class UnknownSource(PiiError):
    """There is no connected source of this id in the group."""

    code = "unknown_source"


class UnknownRecipient(PiiError):
    """The policy in force names no such recipient; nothing may go there."""

    code = "unknown_recipient"


class BadCursor(PiiError):
    """The cursor is not one that this feed gave out."""

    code = "bad_cursor"


class PersonForgotten(PiiError):
    """The data subject was in no post any more and ended with the last one; look the person up again."""

    code = "person_forgotten"


class UnreadableBox(PiiError):
    """What a box of the vault held is not in a form that this version knows."""

    code = "unreadable_box"


class DetectorDown(PiiError):
    """Nobody could say what personal data the text holds; it must not be used unexamined."""

    code = "detector_down"


class UnknownOrder(PiiError):
    """There is no platform order of this id in the group."""

    code = "unknown_order"

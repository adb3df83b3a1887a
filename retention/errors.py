"""What can go wrong in retention: every error says which rule was broken and, for documents, where."""


class RetentionError(Exception):
    """A rule of retention was broken."""

    code = "retention"


class UnknownZone(RetentionError):
    """A time zone is not one of the IANA database; no day can be counted without it."""

    code = "unknown_zone"


class UnknownDuty(RetentionError):
    """A regime does not know this duty; there is no deadline to compute."""

    code = "unknown_duty"


class Unclassified(RetentionError):
    """A datum whose category or purposes the schedule does not know: neither used nor destroyed (part B.4)."""

    code = "UNCLASSIFIED"


class DocumentError(RetentionError):
    """A document has a defect; `place` names where, such as `categories.voucher.limits`."""

    code = "document"

    def __init__(self, place: str, what: str) -> None:
        """Say at which `place` of the document `what` is wrong; values of the document are not repeated."""
        super().__init__(f"{place}: {what}")
        self.place = place


class Unreadable(DocumentError):
    """A text is no YAML."""

    code = "UNREADABLE"


class DuplicateKey(DocumentError):
    """A mapping says the same key twice; which one was meant, nobody knows."""

    code = "DUPLICATE_KEY"


class UnknownKey(DocumentError):
    """A mapping has a key that its format does not know, most likely a typing error."""

    code = "UNKNOWN_KEY"


class Malformed(DocumentError):
    """A value is missing, has the wrong shape, or is none of those allowed."""

    code = "MALFORMED"


class ScheduleDefect(DocumentError):
    """A retention schedule contradicts itself; it is not loaded (part B.3)."""

    code = "SCHEDULE_DEFECT"


class CategoryWithoutLimit(ScheduleDefect):
    """A category has no limit at all; its data would be kept for ever."""

    code = "CATEGORY_WITHOUT_LIMIT"


class UnknownPurpose(ScheduleDefect):
    """A limit is given for a purpose that is not declared."""

    code = "UNKNOWN_PURPOSE"


class ObligationWithoutSource(ScheduleDefect):
    """Nobody says which law demands an obligation."""

    code = "OBLIGATION_WITHOUT_SOURCE"


class SelectsNothing(ScheduleDefect):
    """An obligation is for an unknown category, or replaces an unknown obligation."""

    code = "SELECTS_NOTHING"


class RuleWithoutClass(ScheduleDefect):
    """A rule names no deletion class."""

    code = "RULE_WITHOUT_CLASS"


class UnknownClass(ScheduleDefect):
    """A rule names a deletion class that does not exist."""

    code = "UNKNOWN_CLASS"


class LongerWithoutSource(ScheduleDefect):
    """A later version of a limit is longer than the one before and names no source."""

    code = "LONGER_WITHOUT_SOURCE"


class UnknownStartType(ScheduleDefect):
    """A deletion class names a start type that does not exist."""

    code = "UNKNOWN_START_TYPE"


class TwoForms(ScheduleDefect):
    """A rule or an obligation is written in two forms at once; which one was meant, nobody knows."""

    code = "TWO_FORMS"


class VersionsOutOfOrder(ScheduleDefect):
    """The versions of a rule are not listed in order of time, each but the first with its first day."""

    code = "VERSIONS_OUT_OF_ORDER"


class ReplacesInCircle(ScheduleDefect):
    """Obligations replace each other in a circle; together they would keep nothing."""

    code = "REPLACES_IN_CIRCLE"


class PolicyMismatch(DocumentError):
    """Schedule and policy do not speak of the same purposes, or promise what the other does not keep."""

    code = "POLICY_MISMATCH"


class NoSchedule(RetentionError):
    """No retention schedule was applied; nothing is destroyed and nothing is kept on purpose without one."""

    code = "no_schedule"


class UnknownErasure(RetentionError):
    """There is no erasure with this reference."""

    code = "unknown_erasure"


class AlreadyErased(RetentionError):
    """The subject was erased before; there is one erasure a subject."""

    code = "already_erased"

"""Whether a schedule and a policy speak of the same house: one vocabulary, and no promise without an end. Pure."""

from datetime import UTC, datetime, timedelta

from consent.policy import Policy
from retention.errors import PolicyMismatch
from retention.model import Datum, DatumEvent
from retention.rules import end_of
from retention.schedule import Schedule

UNCONFIRMED = "doi_unconfirmed"
COLLECTED = "collected"
# Any day will do: the limit of unconfirmed sign-ups is counted in days.
SAMPLE = datetime(2026, 1, 1, 12, tzinfo=UTC)


def check_vocabulary(schedule: Schedule, policy: Policy) -> None:
    """Raise PolicyMismatch unless every purpose of the policy has a limit and links live no longer than sign-ups.

    `doi_ttl_days` longer than unconfirmed sign-ups are kept would promise a click that finds nothing.
    """
    limited = {purpose for category in schedule.categories.values() for purpose in category.limits}
    if missing := sorted(set(policy.purposes) - limited):
        raise PolicyMismatch("categories", f"no limit for the purposes {', '.join(missing)} of the policy")
    category = schedule.categories.get(UNCONFIRMED)
    if category is None:
        raise PolicyMismatch("categories", f"{UNCONFIRMED} is missing: sign-ups that nobody confirms would stay")
    sign_up = Datum(UNCONFIRMED, UNCONFIRMED, events=(DatumEvent(SAMPLE, COLLECTED),))
    occurrences = {event.event: (event.at,) for event in sign_up.events}
    ends = [end_of(rule, occurrences, schedule.zone) for rule in category.limits.values()]
    last_click = SAMPLE + timedelta(days=policy.parameters.doi_ttl_days)
    if any(end is None or end < last_click for end in ends):
        raise PolicyMismatch(f"categories.{UNCONFIRMED}", "ends before a confirmation link of the policy does")

"""House rules, not law: the wish for a pause, quiet hours, and how many messages are enough."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from consent.event import ConsentEvent
from consent.model import Key, Subject
from consent.periods import Horizon, add_days
from consent.view import View
from consent.vocabulary import EventKind, Reason


@dataclass(frozen=True, slots=True)
class Stop:
    """Why not now, until when, and the event it rests on, if there is one."""

    reason: Reason
    retry_after: datetime
    event: str | None = None


def house_rules(key: Key, holders: Sequence[Subject], view: View, horizon: Horizon) -> Stop | None:
    """Return what stops a message now, if anything, in the order of the rule book."""
    return (
        _paused(key, holders, view, horizon)
        or _quiet(key, holders[0], view, horizon)
        or _capped(key, holders, view, horizon)
    )


def _paused(key: Key, holders: Sequence[Subject], view: View, horizon: Horizon) -> Stop | None:
    """Stop until the latest pause of a holder that covers the key has ended."""
    stops = []
    for holder in holders:
        pauses = [pause for pause in view.record(holder.id).of_kind(EventKind.PAUSE) if _covers(pause, key)]
        if pauses and pauses[-1].until is not None and not horizon.reached(pauses[-1].until):
            stops.append(Stop(Reason.PAUSED, pauses[-1].until, pauses[-1].id))
    return max(stops, key=lambda stop: stop.retry_after, default=None)


def _covers(pause: ConsentEvent, key: Key) -> bool:
    return (
        key.controller in pause.controllers
        and (not pause.purposes or key.purpose in pause.purposes)
        and (not pause.channels or key.channel in pause.channels)
    )


def _quiet(key: Key, first: Subject, view: View, horizon: Horizon) -> Stop | None:
    """Stop during the quiet hours, by the local time of the first holder."""
    quiet = view.policy.quiet_hours
    if quiet is None or key.channel not in quiet.channels or quiet.start == quiet.end:
        return None
    zone = ZoneInfo(first.time_zone or view.policy.controllers[key.controller].time_zone)
    local = horizon.now.astimezone(zone)
    ends, starts = (_next(moment, local, zone) for moment in (quiet.end, quiet.start))
    # Whichever comes first ends the present hours, quiet or not.
    horizon.reached(min(ends, starts))
    clock = local.time()
    if quiet.start < quiet.end:
        is_quiet = quiet.start <= clock < quiet.end
    else:
        is_quiet = clock >= quiet.start or clock < quiet.end
    return Stop(Reason.QUIET_HOURS, ends) if is_quiet else None


def _next(clock: time, local: datetime, zone: ZoneInfo) -> datetime:
    """Return the next instant, after `local`, at which the local clock shows a time."""
    days = (local.date() + timedelta(days=count) for count in range(-1, 4))
    # Where the clock is set back a time is shown twice, and the first one counts.
    shown = (datetime.combine(day, clock.replace(fold=fold), zone).astimezone(UTC) for day in days for fold in (0, 1))
    return min(instant for instant in shown if instant > local)


def _capped(key: Key, holders: Sequence[Subject], view: View, horizon: Horizon) -> Stop | None:
    """Stop when the messages for the purpose are used up, until the next one is free."""
    limit = view.policy.purposes[key.purpose].max_messages
    if limit is None:
        return None
    leaving = sorted(
        (add_days(use.at, limit.days), use.id)
        for holder in holders
        for use in view.record(holder.id).of_kind(EventKind.USE)
        if key.controller in use.controllers and key.purpose in use.purposes
    )
    counted = [(leaves, use) for leaves, use in leaving if not horizon.reached(leaves)]
    if len(counted) < limit.count:
        return None
    leaves, use = counted[len(counted) - limit.count]
    return Stop(Reason.FREQUENCY_CAP, leaves, use)

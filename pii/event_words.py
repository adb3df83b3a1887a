"""From what happened to what must be done: the events of the payloads as orders about stored data."""

from pii.model import Event, OrderKind

# Nothing is ordered by a new item; it is simply taken in.
ORDER_OF: dict[Event, OrderKind] = {
    Event.UPDATE: OrderKind.UPDATE,
    Event.DELETE: OrderKind.DELETE,
    Event.UNDELETE: OrderKind.UNDELETE,
    Event.HIDE: OrderKind.HIDE,
    Event.UNHIDE: OrderKind.UNHIDE,
    Event.GEO_SCRUB: OrderKind.SCRUB_GEO,
    Event.PROTECT: OrderKind.PROTECT,
    Event.UNPROTECT: OrderKind.UNPROTECT,
    Event.SUSPEND: OrderKind.SUSPEND,
    Event.UNSUSPEND: OrderKind.UNSUSPEND,
    Event.PROFILE_UPDATE: OrderKind.PROFILE_UPDATE,
    Event.IDENTIFIER_CHANGE: OrderKind.IDENTIFIER_CHANGE,
    Event.ERASE_PERSON: OrderKind.ERASE_PERSON,
    Event.ACCESS_REVOKED: OrderKind.REVOKE_ACCESS,
    Event.CONSENT_WITHDRAWN: OrderKind.WITHDRAW_CONSENT,
}

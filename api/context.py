"""What belongs to the request that is being answered."""

from flask import current_app, g

from api.bootstrap import Services
from api.caller import Caller

EXTENSION = "placet"


def services() -> Services:
    """Return the services of the running application."""
    made: Services = current_app.extensions[EXTENSION]
    return made


def request_id() -> str:
    """Return the id of this request, as `X-Request-Id` carries it."""
    found: str = g.request_id
    return found


def current_caller() -> Caller:
    """Return who asks; only a view under `requires` has a caller."""
    caller: Caller = g.caller
    return caller

"""Who asks: the client behind a request, and for which controller it may."""

from dataclasses import dataclass

from api.errors import ControllerRefused, ScopeMissing
from api.scopes import Scope


@dataclass(frozen=True, slots=True)
class Caller:
    """A client that showed a good key. `recipient` is set for a client that is a recipient of released data."""

    client_id: str
    controller: str
    scopes: frozenset[Scope]
    recipient: str | None = None

    def demand(self, scope: Scope) -> None:
        """Raise ScopeMissing unless the key carries `scope`."""
        if scope not in self.scopes:
            raise ScopeMissing(f"the key lacks the scope {scope}")

    def controller_for(self, asked: str | None) -> str:
        """Return the controller this request is for: the key's own, or another one of the group with scope `group`.

        Raises ControllerRefused for another one without that scope.
        """
        if asked is None or asked == self.controller:
            return self.controller
        if Scope.GROUP not in self.scopes:
            raise ControllerRefused("the key belongs to another controller and lacks the scope group")
        return asked

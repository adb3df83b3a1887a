"""Who may call a view: every view says `requires(Scope.X)` or `public`, and a test walks the URL map."""

from collections.abc import Callable
from copy import deepcopy
from functools import wraps
from typing import Any, Final

from flask import g, request

from api.context import services
from api.parser import refuse_undeclared
from api.scopes import Scope
from api.smorest import KEY_SCHEME

View = Callable[..., Any]
# The mark that says a view has stated who may call it: the scope, or PUBLIC.
MARK: Final = "placet_access"
PUBLIC: Final = "public"


def requires(scope: Scope) -> Callable[[View], View]:
    """Let a view answer only callers whose key carries `scope`; the outermost decorator, so that nothing runs before.

    Raises Unauthenticated, KeyRefused or ScopeMissing. The view finds the caller in `current_caller()`.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(*arguments: Any, **options: Any) -> Any:
            caller = services().clients.authenticate(request.headers.get("Authorization"))
            caller.demand(scope)
            g.caller = caller
            refuse_undeclared(view)
            return view(*arguments, **options)

        setattr(wrapper, MARK, str(scope))
        _document(wrapper, security=[{KEY_SCHEME: [str(scope)]}], refusals=("UNAUTHORIZED", "FORBIDDEN"))
        return wrapper

    return decorate


def public(view: View) -> View:
    """Let a view answer everybody: pages for people, health, and deliveries that carry a proof of their own."""

    @wraps(view)
    def wrapper(*arguments: Any, **options: Any) -> Any:
        refuse_undeclared(view)
        return view(*arguments, **options)

    setattr(wrapper, MARK, PUBLIC)
    _document(wrapper, security=[], refusals=())
    return wrapper


def access_of(view: object, method: str) -> str | None:
    """Return what a registered view says for `method`: a scope, PUBLIC, or None when it says nothing."""
    view_class = getattr(view, "view_class", None)
    handler = getattr(view_class, method.lower(), None) if view_class else view
    if handler is None and method == "HEAD":
        return access_of(view, "GET")
    return getattr(handler, MARK, None)


def _document(wrapper: View, *, security: list[dict[str, list[str]]], refusals: tuple[str, ...]) -> None:
    # Copied, because `wraps` shares the dictionary with the function inside.
    document = deepcopy(getattr(wrapper, "_apidoc", {}))
    manual = document.setdefault("manual_doc", {})
    manual["security"] = security
    responses = document.setdefault("response", {}).setdefault("responses", {})
    for name in refusals:
        responses.setdefault({"UNAUTHORIZED": 401, "FORBIDDEN": 403}[name], [name])
    wrapper._apidoc = document  # type: ignore[attr-defined]  # where flask-smorest looks for it

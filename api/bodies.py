"""How large a body may be, and what it may be, where a route takes another than a small JSON object."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from flask import Request, request
from werkzeug.exceptions import RequestEntityTooLarge

from api.parser import check_media_type

SMALL: Final = 1024 * 1024
# Intake, batches and chunks of an import.
LARGE: Final = 16 * SMALL

View = Callable[..., Any]


class BoundedRequest(Request):
    """A request whose body is refused when it is too long, also when it comes in pieces of unknown number."""

    def get_data(self, cache: bool = True, as_text: bool = False, parse_form_data: bool = False) -> Any:
        """Return the body; raise RequestEntityTooLarge when it reaches the limit and no length was announced."""
        data = super().get_data(cache=cache, as_text=as_text, parse_form_data=parse_form_data)  # type: ignore[call-overload]
        limit = self.max_content_length
        # The library stops at the limit without a word, so a body cut off there would pass for a whole one.
        if self.content_length is None and limit is not None and len(data) >= limit:
            raise RequestEntityTooLarge
        return data


def large_body(view: View) -> View:
    """Let this view take a body of up to 16 MiB. Stands above the decorator that reads the body."""

    @wraps(view)
    def wrapper(*arguments: Any, **options: Any) -> Any:
        request.max_content_length = LARGE
        return view(*arguments, **options)

    return wrapper


def raw_body(*media_types: str, limit: int = SMALL) -> Callable[[View], View]:
    """Let this view read the body itself (`request.get_data()`), of one of these media types; none: of any."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(*arguments: Any, **options: Any) -> Any:
            request.max_content_length = limit
            if media_types:
                check_media_type(request, *media_types)
            return view(*arguments, **options)

        wrapper.takes_body = True  # type: ignore[attr-defined]  # a mark that `refuse_undeclared` reads
        return wrapper

    return decorate

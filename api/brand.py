"""The company's own names and accounts, which nothing may take for a person's: from policy, settings and sources."""

from collections.abc import Callable, Iterable

from api.settings import Settings
from consent.errors import NoPolicy
from consent.in_force import PolicySource
from pii.brand import Brand
from pii.sources import SourceService
from pii.spans import Span, SpanKind


class CompanyBrand(Brand):
    """The brand of the policy in force, looked up for each text: intake is wired once, and policies change."""

    _policies: PolicySource
    _handles: Callable[[], frozenset[str]]

    def __init__(self, policies: PolicySource, settings: Settings, sources: SourceService) -> None:
        def handles() -> frozenset[str]:
            """Return the company's accounts: those of the settings and those that are connected."""
            connected = (account for source in sources.list_connected() for account in source.accounts)
            return frozenset((*(own.account for own in settings.own_accounts), *connected))

        super().__init__()
        # The base class is frozen, as values are.
        object.__setattr__(self, "_policies", policies)
        object.__setattr__(self, "_handles", handles)

    def owns(self, kind: SpanKind, value: str, region: str) -> bool:
        """Say whether a value found in a text is the company's own."""
        return self._now().owns(kind, value, region)

    def without(self, spans: Iterable[Span], text: str, region: str) -> list[Span]:
        """Return the spans but those that are the company's own."""
        found = list(spans)
        return self._now().without(found, text, region) if found else found

    def _now(self) -> Brand:
        handles = self._handles()
        try:
            controllers = self._policies.current().policy.controllers.values()
        except NoPolicy:
            return Brand(handles=handles)
        return Brand(
            names=frozenset(controller.name for controller in controllers),
            handles=handles,
            contacts=frozenset(controller.address for controller in controllers if controller.address),
        )


def own_accounts(settings: Settings, sources: SourceService) -> Callable[[str], frozenset[str]]:
    """Return what tells the company's accounts on a platform: those of the settings and those that are connected."""

    def on(platform: str) -> frozenset[str]:
        """Return the company's accounts on a platform."""
        named = frozenset(own.account for own in settings.own_accounts if own.platform == platform)
        return named | sources.own_accounts(platform)

    return on

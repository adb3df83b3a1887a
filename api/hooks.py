"""Where a platform pushes to: which source an address belongs to, and what is shared with the platform there."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Final

from api.bootstrap import Services
from api.settings import PlatformSecrets
from pii.challenges import Answer, challenge_response
from pii.errors import UnknownPlatform
from pii.platforms import READERS
from pii.store_errors import UnknownSource

# The id of a connected source. Any other word is a name that the operator gave the address at the platform.
_SOURCE_ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,35}")


@dataclass(frozen=True, slots=True)
class Hook:
    """An address that a platform pushes to: for which controller, and the secrets shared with the platform."""

    source_id: str
    controller: str
    secrets: Mapping[str, bytes] = field(repr=False)


def hook_of(services: Services, platform: str, source_id: str) -> Hook:
    """Return the hook at an address; raise UnknownPlatform, UnknownSource or NoPolicy.

    A connected source has its own controller, and its own secrets before those of the settings. Under any
    other name the secrets of the settings count, for the first controller of the policy.
    """
    if platform not in READERS:
        raise UnknownPlatform("no reader for this platform")
    shared = _of_settings(services.settings.platform_secrets)
    if _SOURCE_ID.fullmatch(source_id):
        source = services.sources.get(source_id)
        if source.platform != platform:
            raise UnknownSource("no such source")
        return Hook(source.id, source.controller, {**shared, **source.secrets})
    if not _NAME.fullmatch(source_id):
        raise UnknownSource("no such source")
    return Hook(source_id, next(iter(services.policies.current().policy.controllers)), shared)


def challenge(services: Services, platform: str, source_id: str, query: Mapping[str, str]) -> Answer:
    """Return the answer to a platform's challenge at an address; see `pii.challenges.challenge_response`."""
    return challenge_response(platform, query, hook_of(services, platform, source_id).secrets)


def _of_settings(secrets: PlatformSecrets) -> dict[str, bytes]:
    return {name: value.encode() for name, value in asdict(secrets).items() if value is not None}

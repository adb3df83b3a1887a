"""Answers to the questions by which platforms make sure that a webhook is ours."""

import base64
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from pii.errors import ChallengeRefused, UnknownPlatform
from pii.signatures import SecretName, same, secret_of

# The answer is an HMAC over the question under the very secret that signs deliveries. If any text were answered,
# anybody could have the body of a forged delivery signed here. A token of these characters is no such body.
_TOKEN = re.compile(r"[A-Za-z0-9_+/=-]{1,200}")
_META = frozenset({"facebook", "instagram", "whatsapp"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What to send back, and as which media type."""

    body: str
    media_type: str


def challenge_response(platform: str, query: Mapping[str, str], secrets: Mapping[str, bytes]) -> Answer:
    """Return the answer to a platform's challenge, given the parameters of its GET request.

    Raises ChallengeRefused if the challenge is malformed or does not know the agreed token, MissingSecret if that
    token or secret is not configured, UnknownPlatform if the platform asks nothing.
    """
    if platform in _META:
        return _meta(query, secrets)
    if platform == "x":
        return _x(query, secrets)
    if platform == "linkedin":
        return _linkedin(query, secrets)
    raise UnknownPlatform("this platform asks nothing")


def _token(query: Mapping[str, str], name: str) -> str:
    token = query.get(name, "")
    if _TOKEN.fullmatch(token) is None:
        raise ChallengeRefused(f"{name} is no token")
    return token


def _x(query: Mapping[str, str], secrets: Mapping[str, bytes]) -> Answer:
    token = _token(query, "crc_token")
    digest = hmac.digest(secret_of(secrets, SecretName.X_CONSUMER_SECRET), token.encode("ascii"), "sha256")
    response = "sha256=" + base64.b64encode(digest).decode("ascii")
    return Answer(json.dumps({"response_token": response}), "application/json")


def _linkedin(query: Mapping[str, str], secrets: Mapping[str, bytes]) -> Answer:
    token = _token(query, "challengeCode")
    if "=" in token:
        # Deliveries are signed with "hmacsha256=" before the body; that must not be asked for.
        raise ChallengeRefused("challengeCode is no token")
    response = hmac.new(secret_of(secrets, SecretName.LINKEDIN_CLIENT_SECRET), token.encode("ascii"), "sha256")
    answer = {"challengeCode": token, "challengeResponse": response.hexdigest()}
    return Answer(json.dumps(answer), "application/json")


def _meta(query: Mapping[str, str], secrets: Mapping[str, bytes]) -> Answer:
    agreed = secret_of(secrets, SecretName.META_VERIFY_TOKEN)
    if query.get("hub.mode") != "subscribe" or not same(query.get("hub.verify_token", ""), agreed):
        raise ChallengeRefused("not a subscription that knows the agreed token")
    return Answer(_token(query, "hub.challenge"), "text/plain")

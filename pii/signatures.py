"""Is a delivery authentic: each platform's own check, over the raw bytes, before anything is parsed.

No platform signs a time: a delivery sent twice verifies twice, so repeats are found by `dedup_key`. A platform
without a scheme, a missing header and a missing secret are all refusals.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from enum import StrEnum

from pii.errors import BadPayload, MissingSecret, SignatureMismatch, UnknownPlatform
from pii.payload import from_base64url, is_form, read_json, signed_request
from pii.text import decode


class SecretName(StrEnum):
    """What is shared with a platform; a source is configured with those of its platform."""

    META_APP_SECRET = "meta_app_secret"  # noqa: S105 (the name of a secret)
    META_VERIFY_TOKEN = "meta_verify_token"  # noqa: S105
    X_CONSUMER_SECRET = "x_consumer_secret"  # noqa: S105
    X_OAUTH2_CLIENT_SECRET = "x_oauth2_client_secret"  # noqa: S105
    WEBSUB_SECRET = "websub_secret"  # noqa: S105
    MASTODON_WEBHOOK_SECRET = "mastodon_webhook_secret"  # noqa: S105
    LINKEDIN_CLIENT_SECRET = "linkedin_client_secret"  # noqa: S105
    TELEGRAM_SECRET_TOKEN = "telegram_secret_token"  # noqa: S105


Check = Callable[[bytes, Mapping[str, str], Mapping[str, bytes]], None]

X_HEADERS = {
    "x-twitter-webhooks-signature": SecretName.X_CONSUMER_SECRET,
    "x-twitter-webhooks-signature-oauth2": SecretName.X_OAUTH2_CLIENT_SECRET,
}
# WebSub section 7.1 names these; the receiver must refuse any other.
WEBSUB_METHODS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}


def verify(platform: str, body: bytes, headers: Mapping[str, str], secrets: Mapping[str, bytes]) -> None:
    """Return if `body`, exactly as it came, was signed by the platform; raise SignatureMismatch otherwise.

    `secrets` are keyed by `SecretName`. Names of headers count without regard to case. Raises UnknownPlatform for
    a platform that signs nothing: what is fetched from it is as authentic as the connection.
    """
    check = CHECKS.get(platform)
    if check is None:
        raise UnknownPlatform("this platform signs nothing")
    check(body, {name.lower(): value for name, value in headers.items()}, secrets)


def secret_of(secrets: Mapping[str, bytes], name: SecretName) -> bytes:
    """Return a secret; raise MissingSecret if it is not there or empty, which anybody could sign with."""
    secret = secrets.get(name)
    if not secret:
        raise MissingSecret(f"{name} is not configured")
    return secret


def same(stated: str | bytes, computed: str | bytes) -> bool:
    """Compare in a time that does not tell how much was right."""
    return hmac.compare_digest(_bytes(stated), _bytes(computed))


def _bytes(value: str | bytes) -> bytes:
    # Headers are latin-1; `compare_digest` refuses such text, but not its bytes.
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value


def _require(*, fits: bool) -> None:
    if not fits:
        raise SignatureMismatch("the signature does not fit the body")


def _x(body: bytes, headers: Mapping[str, str], secrets: Mapping[str, bytes]) -> None:
    """Check every signature that came and whose secret is known; at least one there must be."""
    known = [(header, name) for header, name in X_HEADERS.items() if header in headers and secrets.get(name)]
    if not known:
        secret_of(secrets, SecretName.X_CONSUMER_SECRET)
        raise SignatureMismatch("no signature")
    for header, name in known:
        digest = hmac.digest(secret_of(secrets, name), body, "sha256")
        _require(fits=same(headers[header], "sha256=" + base64.b64encode(digest).decode("ascii")))


def _meta(body: bytes, headers: Mapping[str, str], secrets: Mapping[str, bytes]) -> None:
    """Check `X-Hub-Signature-256`; the older SHA-1 header is not looked at. Callbacks sign inside the form."""
    secret = secret_of(secrets, SecretName.META_APP_SECRET)
    if is_form(body):
        _signed_request(body, secret)
        return
    _require(
        fits=same(headers.get("x-hub-signature-256", ""), "sha256=" + hmac.new(secret, body, "sha256").hexdigest())
    )


def _signed_request(body: bytes, secret: bytes) -> None:
    """Check a `signed_request`: the signature is over the payload as it stands there, still encoded."""
    try:
        signature, payload = signed_request(body)
        request = read_json(decode(from_base64url(payload)))
        stated = from_base64url(signature)
    except BadPayload:
        raise SignatureMismatch("not a signed request") from None
    _require(fits=same(stated, hmac.digest(secret, payload.encode("ascii"), "sha256")))
    # The payload names its algorithm. Only this one was checked, so only this one may be named.
    _require(fits=isinstance(request, dict) and str(request.get("algorithm")).upper() == "HMAC-SHA256")


def _hub(secret_name: SecretName, methods: frozenset[str]) -> Check:
    def check(body: bytes, headers: Mapping[str, str], secrets: Mapping[str, bytes]) -> None:
        """Check a signature as a hub sends it; raise SignatureMismatch."""
        secret = secret_of(secrets, secret_name)
        method, _, stated = headers.get("x-hub-signature", "").partition("=")
        if method not in methods:
            raise SignatureMismatch("no signature by a method that is accepted")
        _require(fits=same(stated.lower(), hmac.new(secret, body, WEBSUB_METHODS[method]).hexdigest()))

    return check


def _linkedin(body: bytes, headers: Mapping[str, str], secrets: Mapping[str, bytes]) -> None:
    secret = secret_of(secrets, SecretName.LINKEDIN_CLIENT_SECRET)
    computed = hmac.new(secret, b"hmacsha256=" + body, "sha256").hexdigest()
    _require(fits=same(headers.get("x-li-signature", ""), computed))


def _telegram(body: bytes, headers: Mapping[str, str], secrets: Mapping[str, bytes]) -> None:
    """Check the shared token; nothing binds it to the body."""
    secret = secret_of(secrets, SecretName.TELEGRAM_SECRET_TOKEN)
    _require(fits=same(headers.get("x-telegram-bot-api-secret-token", ""), secret))


_websub = _hub(SecretName.WEBSUB_SECRET, frozenset(WEBSUB_METHODS))
CHECKS: dict[str, Check] = {
    "facebook": _meta,
    "instagram": _meta,
    "whatsapp": _meta,
    "x": _x,
    "mastodon": _hub(SecretName.MASTODON_WEBHOOK_SECRET, frozenset({"sha256"})),
    "feeds": _websub,
    "youtube": _websub,
    "linkedin": _linkedin,
    "telegram": _telegram,
}

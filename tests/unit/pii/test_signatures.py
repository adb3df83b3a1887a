"""Deliveries are authentic over their exact bytes, or refused."""

import base64
import hashlib
import hmac
import json

import pytest

from pii.challenges import challenge_response
from pii.errors import ChallengeRefused, MissingSecret, SignatureMismatch, UnknownPlatform
from pii.signatures import verify
from tests.unit.pii.social_samples import SAMPLES

SIGNED = json.loads((SAMPLES / "SIGNATURES.json").read_text("utf-8"))
SECRETS = {name: secret.encode() for name, secret in SIGNED["secrets"].items()}
DELIVERIES = sorted(SIGNED["files"].items())
# Meta's SHA-1 header is a legacy that is not looked at, and Telegram's token says nothing about the body.
BOUND = [(file, headers) for file, headers in DELIVERIES if not file.startswith("telegram/")]
CALLBACK = (SAMPLES / "facebook" / "06_data_deletion_callback.form").read_bytes()


def body_of(file: str) -> bytes:
    return (SAMPLES / file).read_bytes()


def platform_of(file: str) -> str:
    return file.split("/")[0]


@pytest.mark.parametrize(("file", "headers"), DELIVERIES)
def test_a_signed_delivery_is_accepted(file, headers):
    verify(platform_of(file), body_of(file), headers, SECRETS)


@pytest.mark.parametrize(("file", "headers"), DELIVERIES)
def test_names_of_headers_count_without_regard_to_case(file, headers):
    verify(platform_of(file), body_of(file), {name.upper(): value for name, value in headers.items()}, SECRETS)


@pytest.mark.parametrize(("file", "headers"), BOUND)
@pytest.mark.parametrize("place", [0, 0.5, 1], ids=["first", "middle", "last"])
def test_a_flipped_bit_is_refused(file, headers, place):
    body = bytearray(body_of(file))
    body[int(place * (len(body) - 1))] ^= 1
    with pytest.raises(SignatureMismatch):
        verify(platform_of(file), bytes(body), headers, SECRETS)


@pytest.mark.parametrize(("file", "headers"), BOUND)
def test_the_same_json_written_anew_is_refused(file, headers):
    with pytest.raises(SignatureMismatch):
        verify(platform_of(file), body_of(file) + b"\n", headers, SECRETS)


@pytest.mark.parametrize(("file", "headers"), DELIVERIES)
def test_every_header_that_counts_must_fit(file, headers):
    counted = [name for name in headers if not (name == "X-Hub-Signature" and "X-Hub-Signature-256" in headers)]
    for name in counted:
        wrong = headers[name][:-1] + ("0" if headers[name][-1] != "0" else "1")
        with pytest.raises(SignatureMismatch):
            verify(platform_of(file), body_of(file), {**headers, name: wrong}, SECRETS)


@pytest.mark.parametrize(("file", "headers"), DELIVERIES)
@pytest.mark.parametrize("value", [None, "", "sha256=", "sha256", "=", "ü", "sha256=\u2028", "\udcff"])
def test_a_missing_or_odd_header_is_refused(file, headers, value):
    odd = {} if value is None else dict.fromkeys(headers, value)
    with pytest.raises(SignatureMismatch):
        verify(platform_of(file), body_of(file), odd, SECRETS)


@pytest.mark.parametrize(("file", "headers"), DELIVERIES)
@pytest.mark.parametrize("secrets", [{}, dict.fromkeys(SECRETS, b"")], ids=["none", "empty"])
def test_without_a_secret_nothing_is_accepted(file, headers, secrets):
    with pytest.raises(MissingSecret):
        verify(platform_of(file), body_of(file), headers, secrets)


def test_an_empty_secret_is_not_what_anybody_can_sign_with():
    signature = "sha256=" + hmac.new(b"", b"{}", "sha256").hexdigest()
    with pytest.raises(MissingSecret):
        verify("facebook", b"{}", {"X-Hub-Signature-256": signature}, {"meta_app_secret": b""})


def test_the_sha1_header_of_meta_alone_is_refused():
    file = "facebook/01_page_feed_comment_add.json"
    headers = {"X-Hub-Signature": SIGNED["files"][file]["X-Hub-Signature"]}
    with pytest.raises(SignatureMismatch):
        verify("facebook", body_of(file), headers, SECRETS)


def test_either_signature_of_x_is_enough_but_a_wrong_one_beside_it_is_too_much():
    file = "x/04_xaa_post_delete.json"
    old, new = "X-Twitter-Webhooks-Signature", "X-Twitter-Webhooks-Signature-OAuth2"
    headers = SIGNED["files"][file]
    verify("x", body_of(file), {new: headers[new]}, SECRETS)
    verify("x", body_of(file), {old: headers[old]}, SECRETS)
    with pytest.raises(SignatureMismatch):
        verify("x", body_of(file), {old: headers[old], new: headers[old]}, SECRETS)


def hub(method: str, secret: bytes) -> dict[str, str]:
    return {"X-Hub-Signature": f"{method}={hmac.new(secret, b'<feed/>', method).hexdigest()}"}


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_websub_may_use_any_method_of_its_standard(method):
    verify("feeds", b"<feed/>", hub(method, SECRETS["websub_secret"]), SECRETS)


def test_websub_may_use_no_other_method():
    with pytest.raises(SignatureMismatch):
        verify("feeds", b"<feed/>", hub("md5", SECRETS["websub_secret"]), SECRETS)


def test_mastodon_signs_with_sha256_only():
    with pytest.raises(SignatureMismatch):
        verify("mastodon", b"<feed/>", hub("sha1", SECRETS["mastodon_webhook_secret"]), SECRETS)


def test_a_platform_that_signs_nothing_is_never_verified():
    with pytest.raises(UnknownPlatform):
        verify("reddit", b"{}", {}, SECRETS)


def signed_form(
    payload: dict[str, object], secret: bytes = SECRETS["meta_app_secret"], *, padded: bool = False
) -> bytes:
    encoded = base64.urlsafe_b64encode(json.dumps(payload).encode())
    signature = base64.urlsafe_b64encode(
        hmac.digest(secret, encoded if padded else encoded.rstrip(b"="), hashlib.sha256)
    )
    parts = (signature, encoded) if padded else (signature.rstrip(b"="), encoded.rstrip(b"="))
    return b"signed_request=" + b".".join(parts)


def test_the_deletion_callback_is_signed_inside_its_form():
    verify("facebook", CALLBACK, {}, SECRETS)


@pytest.mark.parametrize("padded", [True, False])
def test_a_signed_request_may_be_padded(padded):
    verify("facebook", signed_form({"user_id": "1", "algorithm": "HMAC-SHA256"}, padded=padded), {}, SECRETS)


FORGED = [
    pytest.param(signed_form({"user_id": "1", "algorithm": "HMAC-SHA256"}, b"another secret"), id="another secret"),
    pytest.param(signed_form({"user_id": "1", "algorithm": "none"}), id="another algorithm"),
    pytest.param(signed_form({"user_id": "1"}), id="no algorithm"),
    pytest.param(CALLBACK.replace(b"=UmFv", b"=UmFw"), id="another signature"),
    pytest.param(CALLBACK[:-4], id="a cut payload"),
    pytest.param(b"signed_request=.eyJhIjoxfQ", id="no signature"),
    pytest.param(b"signed_request=abc", id="no payload"),
    pytest.param(b"signed_request=a.b&signed_request=c.d", id="two of them"),
]


@pytest.mark.parametrize("body", FORGED)
def test_a_forged_callback_is_refused(body):
    with pytest.raises(SignatureMismatch):
        verify("facebook", body, {}, SECRETS)


def test_a_header_does_not_help_a_forged_callback():
    body = signed_form({"user_id": "1", "algorithm": "HMAC-SHA256"}, b"another secret")
    header = "sha256=" + hmac.new(SECRETS["meta_app_secret"], body, "sha256").hexdigest()
    with pytest.raises(SignatureMismatch):
        verify("facebook", body, {"X-Hub-Signature-256": header}, SECRETS)


# ------------------------------------------------------------------ challenges


def test_x_gets_the_hmac_of_its_token():
    answer = challenge_response("x", {"crc_token": SIGNED["x_crc"]["crc_token"]}, SECRETS)
    assert json.loads(answer.body) == {"response_token": SIGNED["x_crc"]["response_token"]}
    assert answer.media_type == "application/json"


def test_linkedin_gets_its_code_and_the_hmac_of_it():
    challenge = SIGNED["linkedin_challenge"]
    answer = challenge_response("linkedin", {"challengeCode": challenge["challengeCode"]}, SECRETS)
    assert json.loads(answer.body) == challenge


def subscription(**more: str) -> dict[str, str]:
    return {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "agreed", **more}


def test_meta_gets_its_challenge_back_as_plain_text():
    answer = challenge_response("facebook", subscription(), {"meta_verify_token": b"agreed"})
    assert (answer.body, answer.media_type) == ("1158201444", "text/plain")


REFUSED = [
    pytest.param("x", {}, id="X without token"),
    pytest.param("x", {"crc_token": ""}, id="X with an empty token"),
    pytest.param("x", {"crc_token": '{"data":{}}'}, id="X asked to sign the body of a delivery"),
    pytest.param("x", {"crc_token": "a" * 201}, id="X with an endless token"),
    pytest.param("linkedin", {"challengeCode": "hmacsha256=17"}, id="LinkedIn asked to sign a delivery"),
    pytest.param("facebook", subscription(**{"hub.verify_token": "guess"}), id="Meta with another token"),
    pytest.param("facebook", subscription(**{"hub.verify_token": "ü"}), id="Meta with a token beyond ASCII"),
    pytest.param("facebook", subscription(**{"hub.mode": "unsubscribe"}), id="Meta with another mode"),
    pytest.param("facebook", subscription(**{"hub.challenge": "<script>"}), id="Meta with markup to echo"),
    pytest.param("facebook", {}, id="Meta with nothing"),
]


@pytest.mark.parametrize(("platform", "query"), REFUSED)
def test_a_challenge_that_is_not_right_is_refused(platform, query):
    with pytest.raises(ChallengeRefused):
        challenge_response(platform, query, {**SECRETS, "meta_verify_token": b"agreed"})


def test_without_a_secret_no_challenge_is_answered():
    with pytest.raises(MissingSecret):
        challenge_response("x", {"crc_token": "abc"}, {})
    with pytest.raises(MissingSecret):
        challenge_response("facebook", subscription(**{"hub.verify_token": ""}), {"meta_verify_token": b""})


def test_other_platforms_ask_nothing():
    with pytest.raises(UnknownPlatform):
        challenge_response("mastodon", {}, SECRETS)

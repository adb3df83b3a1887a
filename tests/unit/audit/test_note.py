import pytest

from audit.checkpoint import Checkpoint
from audit.encoding import decode_base64, encode_base64
from audit.errors import KeyMalformed
from audit.faults import HeadBody, HeadEmpty, HeadRoot, HeadSize, NoteMalformed, NoteSignature, NoteUnknown
from audit.merkle import EMPTY_ROOT
from audit.note import cosign, log_key, open_note, sign_log, signature_line, witness_key
from audit.vkey import VerifierKey, parse_vkey

ORIGIN = "placet/acme-gmbh/1"
WITNESS = "dpo.acme-gmbh.example/w1"
LOG_SEED = bytes.fromhex("f1b3344b91db9a9777a90c508ab8d3db47f0720054e9189411ed564e88b52176")
WITNESS_SEED = bytes.fromhex("6fa6022fa4d40de7b0348bfb784020173e070d9e3bf7e0c8c0f13534685f5234")
KEYS = [log_key(LOG_SEED, ORIGIN), witness_key(WITNESS_SEED, WITNESS)]
TEXT = f"{ORIGIN}\n2\nL7V1u5iVwHKAY2wVoOfw7fBqqkJqOstE4h+pK3RowH8=\n"
NOTE = sign_log(LOG_SEED, ORIGIN, TEXT) + cosign(WITNESS_SEED, WITNESS, TEXT, 1_790_000_400)


def test_worked_example_is_signed_to_the_byte() -> None:
    assert NOTE == (
        TEXT + "\n"
        "— placet/acme-gmbh/1 f1HP5wuHvSe3l1KKOFcWIUFWf6FsrsxAon5/BihXoltVVaCF76b8M/OfOMMq6NJY1Cy4gJnSlHFGYbeUoqJy75Xc"
        "PQc=\n"
        "— dpo.acme-gmbh.example/w1 gIP7gwAAAABqsT0QEcj63AozpOxdMTSnyaReTxrb0A7h0PSiX6kJ5bEFemgiRpnPxAfd7ezvl+Fgg0"
        "OGC/sm2HEChQ/YCHyceTWkBg==\n"
    )


def test_keys_of_the_worked_example_have_their_texts() -> None:
    assert [key.text() for key in KEYS] == [
        "placet/acme-gmbh/1+7f51cfe7+AS+ldVntqIROUMd+csExyzj6IXoXDlLYK7FPUcsTk7Av",
        "dpo.acme-gmbh.example/w1+8083fb83+BPiqTYMZCdP/Zs6xUZv3xeQ9LL6xCalsm60DaoLp3O53",
    ]
    assert [parse_vkey(key.text()) for key in KEYS] == KEYS


def test_note_opens_with_each_of_its_keys() -> None:
    assert [one.time for one in open_note(NOTE.encode(), KEYS).signatures] == [None, 1_790_000_400]
    assert open_note(NOTE.encode(), KEYS[:1]).text == TEXT
    assert open_note(NOTE.encode(), KEYS[1:]).text == TEXT


def test_stranger_cannot_open_a_note() -> None:
    with pytest.raises(NoteUnknown):
        open_note(NOTE.encode(), [log_key(bytes(32), ORIGIN)])


def test_broken_line_of_a_known_key_refuses_the_whole_note() -> None:
    forged = sign_log(LOG_SEED, ORIGIN, TEXT) + cosign(WITNESS_SEED, WITNESS, TEXT + "x\n", 1)
    with pytest.raises(NoteSignature):
        open_note(forged.encode(), KEYS)


def test_unknown_lines_and_repeated_lines_are_ignored() -> None:
    line = signature_line(LOG_SEED, ORIGIN, TEXT)
    stranger = signature_line(bytes(32), "stranger.example", "something else\n")
    opened = open_note((TEXT + "\n" + stranger + line + line).encode(), KEYS)
    assert [one.key for one in opened.signatures] == KEYS[:1]


def test_signature_of_the_log_is_none_of_the_witness() -> None:
    blob = decode_base64(sign_log(LOG_SEED, ORIGIN, TEXT).rsplit(" ", 1)[1].strip())
    posing = VerifierKey(ORIGIN, 4, KEYS[0].public)
    line = f"— {ORIGIN} {encode_base64(posing.key_id + blob[4:])}\n"
    with pytest.raises(NoteSignature):
        open_note((TEXT + "\n" + line).encode(), [posing])


LINE = signature_line(LOG_SEED, ORIGIN, TEXT)


@pytest.mark.parametrize(
    "note",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xff" + NOTE.encode(), id="no UTF-8"),
        pytest.param(NOTE.replace("\n", "\r\n").encode(), id="carriage returns"),
        pytest.param((TEXT + "\n").encode(), id="no signature line"),
        pytest.param((TEXT + LINE).encode(), id="no empty line"),
        pytest.param(NOTE[:-1].encode(), id="last line does not end"),
        pytest.param((TEXT + "\n" + LINE.replace("—", "-")).encode(), id="hyphen"),
        pytest.param((TEXT + "\n" + LINE.replace("— ", "—\u00a0")).encode(), id="no-break space after the dash"),
        pytest.param((TEXT + "\n" + LINE + "— a+b AAAAAAA=\n").encode(), id="plus sign in a name"),
        pytest.param((TEXT + "\n" + LINE + "— a\u2003b AAAAAAA=\n").encode(), id="wide space in a name"),
        pytest.param((TEXT + "\n" + LINE + "—  AAAAAAA=\n").encode(), id="empty name"),
        pytest.param((TEXT + "\n" + LINE + "— a AAAAAA==\n").encode(), id="signature of four bytes"),
        pytest.param((TEXT + "\n" + LINE + "— a AAAAAAA=\n" * 100).encode(), id="101 lines"),
        pytest.param((TEXT + "\n" + LINE + "\n").encode(), id="empty line at the end"),
    ],
)
def test_broken_form_is_refused(note: bytes) -> None:
    with pytest.raises(NoteMalformed):
        open_note(note, KEYS)


def test_cosignature_beyond_its_last_time_is_refused() -> None:
    note = TEXT + "\n" + cosign(WITNESS_SEED, WITNESS, TEXT, 2**62 + 1)
    with pytest.raises(NoteSignature):
        open_note(note.encode(), KEYS)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("a+7f51cfe7", id="two parts"),
        pytest.param(KEYS[0].text().replace("7f51cfe7", "7f51cfe8"), id="another id"),
        pytest.param(KEYS[0].text().replace("7f51cfe7", "7F51CFE7"), id="id in capitals"),
        pytest.param(KEYS[0].text().replace("acme", "acne"), id="another name"),
        pytest.param(KEYS[0].text()[:-4], id="30 bytes"),
        pytest.param("+" + KEYS[0].text().split("+", 1)[1], id="no name"),
    ],
)
def test_malformed_keys_are_refused(text: str) -> None:
    with pytest.raises(KeyMalformed):
        parse_vkey(text)


def test_checkpoint_comes_back_as_it_went() -> None:
    assert Checkpoint.parse(TEXT).text() == TEXT
    assert Checkpoint.parse(TEXT + "an extension\n") == Checkpoint.parse(TEXT)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        pytest.param("a\n1\n", HeadBody, id="two lines"),
        pytest.param(TEXT + "\n", HeadBody, id="an empty line"),
        pytest.param(TEXT + "x", HeadBody, id="a line without end"),
        pytest.param(TEXT.replace("\n2\n", "\n02\n"), HeadSize, id="leading zero"),
        pytest.param(TEXT.replace("\n2\n", "\n+2\n"), HeadSize, id="sign"),
        pytest.param(TEXT.replace("H8=", "H9="), HeadRoot, id="spare bits"),
        pytest.param(TEXT.replace("\n2\n", "\n0\n"), HeadEmpty, id="size 0 with a root"),
    ],
)
def test_other_checkpoints_are_refused(text: str, fault: type[Exception]) -> None:
    with pytest.raises(fault):
        Checkpoint.parse(text)


def test_empty_log_has_a_checkpoint() -> None:
    assert Checkpoint.parse(Checkpoint(ORIGIN, 0, EMPTY_ROOT).text()).size == 0

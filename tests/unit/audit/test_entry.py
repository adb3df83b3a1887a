import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.commitment import commitment, subject_tag
from audit.encoding import encode_base64
from audit.entry import MAX_ENTRY_BYTES, EntryShape, encode_entry, parse_entry, writer_form_faults
from audit.errors import CommitmentRefused, EntryRefused, TooLarge
from audit.faults import EntryFault, EntryJson, EntryMember, EntryType
from audit.merkle import leaf_hash

ID = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
LATER_ID = "b4c8f1d2-6a3e-4f70-9d15-2e8a7c6b5a49"
AT = datetime(2026, 9, 21, 14, 0, 17, 42, tzinfo=UTC)
TAG = "ce24e9ef893c053b090e2c6e26157e9c2e5bf9ac5f12a883e0a37d179253dbf2"
TAG_KEY = bytes(range(0x20, 0x40))
WORKED_EXAMPLE = (
    b'{"v":1,"id":"7c9e6679-7425-40de-944b-e07fc1f90ae7","t":"2026-09-21T14:00:17.000042Z","type":"consent.granted",'
    b'"pub":{"channel":"email","purpose":"newsletter","policy":"2026-03"},"com":{"subject":'
    b'"72NGIxoQqyCdMD33PuwNeP4TziqhuTe92VGfmgYhkks=","ip":"ohcEzviq0XgAt7oa9O5r2OF3bqzVu1c/hqoGGiNVwYQ="},'
    b'"tag":"ce24e9ef893c053b090e2c6e26157e9c2e5bf9ac5f12a883e0a37d179253dbf2"}'
)


def encode(**changes: Any) -> bytes:
    members = {"id": ID, "at": AT, "type": "consent.granted", "pub": {"channel": "email"}, "com": {}, "tag": TAG}
    return encode_entry(**{**members, **changes})


def erasure(*events: object, **changes: Any) -> bytes:
    pub = {"basis": "Art.17(1)(b)", "request": "R-7", "method": "shred", "events": list(events)}
    return encode(id=LATER_ID, type="erasure.executed", pub=pub, **changes)


def test_worked_example_is_written_to_the_byte() -> None:
    salt, decoy_salt = bytes(range(0x20)), bytes(range(0x40, 0x60))
    com = {
        "subject": encode_base64(commitment(ID, "subject", b"alice@example.org", salt)),
        "ip": encode_base64(commitment(ID, "ip", b"", decoy_salt)),
    }
    pub = {"channel": "email", "purpose": "newsletter", "policy": "2026-03"}
    entry = encode(pub=pub, com=com, tag=subject_tag(TAG_KEY, ID).hex())
    assert entry == WORKED_EXAMPLE
    assert encode_base64(leaf_hash(entry)) == "dhCtFvIhz/+txc/QjakJuw2SWoKi0ccNsRoV0xNE63M="


def test_commitment_to_text_beyond_ascii_is_to_its_utf8() -> None:
    computed = commitment(ID, "name", "Zoë 😀".encode(), bytes(32))
    assert computed.hex() == "cd9c70dfd20589b756815cbead3d7f469bedbf419e7be0620793254dbe966d9b"


@pytest.mark.parametrize("length", [0, 31, 33])
def test_salt_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(CommitmentRefused):
        commitment(ID, "subject", b"", bytes(length))


def test_tag_key_of_another_length_is_refused() -> None:
    with pytest.raises(CommitmentRefused):
        subject_tag(bytes(31), ID)


@pytest.mark.parametrize(
    ("at", "text"),
    [
        pytest.param(AT, "2026-09-21T14:00:17.000042Z", id="microseconds with six digits"),
        pytest.param(AT.replace(microsecond=0), "2026-09-21T14:00:17.000000Z", id="six zeros"),
        pytest.param(
            AT.astimezone(timezone(timedelta(hours=2))), "2026-09-21T14:00:17.000042Z", id="another zone becomes UTC"
        ),
        pytest.param(datetime(999, 1, 1, tzinfo=UTC), "0999-01-01T00:00:00.000000Z", id="a year of four digits"),
    ],
)
def test_time_is_written_in_utc(at: datetime, text: str) -> None:
    assert parse_entry(encode(at=at)).t == text


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"id": ID.upper()}, id="id in capitals"),
        pytest.param({"id": ID.replace("-", "")}, id="id without hyphens"),
        pytest.param({"at": AT.replace(tzinfo=None)}, id="time without zone"),
        pytest.param({"type": "granted"}, id="type of one name"),
        pytest.param({"type": "consent.Granted"}, id="type with a capital"),
        pytest.param({"type": "a." + "b" * 63}, id="type of 65 characters"),
        pytest.param({"type": "consent.granted\n"}, id="type with a line end"),
        pytest.param({"pub": {"Channel": 1}}, id="name with a capital"),
        pytest.param({"pub": {"a" * 65: 1}}, id="name of 65 characters"),
        pytest.param({"pub": {1: "x"}}, id="name that is no text"),
        pytest.param({"pub": {"a": {"ip-addr": 1}}}, id="name with a hyphen, deep"),
        pytest.param({"pub": {"a": 1.5}}, id="fraction"),
        pytest.param({"pub": {"a": True}}, id="true"),
        pytest.param({"pub": {"a": None}}, id="null"),
        pytest.param({"pub": {"a": b"x"}}, id="bytes"),
        pytest.param({"pub": {"a": {"x"}}}, id="set"),
        pytest.param({"pub": {"a": 2**53}}, id="integer of 2^53"),
        pytest.param({"pub": {"a": -(2**53)}}, id="integer of -2^53"),
        pytest.param({"pub": {"a": [[[[[[[[1]]]]]]]]}}, id="nine levels"),
        pytest.param({"pub": {"a": "\ud83d"}}, id="half a surrogate pair"),
        pytest.param({"com": {"subject": encode_base64(bytes(31))}}, id="commitment of 31 bytes"),
        pytest.param({"com": {"subject": ""}}, id="empty commitment"),
        pytest.param({"com": {"sub ject": encode_base64(bytes(32))}}, id="field name with a space"),
        pytest.param({"tag": TAG.upper()}, id="tag in capitals"),
        pytest.param({"tag": TAG[:-2]}, id="tag of 31 bytes"),
        pytest.param({"type": "erasure.executed", "pub": {}}, id="erasure without events"),
        pytest.param({"type": "retention.pruned", "pub": {"before": 0}}, id="retention before 0"),
        pytest.param({"type": "retention.pruned", "pub": {"before": 300}}, id="retention before 300"),
        pytest.param({"type": "retention.pruned", "pub": {"before": "256"}}, id="retention bound as text"),
    ],
)
def test_what_has_no_writers_form_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(EntryRefused):
        encode(**changes)


@pytest.mark.parametrize(
    "events",
    [
        pytest.param([], id="no event"),
        pytest.param([ID, ID], id="an event twice"),
        pytest.param([ID, ID[::-1].replace("-", "")], id="no event id"),
        pytest.param(["8" + ID[1:], ID], id="not in order"),
        pytest.param([LATER_ID], id="the entry itself"),
        pytest.param([7], id="a number"),
        pytest.param([f"{n:08x}{ID[8:]}" for n in range(1601)], id="1,601 events"),
    ],
)
def test_erasure_list_of_another_form_is_refused(events: list[object]) -> None:
    with pytest.raises(EntryRefused):
        erasure(*events)


def test_erasure_of_1600_events_fits_an_entry() -> None:
    assert len(erasure(*[f"{n:08x}{ID[8:]}" for n in range(1600)])) <= MAX_ENTRY_BYTES


def test_entry_of_65536_bytes_is_refused() -> None:
    room = MAX_ENTRY_BYTES - len(encode(pub={"a": ""}))
    assert len(encode(pub={"a": "x" * room})) == MAX_ENTRY_BYTES
    with pytest.raises(TooLarge):
        encode(pub={"a": "x" * (room + 1)})


def test_refusal_does_not_quote_the_value() -> None:
    with pytest.raises(EntryRefused) as caught:
        encode(pub={"a": "ada\ud83d"})
    assert "ada" not in repr(caught.value)
    assert caught.value.__suppress_context__


def test_deep_and_endless_values_are_refused() -> None:
    endless: dict[str, object] = {}
    endless["a"] = endless
    with pytest.raises(EntryRefused):
        encode(pub=endless)


NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
FACTS = st.recursive(
    st.text() | st.integers(min_value=-(2**53) + 1, max_value=2**53 - 1),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(NAMES, FACTS, max_size=4))
def test_what_is_written_is_read_back_in_the_writers_form(pub: dict[str, object]) -> None:
    try:
        data = encode(pub=pub)
    except EntryRefused:
        # Eight levels can be reached by chance; the table above holds that rule.
        return
    assert parse_entry(data).pub == pub
    assert writer_form_faults(data) == []


@given(st.integers(min_value=0, max_value=len(WORKED_EXAMPLE) - 1), st.integers(min_value=0, max_value=255))
def test_changed_entry_is_read_or_refused_and_never_crashes(place: int, byte: int) -> None:
    changed = WORKED_EXAMPLE[:place] + bytes([byte]) + WORKED_EXAMPLE[place + 1 :]
    faults = writer_form_faults(changed)
    try:
        parse_entry(changed)
    except EntryFault:
        assert faults


@pytest.mark.parametrize(
    "text", ["grinning 😀", "e\u0301", "\u00e9", "\uffff", "\u2028", "\x7f", 'a"b\\c', "\x00\x1f\n"]
)
def test_text_is_kept_as_it_is(text: str) -> None:
    data = encode(pub={"a": text})
    assert parse_entry(data).pub["a"] == text
    assert writer_form_faults(data) == []


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        pytest.param(b"", EntryJson, id="no bytes"),
        pytest.param(b"[]", EntryJson, id="an array"),
        pytest.param(b"{}", EntryMember, id="no members"),
        pytest.param(WORKED_EXAMPLE.replace(b'"v":1', b'"v":true'), EntryType, id="v is true"),
        pytest.param(WORKED_EXAMPLE.replace(b'"v":1', b'"v":1.0'), EntryType, id="v is 1.0"),
        pytest.param(WORKED_EXAMPLE.replace(b'"v":1', b'"v":"1"'), EntryType, id="v is a text"),
    ],
)
def test_reader_names_the_rule_that_is_broken(data: bytes, fault: type[EntryFault]) -> None:
    with pytest.raises(fault):
        parse_entry(data)


def test_other_member_order_is_readable_but_not_the_writers() -> None:
    members = dict(reversed(json.loads(WORKED_EXAMPLE).items()))
    data = json.dumps(members, separators=(",", ":")).encode()
    assert parse_entry(data) == parse_entry(WORKED_EXAMPLE)
    assert writer_form_faults(data) == ["the members stand in another order"]


@pytest.mark.parametrize(
    ("pub", "fields"),
    [
        pytest.param({}, (), id="nothing"),
        pytest.param({"count": 3, "purposes": ["a", "b"]}, ("subject", "ip"), id="facts and fields"),
        pytest.param({"note": '"com":{ "t":"1970-01-01T00:00:00.000000Z"'}, ("ip",), id="facts that look like members"),
    ],
)
def test_entries_of_one_shape_are_those_made_one_by_one(pub: dict[str, Any], fields: tuple[str, ...]) -> None:
    commitments = [commitment(ID, name, b"", bytes(32)) for name in fields]
    com = {name: encode_base64(value) for name, value in zip(fields, commitments, strict=True)}
    shape = EntryShape(type="notice.shown", pub=pub, fields=fields)
    single = encode_entry(id=ID, at=AT, type="notice.shown", pub=pub, com=com, tag=TAG)
    assert shape.encode(id=ID, at=AT, commitments=commitments, tag=bytes.fromhex(TAG)) == single


def test_a_shape_is_refused_as_its_entries_would_be() -> None:
    with pytest.raises(EntryRefused):
        EntryShape(type="notice.shown", pub={"count": 1.5}, fields=())
    with pytest.raises(TooLarge):
        EntryShape(type="notice.shown", pub={"note": "x" * MAX_ENTRY_BYTES}, fields=())

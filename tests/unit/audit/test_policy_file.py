import pytest

from audit.errors import AuditError
from audit.faults import PolicyKey, PolicyKeyType, PolicyLine, PolicyTwice, PolicyWithoutLog
from audit.note import log_key, witness_key
from audit.policy_file import parse_policy

LOG = log_key(bytes(32), "placet/acme-gmbh/1")
NEXT_LOG = log_key(bytes([1]) * 32, "placet/acme-gmbh/1")
WITNESS = witness_key(bytes([2]) * 32, "dpo.acme-gmbh.example/w1")
LOG_LINE, NEXT_LINE, WITNESS_LINE = f"log {LOG.text()}", f"log {NEXT_LOG.text()}", f"witness w1 {WITNESS.text()}"


def parsed(*lines: str) -> object:
    return parse_policy("\n".join(lines).encode())


def test_policy_is_read() -> None:
    policy = parse_policy(
        "\n".join(["# mine", "", "origin  other/log/1", LOG_LINE, WITNESS_LINE, "quorum 1", ""]).encode()
    )
    assert (policy.origin, policy.log_keys, policy.witness_keys, policy.quorum) == (
        "other/log/1",
        (LOG,),
        (WITNESS,),
        1,
    )


def test_origin_is_by_default_the_name_of_the_first_log_key_and_no_witness_is_demanded() -> None:
    policy = parse_policy(f"{WITNESS_LINE}\r\n{LOG_LINE} since 2026\r\n{NEXT_LINE}\r\n".encode())
    assert (policy.origin, policy.log_keys, policy.quorum) == (LOG.name, (LOG, NEXT_LOG), 0)


def test_last_origin_and_quorum_count() -> None:
    policy = parse_policy(f"origin a\nquorum 2\n{LOG_LINE}\norigin b\nquorum none\n".encode())
    assert (policy.origin, policy.quorum) == ("b", 0)


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        pytest.param([LOG_LINE, "trust me"], PolicyLine, id="unknown word"),
        pytest.param([LOG_LINE, "Origin a"], PolicyLine, id="capital"),
        pytest.param([LOG_LINE, "origin"], PolicyLine, id="origin without name"),
        pytest.param([LOG_LINE, "origin a b"], PolicyLine, id="origin of two names"),
        pytest.param([LOG_LINE, "quorum"], PolicyLine, id="quorum without number"),
        pytest.param([LOG_LINE, "quorum 01"], PolicyLine, id="quorum with leading zero"),
        pytest.param([LOG_LINE, "quorum all"], PolicyLine, id="quorum in words"),
        pytest.param(["log"], PolicyLine, id="log without key"),
        pytest.param([LOG_LINE, f"witness {WITNESS.text()}"], PolicyLine, id="witness without label"),
        pytest.param(["\ufeff" + LOG_LINE], PolicyLine, id="byte order mark"),
        pytest.param(["log nonsense"], PolicyKey, id="malformed key"),
        pytest.param([LOG_LINE.replace("acme", "acne")], PolicyKey, id="id of another name"),
        pytest.param([f"log {WITNESS.text()}"], PolicyKeyType, id="witness key as log key"),
        pytest.param([LOG_LINE, f"witness w {LOG.text()}"], PolicyKeyType, id="log key as witness key"),
        pytest.param([LOG_LINE, LOG_LINE], PolicyTwice, id="log key twice"),
        pytest.param(
            [LOG_LINE, WITNESS_LINE, WITNESS_LINE.replace("w1", "w2", 1)], PolicyTwice, id="witness key twice"
        ),
        pytest.param([WITNESS_LINE], PolicyWithoutLog, id="no log key"),
        pytest.param([], PolicyWithoutLog, id="empty"),
    ],
)
def test_other_policies_are_refused(lines: list[str], fault: type[AuditError]) -> None:
    with pytest.raises(fault):
        parsed(*lines)


def test_policy_that_is_no_text_is_refused() -> None:
    with pytest.raises(PolicyLine):
        parse_policy(b"\xff")

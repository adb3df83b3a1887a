"""An export holds the whole log up to its head, verifies, and shows only the openings that were chosen."""

import json
import stat
from pathlib import Path

import pytest

from audit.encoding import decode_base64
from audit.erasure import erasure_events, forget_openings
from audit.errors import EntryNotCovered, ExportRefused, NotInLog, SizeNotReached
from audit.events import EventType
from audit.export import EVERYTHING, NOTHING, Exporter, Selection
from audit.ground import Ground
from audit.merkle import leaf_hash, verify_consistency, verify_inclusion
from audit.reader import LogReader
from audit.sequencer import Sequencer
from audit.verify import verify_bundle
from tests.service.audit.test_sequencer import ORIGIN, make_sequencer

SAID = EventType("thing.said", pub=("channel",), fields=("subject", "text"))
ANNA, BERND = "01990000-0000-7000-8000-00000000000a", "01990000-0000-7000-8000-00000000000b"


@pytest.fixture
def sequencer(ground: Ground, tmp_path: Path) -> Sequencer:
    with ground.unit_of_work() as uow:
        for person in (ANNA, BERND):
            ground.subject_keys.create(uow.connection, person)
        for number, person in enumerate([ANNA, BERND, ANNA, None] * 70):
            fields = {"subject": person or "", "text": f"text {number}"}
            uow.record(SAID.event(pub={"channel": "email"}, fields=fields, subject=person))
        uow.commit()
    made = make_sequencer(ground, tmp_path)
    made.drain()
    return made


@pytest.fixture
def exporter(ground: Ground, sequencer: Sequencer) -> Exporter:
    return Exporter(ground, ORIGIN)


def verified(exporter: Exporter, bundle: Path, *, full: bool = False) -> dict[str, int]:
    policy = bundle.parent / "policy.txt"
    policy.write_text(exporter.policy_text())
    report = verify_bundle(bundle, policy, full=full, strict=True)
    assert report.exit_status == 0, report.lines
    counts: dict[str, int] = report.as_dict()["fields"]  # type: ignore[assignment]
    return {verdict: count for verdict, count in counts.items() if count}


@pytest.mark.parametrize(
    ("selection", "shown"),
    [
        pytest.param(NOTHING, 0, id="no openings"),
        pytest.param(EVERYTHING, 560, id="all openings"),
        pytest.param(Selection(fields=frozenset({"text"})), 280, id="one field"),
        pytest.param(Selection(fields=None, subject=ANNA), 280, id="one subject"),
        pytest.param(Selection(fields=None, subject=BERND), 140, id="another subject"),
    ],
)
def test_the_whole_log_is_exported_with_the_chosen_openings(
    exporter: Exporter, tmp_path: Path, selection: Selection, shown: int
) -> None:
    done = exporter.export(tmp_path / "out" / "bundle", selection, actor="dpo")
    assert (done.size, done.openings) == (280, shown)
    assert verified(exporter, done.path).get("DISCLOSED", 0) == shown


def test_a_bundle_is_for_its_owner_only_wherever_it_is_put(exporter: Exporter, tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    done = exporter.export(tmp_path / "out" / "bundle", EVERYTHING, actor="dpo")
    found = [done.path.parent, done.path, *done.path.rglob("*")]
    assert {(path.is_dir(), stat.S_IMODE(path.stat().st_mode)) for path in found} == {(True, 0o700), (False, 0o600)}


def test_an_export_is_logged_and_the_next_one_shows_it(
    exporter: Exporter, sequencer: Sequencer, tmp_path: Path
) -> None:
    exporter.export(tmp_path / "one", NOTHING, actor="dpo")
    sequencer.drain()
    again = exporter.export(tmp_path / "two", EVERYTHING, actor="dpo")
    assert again.size == 281
    assert sorted(path.name for path in (again.path / "checkpoints").iterdir()) == [f"{280:012}"]
    assert b"dpo" in b"".join(
        decode_base64(json.loads(line)["value"]) for line in (again.path / "openings.jsonl").read_bytes().splitlines()
    )


def test_nothing_stands_under_the_name_of_an_export_that_failed(exporter: Exporter, tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(ExportRefused):
        exporter.export(tmp_path / "taken", NOTHING, actor="dpo")
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ExportRefused):
        exporter.export(tmp_path / "file" / "bundle", NOTHING, actor="dpo")
    assert not list(tmp_path.glob(".export-*"))


def test_an_erased_person_counts_as_erased_and_nothing_of_the_others_is_lost(
    ground: Ground, exporter: Exporter, sequencer: Sequencer, tmp_path: Path
) -> None:
    with ground.unit_of_work() as uow:
        keys = ground.subject_keys.get(uow.connection, ANNA)
        events = forget_openings(uow.connection, ANNA, [keys.key_id])
        for event in erasure_events(events, basis="Art.17(1)", request="R-1"):
            uow.record(event)
        uow.commit()
        ground.subject_keys.destroy(uow.connection, ANNA)
        uow.commit(nothing_to_record="the keys of the erased person")
    sequencer.drain()
    done = exporter.export(tmp_path / "bundle", EVERYTHING, actor="dpo")
    assert verified(exporter, done.path, full=True) == {"DISCLOSED": 280, "ERASED": 280}


def test_proofs_for_single_entries_and_for_pairs_of_heads_verify(ground: Ground, exporter: Exporter) -> None:
    reader = LogReader(ground.engine)
    head = reader.get_head().checkpoint
    entries = reader.list_entries(250, 1000)
    assert [entry.index for entry in entries] == list(range(250, 280))
    event_id = json.loads(entries[3].leaf)["id"]
    proof = reader.prove_inclusion(event_id)
    verify_inclusion(leaf_hash(proof.entry.leaf), proof.entry.index, head.size, proof.path, head.root)
    verify_consistency(280, head.root, 280, head.root, reader.prove_consistency(280, 280))
    with pytest.raises(EntryNotCovered):
        reader.prove_inclusion("7c9e6679-7425-40de-944b-e07fc1f90ae7")
    with pytest.raises(SizeNotReached):
        reader.prove_consistency(3, 281)
    with pytest.raises(NotInLog):
        reader.prove_consistency(4, 3)

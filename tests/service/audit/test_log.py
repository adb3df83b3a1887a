"""Appending happens in the caller's transaction: all of it, or nothing."""

from base64 import b64encode

import pytest
from sqlalchemy import func, select

from audit.commitment import commitment, subject_tag
from audit.entry import parse_entry
from audit.errors import EntryRefused, NothingRecorded, SubjectErased, UnknownField
from audit.events import EventType
from audit.ground import Ground
from audit.log import opening_aad
from audit.sealing import open_sealed
from audit.subject_keys import SubjectKeys
from audit.tables import event_table, opening_table, pending_table, subject_event_table
from audit.unit_of_work import UnitOfWork

SHOWN = EventType("notice.shown", pub=("channel", "count"), fields=("subject", "ip"))
PERSON = "01990000-0000-7000-8000-000000000001"


def rows(ground: Ground) -> tuple[int, ...]:
    tables = (event_table, pending_table, opening_table, subject_event_table)
    with ground.reading() as session:
        return tuple(session.scalar(select(func.count()).select_from(table)) or 0 for table in tables)


def with_person(ground: Ground) -> str:
    with ground.unit_of_work() as uow:
        ground.subject_keys.create(uow.connection, PERSON)
        uow.commit(nothing_to_record="test set-up")
    return PERSON


def newest(ground: Ground, uow: UnitOfWork) -> dict[str, SubjectKeys]:
    return {pid: keys[-1] for pid, keys in ground.subject_keys.list_of(uow.connection, [PERSON]).items()}


def test_an_entry_commits_with_its_openings_pending_row_and_subject_index(ground: Ground) -> None:
    with_person(ground)
    with ground.unit_of_work() as uow:
        uow.record(SHOWN.event(pub={"channel": "email"}, fields={"subject": PERSON}, subject=PERSON))
        uow.commit()
    assert rows(ground) == (1, 1, 2, 1)


def test_many_entries_are_as_many_single_ones_and_numbers_go_on(ground: Ground) -> None:
    with_person(ground)
    about, of_nobody = SHOWN.event(subject=PERSON), SHOWN.event(pub={"count": 1})
    for _ in range(2):
        with ground.unit_of_work() as uow:
            uow.record_many([about, of_nobody, about], newest(ground, uow))
            uow.record(of_nobody)
            uow.commit()
    assert rows(ground) == (8, 8, 16, 4)
    with ground.reading() as session:
        entries = {row.n: row.id for row in session.execute(select(event_table))}
        assert set(session.scalars(select(pending_table.c.n))) == set(entries)
        assert set(session.scalars(select(subject_event_table.c.n))) <= set(entries)
        assert set(session.scalars(select(opening_table.c.event))) == set(entries.values())


def test_leaving_without_commit_writes_nothing(ground: Ground) -> None:
    with_person(ground)
    with ground.unit_of_work() as uow:
        uow.record(SHOWN.event(pub={"channel": "email"}, fields={"subject": PERSON}, subject=PERSON))
    assert rows(ground) == (0, 0, 0, 0)


def test_a_change_without_a_record_is_refused(ground: Ground) -> None:
    with pytest.raises(NothingRecorded), ground.unit_of_work() as uow:
        uow.commit()


@pytest.mark.parametrize("at_once", [pytest.param(False, id="one"), pytest.param(True, id="many")])
def test_every_field_of_the_type_is_committed_and_its_opening_fits(ground: Ground, *, at_once: bool) -> None:
    with_person(ground)
    event = SHOWN.event(pub={"count": 3}, fields={"subject": PERSON}, subject=PERSON)
    with ground.unit_of_work() as uow:
        if at_once:
            (event_id,) = uow.record_many([event], newest(ground, uow))
        else:
            event_id = uow.record(event)
        uow.commit()
    with ground.unit_of_work() as uow:
        keys = ground.subject_keys.get(uow.connection, PERSON)
        leaf = select(event_table.c.leaf).where(event_table.c.id == event_id)
        entry = parse_entry(uow.connection.scalar(leaf) or b"")
        boxes = uow.connection.execute(select(opening_table)).all()
    assert entry.pub == {"count": 3}
    assert list(entry.com) == ["subject", "ip"]
    assert entry.tag == subject_tag(keys.tag_key, event_id).hex()
    for box in boxes:
        opened = open_sealed(keys.box_key, box.box, opening_aad(event_id, box.field))
        salt, value = opened[:32], opened[32:]
        assert value == (PERSON.encode() if box.field == "subject" else b"")
        assert entry.com[box.field] == b64encode(commitment(event_id, box.field, value, salt)).decode()


@pytest.mark.parametrize(
    ("pub", "fields"),
    [
        pytest.param({"channel": "x" * 65_536}, {}, id="entry over 65,535 bytes"),
        pytest.param({}, {"ip": b"x" * 65_536}, id="value over 65,535 bytes"),
        pytest.param({"channel": "half \ud800"}, {}, id="half a surrogate pair"),
    ],
)
def test_what_has_no_writers_form_is_refused_and_nothing_is_written(
    ground: Ground, pub: dict[str, str], fields: dict[str, bytes]
) -> None:
    with pytest.raises(EntryRefused), ground.unit_of_work() as uow:
        uow.record(SHOWN.event(pub=pub, fields=fields))
    assert rows(ground) == (0, 0, 0, 0)


def test_a_type_takes_only_its_own_facts_and_fields() -> None:
    with pytest.raises(UnknownField):
        SHOWN.event(pub={"name": "x"})
    with pytest.raises(UnknownField):
        SHOWN.event(fields={"email": "x"})


def test_a_field_with_half_a_surrogate_pair_is_refused() -> None:
    with pytest.raises(EntryRefused):
        SHOWN.event(fields={"ip": "half \ud800"})


def test_nothing_can_be_logged_under_a_person_whose_keys_are_destroyed(ground: Ground) -> None:
    with_person(ground)
    with ground.unit_of_work() as uow:
        ground.subject_keys.destroy(uow.connection, PERSON)
        uow.commit(nothing_to_record="test set-up")
    with pytest.raises(SubjectErased), ground.unit_of_work() as uow:
        uow.record(SHOWN.event(subject=PERSON))
    with pytest.raises(SubjectErased), ground.unit_of_work() as uow:
        uow.record_many([SHOWN.event(subject=PERSON)], newest(ground, uow))

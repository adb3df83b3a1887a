"""An erasure shuts the gate, removes the rows, destroys the keys; killed anywhere, it is taken up again."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import func, select

from audit.errors import SubjectErased
from audit.events import EventType
from audit.export import EVERYTHING, Exporter
from audit.ground import Ground
from audit.tables import event_table, opening_table, subject_event_table
from audit.unit_of_work import UnitOfWork
from audit.verify import verify_bundle
from retention.erasure import Erasure, ErasureService, ErasureState
from tests.service.audit.test_sequencer import ORIGIN, make_sequencer

ANNA, BERND = "01990000-0000-7000-8000-00000000000a", "01990000-0000-7000-8000-00000000000b"
SAID = EventType("thing.said", fields=("subject", "text"))


class Rows:
    """The rows of a package: counts what is left, and dies where it is told to."""

    def __init__(self, *, dies_in: str = "") -> None:
        self.closed: list[str] = []
        self.removed: list[str] = []
        self.dies_in = dies_in

    def close(self, uow: UnitOfWork, subject_id: str) -> None:
        self._die("close")
        self.closed.append(subject_id)

    def remove(self, uow: UnitOfWork, subject_id: str) -> Mapping[str, int]:
        self._die("remove")
        self.removed.append(subject_id)
        return {"posts": 2}

    def _die(self, step: str) -> None:
        if self.dies_in == step:
            raise InterruptedError(step)


@pytest.fixture
def people(ground: Ground) -> Ground:
    with ground.unit_of_work() as uow:
        for person in (ANNA, BERND):
            ground.subject_keys.create(uow.connection, person)
            uow.record(SAID.event(fields={"subject": person, "text": "hello"}, subject=person))
        uow.commit()
    return ground


def erase(service: ErasureService) -> Erasure:
    return service.erase(ANNA, basis="Art.17(1)(b)", request="R-7", actor="dpo")


def left(ground: Ground, person: str) -> int:
    with ground.reading() as session:
        return session.scalar(select(func.count()).where(subject_event_table.c.pid == person)) or 0


def test_rows_index_openings_and_keys_go_and_the_others_stay(people: Ground) -> None:
    done = erase(ErasureService(people, [Rows()]))
    assert (done.state, done.counts["posts"], done.counts["log_entries"]) == (ErasureState.DONE, 2, 2)
    assert (left(people, ANNA), left(people, BERND)) == (0, 1)
    with people.unit_of_work() as uow:
        with pytest.raises(SubjectErased):
            people.subject_keys.get(uow.connection, ANNA)
        assert people.subject_keys.get(uow.connection, BERND)


def test_an_erased_person_is_remembered_without_being_known(people: Ground) -> None:
    service = ErasureService(people, [Rows()])
    erase(service)
    assert (service.was_erased(ANNA), service.was_erased(BERND)) == (True, False)


def test_erasing_again_what_is_erased_returns_the_first_erasure(people: Ground) -> None:
    service = ErasureService(people, [Rows()])
    assert erase(service) == erase(service)


def test_erasing_twice_is_the_same_erasure_while_it_runs(people: Ground) -> None:
    rows = Rows(dies_in="remove")
    with pytest.raises(InterruptedError):
        erase(ErasureService(people, [rows]))
    assert left(people, ANNA) == 2
    rows.dies_in = ""
    assert erase(ErasureService(people, [rows])).state is ErasureState.DONE
    assert rows.closed == [ANNA]


@pytest.mark.parametrize(
    ("step", "state"),
    [pytest.param("close", None, id="before the gate is shut"), pytest.param("remove", ErasureState.DONE, id="after")],
)
def test_what_was_interrupted_is_taken_up_again(people: Ground, step: str, state: ErasureState | None) -> None:
    with pytest.raises(InterruptedError):
        erase(ErasureService(people, [Rows(dies_in=step)]))
    resumed = ErasureService(people, [Rows()]).resume()
    assert [erasure.state for erasure in resumed] == ([state] if state else [])


def test_what_was_begun_in_a_transaction_of_others_is_carried_on_or_was_never_begun(people: Ground) -> None:
    service = ErasureService(people, [Rows()])
    for commits in (False, True):
        assert service.carry_on(ANNA) is None
        with people.unit_of_work() as uow:
            service.begin(uow, ANNA, basis="Art.17(1)", request="E-1", actor="crm")
            if commits:
                uow.commit()
    assert left(people, ANNA) == 2
    done = service.carry_on(ANNA)
    assert done is not None
    assert (done.state, done.counts["posts"], left(people, ANNA)) == (ErasureState.DONE, 2, 0)
    assert service.carry_on(ANNA) is None
    assert erase(service) == done


def test_one_erasure_carried_out_by_several_at_the_same_time_is_done_once(people: Ground) -> None:
    rows, together = Rows(), Barrier(3)
    service = ErasureService(people, [rows])

    def run(_: int) -> Erasure:
        together.wait()
        return erase(service)

    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(run, range(3)))
    assert {erasure.id for erasure in done} == {done[0].id}
    assert rows.removed == [ANNA]
    with people.reading() as session:
        kinds = session.scalars(select(event_table.c.type).order_by(event_table.c.n)).all()
    assert [kinds.count(kind) for kind in ("erasure.started", "erasure.executed", "erasure.completed")] == [1, 1, 1]
    assert {service.get(erasure.id).state for erasure in done} == {ErasureState.DONE}


def test_keys_that_outlived_their_rows_go_with_the_next_resume(people: Ground) -> None:
    class DiesBeforeKeys(ErasureService):
        def _finish(self, erasure_id: str, subject_id: str) -> None:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        erase(DiesBeforeKeys(people, [Rows()]))
    assert left(people, ANNA) == 0
    (erasure,) = ErasureService(people, [Rows()]).resume()
    assert erasure.state is ErasureState.DONE
    with people.unit_of_work() as uow, pytest.raises(SubjectErased):
        people.subject_keys.get(uow.connection, ANNA)


def test_the_exported_log_says_erased_and_verifies(people: Ground, tmp_path: Path) -> None:
    erase(ErasureService(people, [Rows()]))
    with people.reading() as session:
        assert session.scalar(select(func.count()).select_from(opening_table)) == 2
    make_sequencer(people, tmp_path).drain()
    exporter = Exporter(people, ORIGIN)
    (tmp_path / "policy.txt").write_text(exporter.policy_text())
    bundle = exporter.export(tmp_path / "bundle", EVERYTHING, actor="dpo").path
    report = verify_bundle(bundle, tmp_path / "policy.txt", full=True, strict=True)
    assert report.exit_status == 0, report.lines
    assert report.as_dict()["fields"]["ERASED"] == 4  # type: ignore[index]

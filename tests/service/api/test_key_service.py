"""The keys of an installation are made once, and rotated without touching what is sealed under them."""

import json
import stat
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import delete, select, update

from api.bootstrap import Services, build
from api.errors import CannotRun
from api.key_service import init_keys, rotate_keys
from api.settings import Settings
from audit.errors import MissingKey
from audit.ground import Ground
from audit.ids import new_id
from audit.installation_secrets import BASIC_SECRETS, LOG_SEED
from audit.key_ring import KeyRing
from audit.rewrapping import BATCH, is_all_under, is_under, rewrap_subjects
from audit.subject_keys import key_file_engine
from audit.tables import event_table, secret_table, subject_table


@pytest.fixture
def opened() -> Iterator[Callable[[Settings], Services]]:
    """Build services over an installation, and close what they opened."""
    made: list[Services] = []

    def build_and_remember(settings: Settings) -> Services:
        made.append(build(settings))
        return made[-1]

    yield build_and_remember
    for services in made:
        services.close()


def new_subject(ground: Ground) -> str:
    pid = new_id()
    with ground.unit_of_work() as uow:
        ground.subject_keys.create(uow.connection, pid)
        uow.commit(nothing_to_record="test")
    return pid


def types(services: Services) -> list[str]:
    with services.ground.engine.connect() as connection:
        return list(connection.scalars(select(event_table.c.type).order_by(event_table.c.n)))


def test_making_keys_twice_makes_them_once(settings: Settings, opened: Callable[[Settings], Services]) -> None:
    first, second = init_keys(settings), init_keys(settings)
    assert first.key_file
    assert set(first.secrets) == set(BASIC_SECRETS)
    assert (second.key_file, second.secrets, second.active) == (False, (), first.active)
    assert stat.S_IMODE(settings.key_file.stat().st_mode) == 0o600
    assert types(opened(settings)) == ["installation.keyed"]


def test_a_lost_key_file_is_not_replaced(settings: Settings) -> None:
    init_keys(settings)
    settings.key_file.unlink()
    with pytest.raises(CannotRun, match="backup"):
        init_keys(settings)
    assert not settings.key_file.exists()


def test_rotation_wraps_everything_again_and_changes_nothing_else(
    settings: Settings, opened: Callable[[Settings], Services]
) -> None:
    init_keys(settings)
    before = opened(settings)
    pids = [new_subject(before.ground) for _ in range(3)]
    with before.ground.engine.connect() as connection:
        keys = [before.ground.subject_keys.find(connection, pid) for pid in pids]
    seed = before.ground.secrets.get(LOG_SEED)
    done = rotate_keys(settings)
    assert (done.subjects, done.secrets, done.resumed) == (3, len(BASIC_SECRETS), False)
    after = opened(settings)
    assert is_all_under(after.ground.engine, KeyRing.load(settings.key_file))
    with after.ground.engine.connect() as connection:
        assert [after.ground.subject_keys.find(connection, pid) for pid in pids] == keys
    assert after.ground.secrets.get(LOG_SEED) == seed
    assert types(after)[-2:] == ["keys.rotated", "keys.rewrapped"]


def test_a_running_process_goes_on_through_a_rotation(
    settings: Settings, opened: Callable[[Settings], Services]
) -> None:
    init_keys(settings)
    running = opened(settings)
    pid = new_subject(running.ground)
    rotate_keys(settings)
    with running.ground.engine.connect() as connection:
        assert running.ground.subject_keys.find(connection, pid) is not None
    later = new_subject(running.ground)
    with opened(settings).ground.engine.connect() as connection:
        assert running.ground.subject_keys.find(connection, later) is not None


def test_a_rotation_that_was_broken_off_is_finished_without_another_key(
    settings: Settings, opened: Callable[[Settings], Services]
) -> None:
    init_keys(settings)
    services = opened(settings)
    new_subject(services.ground)
    # The file is saved, and then the process dies.
    half = KeyRing.load(settings.key_file).rotated()
    half.save(settings.key_file)
    done = rotate_keys(settings)
    assert (done.resumed, done.active) == (True, half.active)
    assert (done.subjects, done.secrets) == (1, len(BASIC_SECRETS))
    assert is_all_under(services.ground.engine, half)


def test_wrapping_again_goes_in_bounded_batches_and_can_stop_after_any(
    settings: Settings, opened: Callable[[Settings], Services]
) -> None:
    init_keys(settings)
    ground = opened(settings).ground
    pid = new_subject(ground)
    own = key_file_engine(ground.engine) if ground.engine.dialect.name == "sqlite" else ground.engine
    ring = KeyRing.load(settings.key_file)
    with own.begin() as connection:
        row = dict(connection.execute(select(subject_table)).mappings().one())
        many = [{**row, "key_id": f"k{place:06}", "epoch": place + 2} for place in range(BATCH + 1)]
        connection.execute(subject_table.insert(), many)
        # Only rows that open under the old key can be wrapped again.
        for changed in many:
            aad = _aad(pid, changed["epoch"])
            connection.execute(
                update(subject_table)
                .where(subject_table.c.key_id == changed["key_id"])
                .values(wrapped=ring.wrap(b"x" * 64, aad))
            )
    new = ring.rotated()
    batches = rewrap_subjects(ground.engine, new)
    assert next(batches) == BATCH
    batches.close()
    assert sum(rewrap_subjects(ground.engine, new)) == 2
    with own.connect() as connection:
        assert all(is_under(wrapped, new) for wrapped in connection.scalars(select(subject_table.c.wrapped)))
    if own is not ground.engine:
        own.dispose()


def _aad(pid: str, epoch: int) -> bytes:
    def lp(data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + data

    return b"placet/subject-key/v1\n" + lp(pid.encode()) + lp(str(epoch).encode())


def test_a_secret_of_which_the_key_is_lost_stops_the_rotation(settings: Settings) -> None:
    init_keys(settings)
    KeyRing.generate().save(settings.key_file)
    with pytest.raises(MissingKey, match="not in the key file"):
        rotate_keys(settings)


def test_no_key_stands_in_the_log(settings: Settings, opened: Callable[[Settings], Services]) -> None:
    init_keys(settings)
    rotate_keys(settings)
    ring = KeyRing.load(settings.key_file)
    with opened(settings).ground.engine.connect() as connection:
        leaves = connection.scalars(select(event_table.c.leaf).order_by(event_table.c.n)).all()
    whole = b"".join(leaves)
    assert not any(secret.hex().encode() in whole or secret in whole for secret in ring.keys.values())
    assert json.loads(leaves[1])["pub"]["new"] == ring.active


def test_a_missing_secret_is_made_by_the_next_call(settings: Settings, opened: Callable[[Settings], Services]) -> None:
    init_keys(settings)
    ground = opened(settings).ground
    with ground.engine.execution_options(placet_writes=True).begin() as connection:
        connection.execute(delete(secret_table).where(secret_table.c.name == "link.mac"))
    assert init_keys(settings).secrets == ("link.mac",)

"""The keys of an installation: made once, rotated when they should be."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog
from sqlalchemy import Engine, select

from api.errors import CannotRun
from api.events import INSTALLATION_KEYED, KEYS_REWRAPPED, KEYS_ROTATED
from api.installation import existing_database, migrate, require_keys
from api.settings import Settings
from audit.clock import system_clock
from audit.events import Event
from audit.ground import Ground
from audit.installation_secrets import BASIC_SECRETS
from audit.key_ring import KeyRing
from audit.rewrapping import is_all_under, rewrap_secrets, rewrap_subjects
from audit.tables import secret_table

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Made:
    """What `init_keys` made: nothing on the second call."""

    active: str
    key_file: bool
    secrets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rotated:
    """What `rotate_keys` did. `resumed` says that it finished an earlier rotation and made no new key."""

    active: str
    resumed: bool
    subjects: int
    secrets: int


def init_keys(settings: Settings) -> Made:
    """Make what is missing: the key file, the tables, the basic secrets. What is there stays as it is.

    Raises CannotRun when the database holds keys and the file that opens them is gone.
    """
    is_new = not settings.key_file.exists()
    if is_new:
        _refuse_second_file(settings)
    with _migrated(settings) as engine:
        if is_new:
            KeyRing.generate().save(settings.key_file)
        ring = KeyRing.load(settings.key_file)
        made = _make_secrets(engine, settings, ring)
    return Made(ring.active, is_new, tuple(made))


def rotate_keys(settings: Settings) -> Rotated:
    """Make a new key-encryption key and wrap everything under it; or finish a rotation that was broken off.

    Running processes find the new key by themselves. The older keys stay in the file: backups need them.
    """
    require_keys(settings)
    ring = KeyRing.load(settings.key_file)
    with _migrated(settings) as engine:
        resumed = not is_all_under(engine, ring)
        if not resumed:
            old, ring = ring.active, ring.rotated()
            # On disk before anything is wrapped under it: a crash leaves rows under either key, both at hand.
            ring.save(settings.key_file)
            _record(engine, settings, ring, KEYS_ROTATED.event(pub={"old": old, "new": ring.active}))
        subjects = sum(_logged("subjects", rewrap_subjects(engine, ring)))
        secrets = sum(_logged("secrets", rewrap_secrets(engine, ring)))
        done = {"active": ring.active, "subjects": subjects, "secrets": secrets}
        _record(engine, settings, ring, KEYS_REWRAPPED.event(pub=done))
    return Rotated(ring.active, resumed, subjects, secrets)


@contextmanager
def _migrated(settings: Settings) -> Iterator[Engine]:
    engine = migrate(settings)
    try:
        yield engine
    finally:
        engine.dispose()


def _refuse_second_file(settings: Settings) -> None:
    with existing_database(settings) as engine:
        if engine is None:
            return
        with engine.connect() as connection:
            known = connection.scalar(select(secret_table.c.name).limit(1))
    if known is not None:
        raise CannotRun(
            f"the key file {settings.key_file} is gone, but the database holds keys wrapped under it: "
            "bring it back from its backup"
        )


def _make_secrets(engine: Engine, settings: Settings, ring: KeyRing) -> list[str]:
    # On the bare ground: services ask for their secrets when they are made, and here there may be none yet.
    with _ground(engine, settings, ring) as ground, ground.unit_of_work() as uow:
        made = ground.secrets.create_missing(uow.connection, BASIC_SECRETS, now=ground.now())
        if made:
            uow.record(INSTALLATION_KEYED.event(pub={"secrets": len(made)}))
        uow.commit(nothing_to_record="every secret was there")
        return made


def _record(engine: Engine, settings: Settings, ring: KeyRing, event: Event) -> None:
    with _ground(engine, settings, ring) as ground, ground.unit_of_work() as uow:
        uow.record(event)
        uow.commit()


@contextmanager
def _ground(engine: Engine, settings: Settings, ring: KeyRing) -> Iterator[Ground]:
    ground = Ground.lay(engine, group_id=settings.group, key_ring=ring, clock=system_clock)
    try:
        yield ground
    finally:
        ground.subject_keys.dispose()


def _logged(kind: str, batches: Iterator[int]) -> Iterator[int]:
    for changed in batches:
        log.info("keys_rewrapped", kind=kind, count=changed)
        yield changed

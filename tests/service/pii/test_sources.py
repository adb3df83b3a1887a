"""Connected accounts: their secrets lie sealed and are gone when the account is disconnected."""

import pytest
from sqlalchemy import select, update

from audit.errors import CannotOpen
from audit.ground import Ground
from pii.errors import UnknownPlatform
from pii.signatures import SecretName
from pii.sources import Source, SourceService
from pii.store_errors import UnknownSource
from pii.tables import source_table

SECRETS = {SecretName.X_CONSUMER_SECRET: b"geheimnis"}
ACTOR = "staff:1"


def connect(ground: Ground, *accounts: str, platform: str = "x") -> Source:
    return SourceService(ground).connect(
        platform, controller="nordlicht", accounts=frozenset(accounts), secrets=SECRETS, actor=ACTOR
    )


def test_a_source_is_found_with_its_secrets(ground: Ground) -> None:
    source = connect(ground, "1500000000000000001", "NordlichtHilft")
    found = SourceService(ground).get(source.id)
    assert found == source
    assert found.secrets == SECRETS
    assert "geheimnis" not in repr(found)


def test_secrets_lie_sealed_at_their_place(ground: Ground) -> None:
    first, second = connect(ground, "a"), connect(ground, "b")
    with ground.reading() as session:
        box = session.scalar(select(source_table.c.box).where(source_table.c.id == first.id))
    assert box is not None
    assert b"geheimnis" not in box
    with ground.unit_of_work() as uow:
        uow.session.execute(update(source_table).where(source_table.c.id == second.id).values(box=box))
        uow.commit(nothing_to_record="test: somebody swaps boxes")
    with pytest.raises(CannotOpen):
        SourceService(ground).get(second.id)


def test_the_brands_accounts_are_those_of_the_platforms_sources(ground: Ground) -> None:
    connect(ground, "a", "b")
    connect(ground, "c")
    connect(ground, "d", platform="facebook")
    assert SourceService(ground).own_accounts("x") == {"a", "b", "c"}
    assert SourceService(ground).own_accounts("feeds") == frozenset()


def test_a_disconnected_source_is_unknown_and_has_no_secrets(ground: Ground) -> None:
    service, source = SourceService(ground), connect(ground, "a")
    with ground.reading() as session:
        before = session.scalar(select(source_table.c.box))
    service.disconnect(source.id, actor=ACTOR)
    service.disconnect(source.id, actor=ACTOR)
    with pytest.raises(UnknownSource):
        service.get(source.id)
    assert service.list_connected() == []
    with ground.reading() as session:
        assert session.scalar(select(source_table.c.box)) != before


def test_what_is_not_there_is_not_found(ground: Ground) -> None:
    with pytest.raises(UnknownSource):
        SourceService(ground).get("nowhere")
    with pytest.raises(UnknownSource):
        SourceService(ground).disconnect("nowhere", actor=ACTOR)
    with pytest.raises(UnknownPlatform):
        connect(ground, "a", platform="myspace")

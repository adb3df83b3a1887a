"""Between controller groups nothing crosses over, and no package reaches into another one's tables."""

from sqlalchemy import Index, Table, UniqueConstraint
from sqlalchemy import inspect as inspect_class

from audit.database import Base
from audit.tables import LOG_TABLES
from tests.architecture.packages import PACKAGES, modules_of

GROUP = "group_id"


def owners() -> dict[str, str]:
    """Return which package each table belongs to."""
    found: dict[str, str] = {}
    for package in PACKAGES:
        for module in modules_of(package):
            for value in vars(module).values():
                if (table := as_table(value)) is not None:
                    found.setdefault(table.name, package)
    return found


def as_table(value: object) -> Table | None:
    if isinstance(value, Table):
        return value
    if isinstance(value, type) and issubclass(value, Base) and value is not Base:
        table = inspect_class(value).local_table
        assert isinstance(table, Table)
        return table
    return None


def other_tables() -> list[Table]:
    owners()
    return [table for table in Base.metadata.sorted_tables if table.name not in LOG_TABLES]


def test_every_table_belongs_to_a_package() -> None:
    found = owners()
    assert {table.name for table in Base.metadata.sorted_tables} - set(found) == set()
    assert set(found.values()) >= {"audit", "consent", "api"}


def test_the_group_stands_first_in_every_primary_key() -> None:
    wrong = [
        table.name for table in other_tables() if [column.name for column in table.primary_key.columns][:1] != [GROUP]
    ]
    assert wrong == []


def test_the_group_stands_first_in_every_unique_key() -> None:
    unique: list[tuple[str, list[str]]] = []
    for table in other_tables():
        unique.extend(
            (table.name, [column.name for column in constraint.columns])
            for constraint in table.constraints
            if isinstance(constraint, UniqueConstraint)
        )
        unique.extend(
            (table.name, [column.name for column in index.columns])
            for index in table.indexes
            if isinstance(index, Index) and index.unique
        )
    assert unique, "there are unique keys to look at"
    assert [found for found in unique if found[1][:1] != [GROUP]] == []


def test_foreign_keys_stay_in_a_package() -> None:
    found = owners()
    crossing = [
        (table.name, key.target_fullname)
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if found[table.name] != found[key.column.table.name]
    ]
    assert crossing == []

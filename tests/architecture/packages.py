"""The five packages, all of them loaded: what the tests of the house look at."""

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType

# From the ground upwards, so that what is found in two packages belongs to the one that made it.
PACKAGES = ("audit", "consent", "pii", "retention", "api")


def modules_of(package: str) -> Iterator[ModuleType]:
    """Import and give every module of a package."""
    root = importlib.import_module(package)
    yield root
    for found in pkgutil.walk_packages(root.__path__, f"{package}."):
        yield importlib.import_module(found.name)


def load_all() -> None:
    """Import every module of every package."""
    for package in PACKAGES:
        for _ in modules_of(package):
            pass

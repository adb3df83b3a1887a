"""Every module fits in one reading, every function on a screen, and every name says what it stands for."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.packages import PACKAGES
from tests.paths import ROOT

LINES_OF_A_MODULE = 300
LINES_OF_A_FUNCTION = 50
DOCUMENTED = (*PACKAGES, "migrations")
FOLDERS = (*DOCUMENTED, "tests", "bench", "tools", "clients", "deploy")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def modules(*folders: str) -> Iterator[Path]:
    """Give the modules of the house below these folders, and those at its top level."""
    yield from ROOT.glob("*.py")
    for folder in folders:
        yield from (ROOT / folder).rglob("*.py")


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def named(node: ast.Module | ast.ClassDef) -> Iterator[Function | ast.ClassDef]:
    """Give the functions, classes and methods whose names have no underscore; what stands inside functions is theirs.

    A method is called from outside even where its class is private to a module.
    """
    for child in node.body:
        if isinstance(child, Function | ast.ClassDef):
            if not child.name.startswith("_"):
                yield child
            if isinstance(child, ast.ClassDef):
                yield from named(child)


def undocumented(tree: ast.Module) -> list[str]:
    # An empty module says nothing; what a package is stands in the README.
    missing = ["module"] if tree.body and ast.get_docstring(tree) is None else []
    nodes = [node for node in named(tree) if ast.get_docstring(node) is None]
    return missing + [f"line {node.lineno}: {node.name}" for node in nodes]


def test_a_module_fits_in_one_reading() -> None:
    lengths = {str(path.relative_to(ROOT)): path.read_text("utf-8").count("\n") for path in modules(*FOLDERS)}
    assert len(lengths) > 500
    assert {name: length for name, length in lengths.items() if length > LINES_OF_A_MODULE} == {}


def test_a_function_fits_on_a_screen() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in modules(*FOLDERS)
        for node in ast.walk(parsed(path))
        if isinstance(node, Function) and (node.end_lineno or 0) - node.lineno >= LINES_OF_A_FUNCTION
    ]
    assert long == []


def test_every_public_name_says_what_it_stands_for() -> None:
    missing = {str(path.relative_to(ROOT)): undocumented(parsed(path)) for path in modules(*DOCUMENTED)}
    assert {name: names for name, names in missing.items() if names} == {}


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        pytest.param("", [], id="an empty module"),
        pytest.param("x = 1", ["module"], id="a module"),
        pytest.param('"""M."""\ndef f(): ...', ["line 2: f"], id="a function"),
        pytest.param('"""M."""\nclass C:\n def m(self): ...', ["line 2: C", "line 3: m"], id="a class and its method"),
        pytest.param('"""M."""\nclass _C:\n def m(self): ...', ["line 3: m"], id="a method of a private class"),
        pytest.param('"""M."""\ndef _f():\n def g(): ...', [], id="neither what is private nor what stands inside"),
    ],
)
def test_what_says_nothing_is_found(text: str, missing: list[str]) -> None:
    assert undocumented(ast.parse(text)) == missing

"""The feature table and the tests that prove its rows. ``python -m checks.features`` refuses marks of unknown rows."""

import ast
import csv
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from checks.source import ROOT, Finding, called_name, python_files, report, tree

TABLE = ROOT / "docs" / "features.csv"
RESULTS = ROOT / ".cache" / "features.json"


@dataclass(frozen=True)
class Row:
    number: str
    priority: str
    feature: str


@dataclass(frozen=True)
class Proof:
    """A test that is marked with the number of a row."""

    number: str
    path: Path
    line: int
    name: str

    @property
    def test(self) -> str:
        """As pytest names it, without its parameters."""
        return f"{self.path.relative_to(ROOT)}::{self.name}"


def rows() -> list[Row]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [Row(**line) for line in csv.DictReader(file)]


def proofs() -> dict[str, list[Proof]]:
    """Marked tests by row number, read from the source without importing it."""
    found: dict[str, list[Proof]] = defaultdict(list)
    for path in python_files():
        if path.name.startswith("test_"):
            for proof in proofs_in(path):
                found[proof.number].append(proof)
    return found


def proofs_in(path: Path) -> Iterator[Proof]:
    module_wide = [
        number
        for node in tree(path).body
        if isinstance(node, ast.Assign) and called_name(node.targets[0]) == "pytestmark"
        for number in numbers_in([node.value])
    ]
    for owner, function in tests_in(tree(path).body):
        name = f"{owner.name}::{function.name}" if owner else function.name
        decorators = [*function.decorator_list, *(owner.decorator_list if owner else [])]
        for number in [*module_wide, *numbers_in(decorators)]:
            yield Proof(number, path, function.lineno, name)


def tests_in(
    body: list[ast.stmt], owner: ast.ClassDef | None = None
) -> Iterator[tuple[ast.ClassDef | None, ast.FunctionDef]]:
    for node in body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield owner, node
        elif isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            yield from tests_in(node.body, node)


def numbers_in(expressions: list[ast.expr]) -> Iterator[str]:
    """Numbers of ``pytest.mark.feature("4.7", …)`` anywhere in the expressions."""
    for expression in expressions:
        for node in ast.walk(expression):
            if isinstance(node, ast.Call) and called_name(node).endswith("mark.feature"):
                yield from (str(argument.value) for argument in node.args if isinstance(argument, ast.Constant))


def find_unknown_rows() -> list[Finding]:
    known = {row.number for row in rows()}
    return [
        Finding(proof.path, proof.line, f"{proof.name}: docs/features.csv has no row {number}")
        for number, marked in proofs().items()
        for proof in marked
        if number not in known
    ]


if __name__ == "__main__":
    sys.exit(report(find_unknown_rows, "features"))

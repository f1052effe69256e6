"""What the product imports is declared, and what is declared has a tested version in constraints.txt.

Run: ``python -m checks.dependencies``.
"""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions

from checks.source import ROOT, Finding, is_test, python_files, report, tree

PROJECT = ROOT / "pyproject.toml"
CONSTRAINTS = ROOT / "constraints.txt"
NAME = re.compile(r"[A-Za-z0-9._-]+")
OWN = {"bihuan", "checks", "tests", "conftest"}


def find_dependencies() -> list[Finding]:
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    extras = [name for extra in project["optional-dependencies"].values() for name in extra]
    return [*unpinned([*project["dependencies"], *extras]), *undeclared(project["dependencies"], extras)]


def unpinned(wanted: list[str]) -> Iterator[Finding]:
    pinned = {normal(line) for line in CONSTRAINTS.read_text(encoding="utf-8").splitlines() if "==" in line}
    for name in wanted:
        if normal(name) not in pinned:
            yield Finding(PROJECT, 1, f"{name} has no tested version: renew constraints.txt as its first lines say")


def undeclared(dependencies: list[str], extras: list[str]) -> Iterator[Finding]:
    """Imports that only work because another package happens to bring the library along."""
    product = {normal(name) for name in dependencies}
    everything = product | {normal(name) for name in extras}
    distributions = packages_distributions()
    for path in python_files():
        declared = product if path.parts[len(ROOT.parts)] == "bihuan" and not is_test(path) else everything
        for line, module in imports_of(tree(path)):
            names = {normal(name) for name in distributions.get(module, [])}
            if names and module not in OWN and not names & declared:
                yield Finding(path, line, f"{module} is imported, but {min(names)} is not declared in pyproject.toml")


def imports_of(module: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.partition(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module.partition(".")[0]


def normal(requirement: str) -> str:
    """The normalised name of a requirement line."""
    found = NAME.match(requirement)
    return re.sub(r"[-_.]+", "-", found.group()).lower() if found else ""


if __name__ == "__main__":
    sys.exit(report(find_dependencies, "dependencies"))

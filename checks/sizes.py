"""Sizes: how long a file, function, view, template or module may be. Run: ``python -m checks.sizes``.

``checks/exceptions.txt`` may hold lines ``path::name measured``; the list may only shrink: an entry that grew,
that is no longer needed, or that the last commit did not have is itself a finding.
"""

import ast
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from checks import source
from checks.source import ROOT, Finding, FunctionNode, files, functions, is_test, module_of, python_files

FILE_LINES = 400
TEST_FILE_LINES = 600
FUNCTION_LINES = 50
PARAMETERS = 7
NESTING = 3
VIEW_BODY_LINES = 25
TEMPLATE_LINES = 150
MODULE_LINES = 4000
MODULE_FILES = 25
MODULE_README_LINES = 60
EXCEPTIONS = ROOT / "checks" / "exceptions.txt"
BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.Match)


@dataclass(frozen=True)
class Measure:
    """A size that has a limit."""

    path: Path
    line: int
    name: str
    size: int
    limit: int
    unit: str

    @property
    def key(self) -> str:
        return f"{self.path.relative_to(ROOT)}::{self.name}"


def find_oversize() -> list[Finding]:
    """All sizes beyond their limit, and all exceptions that no longer hold."""
    excepted = read_exceptions(EXCEPTIONS.read_text(encoding="utf-8") if EXCEPTIONS.exists() else "")
    over = [measure for measure in measures() if measure.size > measure.limit]
    found = [
        Finding(m.path, m.line, f"{m.name} has {m.size} {m.unit}, the limit is {m.limit}")
        for m in over
        if m.size > excepted.get(m.key, 0)
    ]
    return found + stale_exceptions(excepted, {measure.key: measure.size for measure in over})


def measures() -> Iterator[Measure]:
    for path in python_files():
        yield lines_of(path, TEST_FILE_LINES if is_test(path) else FILE_LINES)
        for function in functions(path):
            yield from measures_of_function(path, function)
    for path in files(".html", ".txt", folders=("bihuan",)):
        if "templates" in path.parts:
            yield lines_of(path, TEMPLATE_LINES)
    yield from measures_of_modules()


def lines_of(path: Path, limit: int) -> Measure:
    return Measure(path, 1, path.name, path.read_text(encoding="utf-8").count("\n"), limit, "lines")


def measures_of_function(path: Path, function: FunctionNode) -> Iterator[Measure]:
    line, name = function.lineno, function.name
    length = (function.end_lineno or line) - line + 1
    yield Measure(path, line, name, length, FUNCTION_LINES, "lines")
    yield Measure(path, line, name, parameters_of(function), PARAMETERS, "parameters")
    yield Measure(path, line, name, nesting_of(function.body), NESTING, "levels of nesting")
    if is_view(function) and not is_test(path):
        yield Measure(path, line, name, body_lines_of(function), VIEW_BODY_LINES, "lines in a view body")


def is_view(function: FunctionNode) -> bool:
    """A page or an API operation: what takes the request first and is not private."""
    arguments = [argument.arg for argument in function.args.args if argument.arg != "self"]
    return arguments[:1] == ["request"] and not function.name.startswith("_")


def parameters_of(function: FunctionNode) -> int:
    """Parameters a caller passes: self and cls are not counted."""
    arguments = function.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return len([argument for argument in named if argument.arg not in ("self", "cls")])


def body_lines_of(function: FunctionNode) -> int:
    """Lines of the body without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def nesting_of(statements: list[ast.stmt]) -> int:
    """How deep blocks stand in blocks; ``elif`` is on the level of its ``if``, inner functions count apart."""
    return max((depth_of(statement) for statement in statements), default=0)


def depth_of(statement: ast.stmt) -> int:
    if not isinstance(statement, BLOCKS):
        return 0
    inside: list[ast.stmt] = []
    for child in ast.iter_child_nodes(statement):
        if isinstance(child, ast.stmt):
            inside.append(child)
        elif isinstance(child, ast.ExceptHandler | ast.match_case):
            inside.extend(child.body)
    if isinstance(statement, ast.If) and is_elif(statement):
        follow = statement.orelse[0]
        inside.remove(follow)
        return max(1 + nesting_of(inside), depth_of(follow))
    return 1 + nesting_of(inside)


def is_elif(statement: ast.If) -> bool:
    return len(statement.orelse) == 1 and isinstance(statement.orelse[0], ast.If)


def measures_of_modules() -> Iterator[Measure]:
    parts: dict[str, list[Path]] = defaultdict(list)
    for path in python_files(tests=False):
        if (module := module_of(path)) and source.tree(path).body:
            parts[module].append(path)
    for module, paths in parts.items():
        folder = ROOT / "bihuan" / module
        lines = sum(path.read_text(encoding="utf-8").count("\n") for path in paths)
        yield Measure(folder, 1, module, lines, MODULE_LINES, "lines")
        yield Measure(folder, 1, module, len(paths), MODULE_FILES, "files")
        readme = folder / "README.md"
        if readme.exists():
            yield lines_of(readme, MODULE_README_LINES)


def read_exceptions(text: str) -> dict[str, int]:
    rows = (line.rsplit(maxsplit=1) for line in text.splitlines() if line and not line.startswith("#"))
    return {key: int(size) for key, size in rows}


def stale_exceptions(excepted: dict[str, int], over: dict[str, int]) -> list[Finding]:
    """The list may only shrink: entries must be needed, exact and known to the last commit."""
    command = ["git", "show", f"HEAD:{EXCEPTIONS.relative_to(ROOT)}"]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    committed = read_exceptions(shown.stdout) if shown.returncode == 0 else excepted
    found = []
    for key, size in excepted.items():
        if key not in over:
            found.append(Finding(EXCEPTIONS, 1, f"{key} is within its limit now: remove it from the list"))
        elif over[key] < size:
            found.append(Finding(EXCEPTIONS, 1, f"{key} shrank to {over[key]}: write that number"))
        if size > committed.get(key, 0):
            found.append(Finding(EXCEPTIONS, 1, f"{key} was added or raised: split the code instead"))
    return found


if __name__ == "__main__":
    sys.exit(source.report(find_oversize, "sizes"))

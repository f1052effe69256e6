"""What the checks read: the project's files, and findings that point at a line."""

import ast
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "bihuan"
FOLDERS = ("bihuan", "checks", "scripts", "tests")
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, order=True)
class Finding:
    """One broken rule: where, and a sentence that names the cure."""

    path: Path
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line}: {self.text}"


@cache
def files(*suffixes: str, folders: tuple[str, ...] = FOLDERS) -> tuple[Path, ...]:
    """Files git keeps or would keep (so neither caches nor vendored packages), with one of the suffixes."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *folders]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return tuple(sorted({ROOT / name for name in names if name.endswith(suffixes) and (ROOT / name).is_file()}))


def python_files(*, tests: bool = True) -> list[Path]:
    """Hand-written Python files; migrations are generated."""
    paths = [path for path in files(".py") if "migrations" not in path.parts]
    return paths if tests else [path for path in paths if not is_test(path)]


def is_test(path: Path) -> bool:
    return "tests" in path.relative_to(ROOT).parts


def module_of(path: Path) -> str | None:
    """The business module a file belongs to (``cases``), or None for files beside the modules."""
    parts = path.relative_to(ROOT).parts
    return parts[1] if parts[0] == "bihuan" and len(parts) > 2 else None


def role_of(path: Path) -> str:
    """The role of a file in its module: ``actions`` for ``cases/actions.py`` and ``cases/actions/close.py``."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return parts[2] if len(parts) > 2 and parts[0] == "bihuan" else parts[-1]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def functions(path: Path) -> Iterator[FunctionNode]:
    for node in ast.walk(tree(path)):
        if isinstance(node, FunctionNode):
            yield node


def top_level(path: Path, kind: type) -> Iterator[ast.stmt]:
    return (node for node in tree(path).body if isinstance(node, kind))


def called_name(node: ast.expr) -> str:
    """The dotted name of what is called or used: ``timezone.now`` for ``timezone.now()``; empty when it has none."""
    if isinstance(node, ast.Call):
        return called_name(node.func)
    if isinstance(node, ast.Attribute):
        owner = called_name(node.value)
        return f"{owner}.{node.attr}" if owner else node.attr
    return node.id if isinstance(node, ast.Name) else ""


def report(find: Callable[[], list[Finding]], subject: str) -> int:
    """Print what ``find`` found and return the exit code."""
    found = sorted(set(find()))
    for finding in found:
        print(finding)
    if found:
        print(f"{subject}: {len(found)} found", file=sys.stderr)
    return 1 if found else 0

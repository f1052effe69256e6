"""Finds every message of the product: marked strings in Python and templates, and Chinese text that is not marked."""

import ast
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.extract import extract_python
from django.conf import settings
from django.utils.translation.template import templatize

from checks.source import PACKAGE, Finding, called_name, files, module_of, python_files, tree

KEYWORDS: dict[str, tuple[object, ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
HAN = re.compile(r"[\u3400-\u9fff]+")
# A language calls itself the same in every language.
LANGUAGE_NAME = re.compile("简体中文|中文")
# A line that ends with this comment holds Chinese the program reads or compares, not a message to a person.
DATA_MARK = "# data, not a message"
TEMPLATE_DATA_MARK = "{# data, not a message #}"
# Places where Chinese is subject matter: word lists, texts of demo and benchmark, style guide samples of the demo.
DATA_MODULES = {"bench", "demo", "language"}
TEMPLATE_TEXT_AWAY = [
    re.compile(r"\{#.*?#\}"),
    re.compile(r"\{%-?\s*comment\b.*?endcomment\s*-?%\}", re.S),
    re.compile(r"\{%-?\s*blocktrans(?:late)?\b.*?endblocktrans(?:late)?\s*-?%\}", re.S),
    re.compile(r"""\{%-?\s*trans(?:late)?\s+("[^"]*"|'[^']*').*?%\}""", re.S),
    re.compile(r"""_\(\s*("[^"]*"|'[^']*')\s*\)"""),
]


@dataclass(frozen=True)
class Message:
    """One marked string and where it stands; ``plural`` and ``context`` only when it has them."""

    text: str
    path: Path
    line: int
    plural: str | None = None
    context: str | None = None

    @property
    def key(self) -> tuple[str | None, str]:
        return self.context, self.text


def all_messages() -> list[Message]:
    """Every marked string, in the order of files and lines."""
    if not settings.configured:
        settings.configure(USE_I18N=True)
    found: list[Message] = []
    for path in python_files(tests=False):
        if path.is_relative_to(PACKAGE):
            found += messages_in(path, path.read_bytes())
    for path in template_files():
        found += messages_in(path, template_as_python(path).encode())
    return found


def template_files() -> list[Path]:
    return [path for path in files(".html", ".txt", folders=("bihuan",)) if "templates" in path.parts]


def template_as_python(path: Path) -> str:
    """Django's own translation of a template into calls, without the indentation Python would trip over."""
    calls = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    return "\n".join(line.strip() for line in calls.splitlines()) + "\n"


def messages_in(path: Path, source: bytes) -> Iterator[Message]:
    for line, function, found, _comments in extract_python(io.BytesIO(source), KEYWORDS, [], {"encoding": "utf-8"}):  # type: ignore[arg-type]
        texts = [text for text in as_tuple(found) if text]
        if not texts:
            continue
        context = texts.pop(0) if "pgettext" in function and len(texts) > 1 else None
        plural = texts[1] if "ngettext" in function or "npgettext" in function else None
        yield Message(texts[0], path, line, plural, context)


def as_tuple(found: object) -> tuple[str, ...]:
    """What Babel found: one text, several, or none when the argument is no constant."""
    texts = found if isinstance(found, tuple) else (found,)
    return tuple(text for text in texts if isinstance(text, str))


def unmarked_text() -> list[Finding]:
    """Chinese text a person would see untranslated."""
    found: list[Finding] = []
    for path in python_files(tests=False):
        if module_of(path) and module_of(path) not in DATA_MODULES:
            found += unmarked_in_python(path)
    for path in template_files():
        found += unmarked_in_template(path)
    for path in files(".js", folders=("bihuan",)):
        found += unmarked_in_script(path)
    return found


def unmarked_in_python(path: Path) -> Iterator[Finding]:
    lines = path.read_text(encoding="utf-8").splitlines()
    fine = set(marked_or_explained(tree(path), lines))
    for node in ast.walk(tree(path)):
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str)) or id(node) in fine:
            continue
        if HAN.search(node.value):
            text = f"'{node.value[:30]}' is not marked: use _(…), or end the line with '{DATA_MARK}'"
            yield Finding(path, node.lineno, text)


def marked_or_explained(module: ast.Module, lines: list[str]) -> Iterator[int]:
    """Ids of string nodes that are messages, docstrings, or stand in a statement declared to be data."""
    for node in ast.walk(module):
        is_marker = isinstance(node, ast.Call) and called_name(node).rpartition(".")[2] in KEYWORDS
        if is_marker and any(isinstance(argument, ast.JoinedStr) for argument in node.args):  # type: ignore[attr-defined]
            continue  # nobody can translate a sentence that is only known at run time
        is_pattern = isinstance(node, ast.Call) and called_name(node).startswith("re.")
        is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        is_data = isinstance(node, ast.stmt) and not isinstance(node, ast.ClassDef | ast.FunctionDef)
        if is_marker or is_pattern or is_docstring or (is_data and lines[node.lineno - 1].rstrip().endswith(DATA_MARK)):  # type: ignore[attr-defined]
            yield from (id(child) for child in ast.walk(node))
        elif isinstance(node, ast.Constant) and lines[node.lineno - 1].rstrip().endswith(DATA_MARK):
            yield id(node)


def unmarked_in_template(path: Path) -> Iterator[Finding]:
    source = path.read_text(encoding="utf-8")
    marked = {number for number, line in enumerate(source.splitlines(), 1) if TEMPLATE_DATA_MARK in line}
    for pattern in TEMPLATE_TEXT_AWAY:
        source = pattern.sub(lambda match: "\n" * match.group().count("\n"), source)
    yield from unmarked_lines(path, source, marked)


def unmarked_in_script(path: Path) -> Iterator[Finding]:
    """Scripts take their words from the page (data attributes); comments may be Chinese."""
    source = re.sub(r"/\*.*?\*/", lambda match: "\n" * match.group().count("\n"), path.read_text("utf-8"), flags=re.S)
    yield from unmarked_lines(path, re.sub(r"(^|\s)//.*", "", source), set())


def unmarked_lines(path: Path, source: str, excepted: set[int]) -> Iterator[Finding]:
    for number, line in enumerate(source.splitlines(), 1):
        if number not in excepted and (han := HAN.search(LANGUAGE_NAME.sub("", line))):
            yield Finding(
                path, number, f"'{han.group()[:30]}' is not marked: use {{% translate %}} or a data attribute"
            )

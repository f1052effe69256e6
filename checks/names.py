"""Names and habits that a reader relies on. Run: ``python -m checks.names``. Every finding names its cure."""

import ast
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from checks import source
from checks.source import Finding, called_name, functions, is_test, module_of, python_files, role_of, tree
from checks.words import (
    BANNED_FILES,
    CLOCK_READERS,
    EDGE_MODULES,
    EDGES,
    LOOPS,
    ONE_WORD_ACTIONS,
    PARTICIPLES,
    REQUEST_EDGES,
    VERBS,
)

CODE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
DOTTED_CODE = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
UPPER = re.compile(r"[A-Z0-9_]*")
WORDS = re.compile(r"[A-Z][a-z0-9]*")


def find_names() -> list[Finding]:
    found: list[Finding] = []
    for path in python_files():
        for rule in TEST_RULES if is_test(path) else PRODUCT_RULES:
            found += [Finding(path, line, text) for line, text in rule(path)]
    return found


Rule = Callable[[Path], Iterator[tuple[int, str]]]


def file_has_a_noun(path: Path) -> Iterator[tuple[int, str]]:
    for part in path.with_suffix("").parts[-3:]:
        if part in BANNED_FILES:
            yield 1, f"'{part}' says nothing: name the file after the noun or rule it holds"


def actions_are_verbs(path: Path) -> Iterator[tuple[int, str]]:
    if role_of(path) != "actions":
        return
    for node in source.top_level(path, ast.FunctionDef):
        assert isinstance(node, ast.FunctionDef)
        if node.name.startswith("_") or f"{module_of(path)}.{node.name}" in ONE_WORD_ACTIONS:
            continue
        if not is_public(node, path):
            continue
        verb, _, noun = node.name.partition("_")
        if verb not in VERBS or not noun:
            yield node.lineno, f"action {node.name}: name it verb_noun; a new verb is added to checks/words.py"
        if node.args.args or node.args.posonlyargs:
            yield node.lineno, f"action {node.name}: its parameters are keyword-only, begin with '*'"


def is_public(node: ast.FunctionDef, path: Path) -> bool:
    """In a package of actions: what its ``__init__`` re-exports. In a single file: what takes an actor or a time."""
    package = path.parent / "__init__.py"
    if path.parent.name == "actions" and path != package:
        imports = source.top_level(package, ast.ImportFrom) if package.exists() else ()
        return any(alias.name == node.name for line in imports for alias in getattr(line, "names", []))
    return bool({"actor", "at"} & {argument.arg for argument in [*node.args.args, *node.args.kwonlyargs]})


def uses_are_explained(path: Path) -> Iterator[tuple[int, str]]:
    if role_of(path) not in ("actions", "queries", "access"):
        return
    for node in tree(path).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node):
            yield node.lineno, f"{node.name}: say in one line what it does and raises"


def events_are_past(path: Path) -> Iterator[tuple[int, str]]:
    if role_of(path) != "events":
        return
    for node in source.top_level(path, ast.ClassDef):
        assert isinstance(node, ast.ClassDef)
        entry = next((d for d in node.decorator_list if called_name(d) == "entry"), None)
        if not isinstance(entry, ast.Call):
            continue
        words = WORDS.findall(node.name)
        if not any(word.endswith("ed") or word in PARTICIPLES for word in words):
            yield node.lineno, f"entry {node.name}: name what happened in the past tense (CaseAssigned)"
        code = entry.args[0] if entry.args else None
        if not (isinstance(code, ast.Constant) and DOTTED_CODE.fullmatch(str(code.value))):
            yield node.lineno, f"entry {node.name}: its stored code is dotted ('case.assigned')"
        if not is_frozen(node):
            yield node.lineno, f"entry {node.name}: use @dataclass(frozen=True, kw_only=True)"


def is_frozen(node: ast.ClassDef) -> bool:
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and called_name(decorator).endswith("dataclass"):
            options = {k.arg for k in decorator.keywords if isinstance(k.value, ast.Constant) and k.value.value is True}
            return {"frozen", "kw_only"} <= options
    return False


def codes_are_snake_case(path: Path) -> Iterator[tuple[int, str]]:
    """The ``code`` of a refusal class."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ClassDef) and node.bases:
            for statement in node.body:
                yield from bad_code(node, statement)


def bad_code(node: ast.ClassDef, statement: ast.stmt) -> Iterator[tuple[int, str]]:
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    value = getattr(statement, "value", None)
    named = any(isinstance(target, ast.Name) and target.id == "code" for target in targets)
    if named and isinstance(value, ast.Constant) and isinstance(value.value, str) and not CODE.fullmatch(value.value):
        yield statement.lineno, f"{node.name}.code: error codes are snake_case nouns ('case_closed')"


def choices_are_upper_case(path: Path) -> Iterator[tuple[int, str]]:
    """Of the choices a model stores; codes of permissions and verbs are no choices."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ClassDef) and is_stored(node, path):
            yield from lower_case_values(node)


def is_stored(node: ast.ClassDef, path: Path) -> bool:
    return any(called_name(base).endswith("TextChoices") for base in node.bases) and node.name in stored_choices(path)


def lower_case_values(node: ast.ClassDef) -> Iterator[tuple[int, str]]:
    for statement in node.body:
        if not isinstance(statement, ast.Assign):
            continue
        value = statement.value
        stored = value.elts[0] if isinstance(value, ast.Tuple) and value.elts else value
        if not (isinstance(stored, ast.Constant) and isinstance(stored.value, str)):
            continue
        if not UPPER.fullmatch(stored.value):
            yield statement.lineno, f"{node.name}: choices are stored UPPER_CASE, not '{stored.value}'"


def stored_choices(path: Path) -> set[str]:
    """Names of the classes whose ``.choices`` the models of the same module use."""
    module = source.PACKAGE / (module_of(path) or "")
    files = [file for file in python_files(tests=False) if file.is_relative_to(module)]
    return stored_choices_in([file for file in files if role_of(file) == "models"])


def stored_choices_in(models: list[Path]) -> set[str]:
    keywords = (node for file in models for node in ast.walk(tree(file)) if isinstance(node, ast.keyword))
    named = (called_name(keyword.value) for keyword in keywords if keyword.arg == "choices")
    return {name.split(".")[-2] for name in named if "." in name}


def edges_fetch_through_access(path: Path) -> Iterator[tuple[int, str]]:
    if module_of(path) in ("bench", "demo") or not is_edge(path):
        return
    for node in ast.walk(tree(path)):
        if not isinstance(node, ast.Call):
            continue
        name = called_name(node)
        is_fetch = name.endswith(("objects.get", "get_object_or_404"))
        for_a_person = role_of(path) in REQUEST_EDGES or (
            module_of(path) in EDGE_MODULES and role_of(path) != "management"
        )
        if is_fetch or (name.endswith("objects.filter") and for_a_person):
            yield node.lineno, f"{name}: an edge fetches through a query or access_*, which check the actor's rights"


def is_edge(path: Path) -> bool:
    """In an edge module every file but its own actions, queries, access and models."""
    if module_of(path) in EDGE_MODULES:
        return role_of(path) not in ("actions", "queries", "access", "models")
    return role_of(path) in EDGES


def clock_is_read_at_edges(path: Path) -> Iterator[tuple[int, str]]:
    module = module_of(path)
    if (
        module in (None, "bench", "demo", "runtime")
        or is_edge(path)
        or role_of(path) in LOOPS
        or path.name == "moment.py"
    ):
        return
    for node in ast.walk(tree(path)):
        if not (isinstance(node, ast.Call) and called_name(node) in CLOCK_READERS):
            continue
        if not (node.args and called_name(node).startswith("timezone.local")):  # localdate(at) converts, reads no clock
            yield node.lineno, f"{called_name(node)}: time is an argument ('at'); edges read moment.now()"


def no_hidden_behaviour(path: Path) -> Iterator[tuple[int, str]]:
    """Neither signals nor save(): what happens is called by name."""
    if role_of(path) == "models":
        for function in functions(path):
            if function.name in ("save", "delete") and module_of(path):
                yield function.lineno, f"models.{function.name}(): write an action instead of save magic"
    for node in ast.walk(tree(path)):
        if not (isinstance(node, ast.ImportFrom) and node.module == "django.db.models.signals"):
            continue
        if {alias.name for alias in node.names} != {"post_migrate"}:  # of the database, not of a business object
            yield node.lineno, "model signals hide what happens: call the action, or consume the journal"


def imports_stand_on_top(path: Path) -> Iterator[tuple[int, str]]:
    if path.name in ("apps.py", "cli.py", "asgi.py") or module_of(path) in ("runtime", None):
        return
    for function in functions(path):
        for node in ast.walk(function):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("bihuan"):
                yield node.lineno, f"{function.name}: an import inside a function hides a cycle; move the noun instead"


def tests_are_sentences(path: Path) -> Iterator[tuple[int, str]]:
    if not path.name.startswith("test_"):
        return
    for function in functions(path):
        if function.name.startswith("test_") and len(function.name.split("_")) < 4:
            yield function.lineno, f"{function.name}: let the name complete a sentence"


def tests_do_not_sleep(path: Path) -> Iterator[tuple[int, str]]:
    """In a test itself; what waits for a process outside polls in one place of its own."""
    if not path.name.startswith("test_"):
        return
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and called_name(node) in ("time.sleep", "page.wait_for_timeout"):
            yield node.lineno, f"{called_name(node)}: wait for the thing itself, never for time"


PRODUCT_RULES: tuple[Rule, ...] = (
    file_has_a_noun,
    actions_are_verbs,
    uses_are_explained,
    events_are_past,
    codes_are_snake_case,
    choices_are_upper_case,
    edges_fetch_through_access,
    clock_is_read_at_edges,
    no_hidden_behaviour,
    imports_stand_on_top,
)
TEST_RULES: tuple[Rule, ...] = (file_has_a_noun, tests_are_sentences, tests_do_not_sleep)


if __name__ == "__main__":
    sys.exit(source.report(find_names, "names"))

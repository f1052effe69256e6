"""``make check``: everything that is checked before the tests run. ``python -m checks sizes names`` runs some of it."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from checks.source import ROOT, files

BIN = Path(sys.executable).parent
PARALLEL = max(2, min(4, os.cpu_count() or 2))

# What a production machine says of itself; the database is the embedded one, in a folder of its own.
PRODUCTION = {
    "BIHUAN_VAR": str(ROOT / ".cache" / "check"),
    "BIHUAN_HTTPS": "1",
    "BIHUAN_HOSTS": "service.example.com",
    "BIHUAN_ORIGINS": "https://service.example.com",
    "BIHUAN_PUBLIC_URL": "https://service.example.com",
    "BIHUAN_SECRET_KEY": "0123456789-a-key-of-this-check-only-abcdefghijklmnopqrstuvwxyz",
}


@dataclass(frozen=True)
class Step:
    name: str
    purpose: str
    command: list[str]


@dataclass(frozen=True)
class Result:
    step: Step
    code: int
    output: str
    seconds: float


def steps() -> list[Step]:
    """All steps, the slow ones first."""
    templates = [str(path) for path in files(".html", folders=("bihuan",)) if "templates" in path.parts]
    return [
        Step("types", "mypy, strict but for edges", [tool("mypy")]),
        Step(
            "migrations",
            "models and migrations agree",
            [sys.executable, "-m", "bihuan", "makemigrations", "--check", "--dry-run"],
        ),
        Step(
            "deploy",
            "production settings",
            [sys.executable, "-m", "bihuan", "check", "--deploy", "--fail-level", "WARNING"],
        ),
        Step("openapi", "docs/openapi.json is current", [sys.executable, "-m", "bihuan", "openapi", "--check"]),
        Step("imports", "layers and doors of the modules", [tool("lint-imports"), "--no-logo"]),
        Step("translations", "English complete, no unmarked text", [sys.executable, "-m", "checks.translations"]),
        Step("sizes", "files, functions, views, modules", [sys.executable, "-m", "checks.sizes"]),
        Step("names", "names and habits", [sys.executable, "-m", "checks.names"]),
        Step("dependencies", "declared, with a tested version", [sys.executable, "-m", "checks.dependencies"]),
        Step("features", "marks name rows of the table", [sys.executable, "-m", "checks.features"]),
        Step("lint", "ruff", [tool("ruff"), "check", "--quiet", "."]),
        Step("format", "ruff format", [tool("ruff"), "format", "--check", "--quiet", "."]),
        Step("templates", "djade", [tool("djade"), "--check", "--target-version", "5.2", *templates]),
        Step("spelling", "typos", [tool("typos")]),
    ]


def tool(name: str) -> str:
    return str(BIN / name)


def run(step: Step) -> Result:
    started = time.monotonic()
    done = subprocess.run(
        step.command,
        cwd=ROOT,
        env=os.environ | PRODUCTION,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    result = Result(step, done.returncode, done.stdout.strip(), time.monotonic() - started)
    mark = "ok  " if result.code == 0 else "FAIL"
    print(f"{mark} {step.name:13} {step.purpose:36} {result.seconds:5.1f} s", flush=True)
    return result


def main(wanted: list[str]) -> int:
    chosen = [step for step in steps() if not wanted or step.name in wanted]
    if unknown := set(wanted) - {step.name for step in chosen}:
        print(f"No such check: {', '.join(sorted(unknown))}. There are: {', '.join(s.name for s in steps())}")
        return 2
    started = time.monotonic()
    with ThreadPoolExecutor(PARALLEL) as pool:
        results = list(pool.map(run, chosen))
    failed = [result for result in results if result.code]
    for result in failed:
        print(f"\n── {result.step.name} ── {' '.join(result.step.command[:4])}\n{result.output}")
    verdict = f"{len(failed)} of {len(results)} failed" if failed else f"all {len(results)} passed"
    print(f"\nchecks: {verdict} in {time.monotonic() - started:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Every dependency of pyproject.toml has a tested version in constraints.txt: ``python -m checks.dependencies``."""

import re
import sys
import tomllib

from checks.source import ROOT, Finding, report

PROJECT = ROOT / "pyproject.toml"
CONSTRAINTS = ROOT / "constraints.txt"
NAME = re.compile(r"[A-Za-z0-9._-]+")


def find_unpinned() -> list[Finding]:
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    wanted = [
        *project["dependencies"],
        *(name for extra in project["optional-dependencies"].values() for name in extra),
    ]
    pinned = {normal(line) for line in CONSTRAINTS.read_text(encoding="utf-8").splitlines() if "==" in line}
    cure = "renew constraints.txt by the command in its first lines"
    return [
        Finding(PROJECT, 1, f"{name} has no tested version: {cure}") for name in wanted if normal(name) not in pinned
    ]


def normal(requirement: str) -> str:
    """The normalised name of a requirement line."""
    found = NAME.match(requirement)
    return re.sub(r"[-_.]+", "-", found.group()).lower() if found else ""


if __name__ == "__main__":
    sys.exit(report(find_unpinned, "dependencies"))

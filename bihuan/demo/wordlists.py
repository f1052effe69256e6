"""The tables the demo is made from: TOML files in ``data``, read once."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def wordlist(name: str) -> dict[str, Any]:
    """One table by the name of its file."""
    return tomllib.loads((files(__package__) / "data" / f"{name}.toml").read_text(encoding="utf-8"))


def goods() -> list[tuple[str, int]]:
    """What parcels hold, with its usual value in yuan."""
    return [(name, value) for name, value in wordlist("goods")["goods"]]

"""pg_dump and pg_restore from the wheel, fed and read as streams. Where to connect stands in their environment."""

import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bihuan.runtime.postgres.binaries import installed_programs

PIECE = 1 << 20


class ProgramFailed(Exception):
    """A program of PostgreSQL ended with an error; its last words say why."""


def place_of(settings: Mapping[str, Any]) -> dict[str, str]:
    """Django's settings of a database as PostgreSQL's programs read them: no password stands in a list of processes."""
    options = {name: value for name, value in settings.get("OPTIONS", {}).items() if isinstance(value, str)}
    known = {"PGDATABASE": "NAME", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGHOST": "HOST", "PGPORT": "PORT"}
    found = {variable: str(settings.get(name) or "") for variable, name in known.items()}
    found |= {f"PG{name.upper()}": value for name, value in options.items()}
    return {variable: value for variable, value in found.items() if value}


def dump(place: Mapping[str, str], snapshot: str) -> Iterator[bytes]:
    """The database as it is in an exported snapshot, in pg_dump's own format."""
    command = ["pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
    with tempfile.TemporaryFile() as words, _start(command, place, words, stdout=subprocess.PIPE) as program:
        assert program.stdout is not None
        while piece := program.stdout.read(PIECE):
            yield piece
        _require_success(program, words)


def restore(place: Mapping[str, str], content: Iterable[bytes]) -> None:
    """Restore into an empty database in one transaction: all or nothing, also when ``content`` breaks off."""
    command = ["pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
    command.append(f"--dbname={place['PGDATABASE']}")
    with tempfile.TemporaryFile() as words, _start(command, place, words, stdin=subprocess.PIPE) as program:
        assert program.stdin is not None
        try:
            for piece in content:
                program.stdin.write(piece)
            program.stdin.close()
        except BrokenPipeError:
            pass  # it has ended early; its last words say why
        except BaseException:
            program.kill()
            raise
        _require_success(program, words)


def _start(command: list[str], place: Mapping[str, str], words: Any, **pipes: int) -> "subprocess.Popen[bytes]":
    program = installed_programs() / "bin" / command[0]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return subprocess.Popen([str(program), *command[1:]], env={**inherited, **place}, stderr=words, **pipes)  # type: ignore[call-overload, no-any-return]


def _require_success(program: "subprocess.Popen[bytes]", words: Any) -> None:
    if program.wait():
        words.seek(0)
        last = words.read().decode(errors="replace").strip().splitlines()[-3:]
        raise ProgramFailed(f"{os.path.basename(str(program.args[0]))}: {' '.join(last)}")  # type: ignore[index]

"""The ``bihuan`` command: Django's management commands with our settings, on the embedded database by default."""

import os
import sys

from bihuan.bench import command as bench
from bihuan.runtime import lifeline, postgres, supervisor


def main() -> None:
    """Run one command. ``up`` and ``bench`` start other commands and load no Django themselves."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.settings")
    if sys.argv[1:2] == ["up"]:
        sys.exit(supervisor.main(sys.argv[2:]))
    if sys.argv[1:2] == ["bench"]:
        sys.exit(bench.main(sys.argv[2:]))
    sys.argv[1:2] = [file_name(word) for word in sys.argv[1:2]]
    lifeline.follow_supervisor()
    from django.core.management import execute_from_command_line

    try:
        with postgres.database_url():
            execute_from_command_line(sys.argv)
    except postgres.ClusterError as error:
        sys.exit(str(error))


def file_name(word: str) -> str:
    """The file that holds a command: people write restore-drill, Python cannot."""
    return word if word.startswith("-") else word.replace("-", "_")


if __name__ == "__main__":
    main()

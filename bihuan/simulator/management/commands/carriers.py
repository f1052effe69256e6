"""``bihuan carriers simulate``: the platforms of SF, YTO, ZTO, Kuaidi100 and Kdniao on this machine, until Ctrl-C."""

import os
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bihuan.carriers.queries import keys_path
from bihuan.simulator.vendors.moods import Mood
from bihuan.simulator.vendors.platforms import PLATFORMS
from bihuan.simulator.vendors.server import STORIES, VendorServer

MOODS = ", ".join(Mood)


class Command(BaseCommand):
    help = "Play the carriers' platforms: they check signatures, and misbehave when told to."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        play = verbs.add_parser("simulate", help="answer look-ups until Ctrl-C")
        play.add_argument("--port", type=int, default=8900)
        play.add_argument(
            "--mood",
            action="append",
            default=[],
            metavar="PLATFORM=MOOD",
            help=f"how one behaves: {', '.join(it.name for it in PLATFORMS)} = {MOODS}; more than once",
        )
        play.add_argument("--configure", action="store_true", help="write the keys file, if there is none yet")

    def handle(self, *args: Any, **options: Any) -> None:
        moods = dict(_mood(wish) for wish in options["mood"])
        try:
            server = VendorServer(options["port"])
        except OSError as error:
            raise CommandError(f"port {options['port']} is taken: name another one with --port") from error
        server.moods.update(moods)
        try:
            self._explain(server, options["configure"])
            server.thread.join()
        except KeyboardInterrupt:
            self.stdout.write("stopped")
        finally:
            server.stop()

    def _explain(self, server: VendorServer, configure: bool) -> None:
        path = keys_path()
        if configure and not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                file.write(server.configuration())
            self.stdout.write(f"wrote {path}")
        else:
            self.stdout.write(f"{path} has to say:\n\n{server.configuration()}")
        endings = ", ".join(f"{digit} {story}" for digit, story in enumerate(STORIES))
        self.stdout.write(f"listening at {server.url}")
        self.stdout.write(f"the last digit of a number tells its story: {endings}, 9 not known")
        self.stdout.write(f"change a mood: curl -X POST {server.url}/mood/sf/SLOW")
        self.stdout.flush()


def _mood(wish: str) -> tuple[str, Mood]:
    """``sf=SLOW``. Raises CommandError."""
    name, _, mood = wish.partition("=")
    if name.lower() not in {it.name for it in PLATFORMS} or mood.upper() not in set(Mood):
        raise CommandError(f"--mood {wish}: it is PLATFORM=MOOD, with one of {MOODS}")
    return name.lower(), Mood(mood.upper())

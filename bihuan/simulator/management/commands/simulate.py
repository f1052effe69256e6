"""``bihuan simulate --rate 6``: new cases per minute through the portal, by mail and through the API, until Ctrl-C."""

import os
import time
from argparse import ArgumentParser
from random import Random
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from bihuan.foundation.moment import now
from bihuan.simulator.senders import ApiSender, PipedMailSender, PortalSender, Sender, SmtpMailSender
from bihuan.simulator.simulation import MIX, Sent, Simulation
from bihuan.simulator.tokens import HOLDER, TokenStore, has_holder

READY_SECONDS = 90


class Command(BaseCommand):
    help = "Send new cases at a chosen rate, as customers do."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rate", type=float, default=6, help="cases per minute (default 6)")
        parser.add_argument("--minutes", type=float, help="stop after so long (default: at Ctrl-C)")
        parser.add_argument("--address", default=settings.PUBLIC_URL, help="where the portal is")
        parser.add_argument("--ways", default=",".join(MIX), help="which ways in to use (default: %(default)s)")
        parser.add_argument("--seed", type=int, default=7, help="seed of the demo")
        parser.add_argument("--customers", type=int, default=3_000, help="customers of the demo")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["rate"] <= 0:
            raise CommandError("--rate is above 0")
        senders = self._senders(options["ways"].split(","), options["address"].rstrip("/"))
        simulation = Simulation(senders, seed=options["seed"], customers=options["customers"], rng=Random())
        ends_at = time.monotonic() + options["minutes"] * 60 if options["minutes"] else None
        try:
            for pause in simulation.pauses(options["rate"]):
                if ends_at is not None and time.monotonic() + pause > ends_at:
                    return
                time.sleep(pause)
                self._print(simulation.send_one(timezone.localtime(now())))
        except KeyboardInterrupt:
            self.stdout.write("stopped")

    def _senders(self, ways: list[str], address: str) -> dict[str, Sender]:
        unknown = [way for way in ways if way not in MIX]
        if unknown:
            raise CommandError(f"unknown way in: {', '.join(unknown)}; there are {', '.join(MIX)}")
        if {"portal", "api"} & set(ways):
            _wait_until_ready(address)
        by_smtp = "BIHUAN_SMTP_URL" in os.environ and "BIHUAN_IMAP_URL" in os.environ
        senders: dict[str, Sender] = {
            "portal": PortalSender(address),
            "api": ApiSender(address, TokenStore()),
            "mail": SmtpMailSender() if by_smtp else PipedMailSender(),
        }
        if "api" in ways and not has_holder():
            raise CommandError(
                f"nobody has the staff number {HOLDER}: run `bihuan demo` first, or leave out the way api"
            )
        return {way: senders[way] for way in ways}

    def _print(self, sent: Sent) -> None:
        told = sent.voice.told
        mark = "" if sent.has_arrived else "NOT SENT: "
        moment = timezone.localtime(now())
        self.stdout.write(
            f"{moment:%H:%M:%S} {sent.way:6} {told.kind.lower():12} {told.category:9} {mark}{sent.result}  {told.title}"
        )
        self.stdout.flush()


def _wait_until_ready(address: str) -> None:
    """Wait for the server to be healthy. Raises CommandError when it does not become so."""
    deadline = time.monotonic() + READY_SECONDS
    while not _is_healthy(address):
        if time.monotonic() > deadline:
            raise CommandError(f"nothing answers at {address}; start it with `bihuan up`, or name it with --address")
        time.sleep(1)


def _is_healthy(address: str) -> bool:
    try:
        with urlopen(f"{address}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False

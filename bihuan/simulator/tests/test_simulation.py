"""The simulator uses the doors customers use."""

import os
from collections import Counter
from datetime import datetime
from io import StringIO
from random import Random
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from bihuan.cases.models import Case
from bihuan.demo.clientele import invent_people
from bihuan.demo.company import found_company
from bihuan.demo.seasons import SHANGHAI
from bihuan.demo.voices import COMPLAINT, CONSULTATION, SUGGESTION, Scene, tell
from bihuan.foundation.moment import now
from bihuan.intake.models import Channel, Message
from bihuan.simulator.senders import ApiSender, NotSent, PipedMailSender, PortalSender, Voice, write_mail
from bihuan.simulator.simulation import Simulation
from bihuan.simulator.tokens import TokenStore

AT = datetime(2026, 11, 23, 10, 42, tzinfo=SHANGHAI)


def voice(kind: str, seed: int = 1) -> Voice:
    rng = Random(seed)
    person = next(person for person in invent_people(rng, 40) if person.email)
    return Voice(person, tell(Scene(rng, person), kind, AT), AT)


class Recorder:
    """A way in that only takes note."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.voices: list[Voice] = []

    def send(self, sent: Voice) -> str:
        if len(self.voices) == 1:
            raise NotSent("closed")
        self.voices.append(sent)
        return "TS-20261123-000001"


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("kind", [COMPLAINT, CONSULTATION, SUGGESTION])
def test_the_public_form_opens_a_case(kind: str, live_server) -> None:  # type: ignore[no-untyped-def]
    found_company(password="Yuanhe-2026-kept", at=now(), rng=Random(1))
    number = PortalSender(live_server.url).send(voice(kind))
    case = Case.objects.get(number=number)
    assert (case.kind, case.channel) == (kind, Channel.PORTAL)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_api_opens_a_case_with_a_token_that_is_kept_and_renewed(live_server) -> None:  # type: ignore[no-untyped-def]
    found_company(password="Yuanhe-2026-kept", at=now(), rng=Random(1))
    tokens = TokenStore()
    tokens.path.unlink(missing_ok=True)
    sender = ApiSender(live_server.url, tokens)
    first = sender.send(voice(COMPLAINT))
    kept = tokens.current()
    assert Case.objects.get(number=first).channel == Channel.API
    tokens.path.write_text("bhn_no_longer_valid")
    assert Case.objects.filter(number=sender.send(voice(CONSULTATION))).exists()
    assert tokens.current() not in ("bhn_no_longer_valid", kept)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_piped_mail_becomes_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = urlsplit(os.environ["DATABASE_URL"])
    database = urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))
    monkeypatch.setenv("DATABASE_URL", database)
    assert PipedMailSender().send(voice(COMPLAINT)) == "received"
    assert Message.objects.filter(conversation__channel=Channel.MAIL).count() == 1


def test_a_server_that_is_not_there_is_told_and_not_hidden() -> None:
    with pytest.raises(NotSent):
        PortalSender("http://127.0.0.1:9").send(voice(COMPLAINT))


def test_a_mail_is_written_as_the_customer_would() -> None:
    sent = voice(COMPLAINT)
    mail = write_mail(sent)
    assert sent.person.email in mail["From"]
    assert mail.get_content().strip() == sent.words(sent.told.matter)


def test_all_ways_are_used_and_a_refusal_is_reported() -> None:
    senders = {name: Recorder(name) for name in ("portal", "api", "mail")}
    simulation = Simulation(senders, seed=7, customers=50, rng=Random(2))
    sent = [simulation.send_one(AT) for _voice in range(60)]
    assert set(Counter(one.way for one in sent)) == set(senders)
    assert {one.result for one in sent if not one.has_arrived} == {"closed"}
    assert all(one.voice.person.email for one in sent if one.way == "mail")


def test_the_stream_keeps_its_rate() -> None:
    simulation = Simulation({"portal": Recorder("portal")}, seed=7, customers=5, rng=Random(2))
    pauses = [pause for pause, _ in zip(simulation.pauses(6), range(4_000), strict=False)]
    assert 9 < sum(pauses) / len(pauses) < 11


def test_an_unknown_way_in_is_refused() -> None:
    with pytest.raises(CommandError, match="carrier pigeon"):
        call_command("simulate", ways="carrier pigeon", stdout=StringIO())


@pytest.mark.django_db
def test_the_api_needs_the_account_of_the_demo() -> None:
    with pytest.raises(CommandError):
        call_command("simulate", ways="api", address="http://127.0.0.1:9", stdout=StringIO())

"""A company's day in fast motion: customers write now and then, by every way there is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random

from bihuan.demo.clientele import Person, invent_people
from bihuan.demo.histories import KINDS
from bihuan.demo.voices import Scene, tell
from bihuan.simulator.senders import NotSent, Sender, Voice

MIX = {"portal": 55, "api": 25, "mail": 20}
NEWCOMER_SHARE = 0.3
NEWCOMERS = 400


@dataclass(frozen=True, slots=True)
class Sent:
    """What was tried: how, what about, and what came back."""

    way: str
    voice: Voice
    result: str
    has_arrived: bool


class Simulation:
    """Draws who writes what and how. The same ``seed`` and number of customers as the demo make known people write."""

    def __init__(self, senders: Mapping[str, Sender], *, seed: int, customers: int, rng: Random) -> None:
        self.senders, self.rng = senders, rng
        self.known = invent_people(Random(f"{seed} people"), customers)
        self.newcomers = invent_people(Random(f"{seed} newcomers"), NEWCOMERS)

    def pauses(self, rate: float) -> Iterator[float]:
        """Seconds between two voices: a Poisson stream of ``rate`` a minute."""
        while True:
            yield self.rng.expovariate(rate / 60)

    def send_one(self, at: datetime) -> Sent:
        """Somebody writes."""
        (way,) = self.rng.choices(list(self.senders), [MIX[name] for name in self.senders])
        person = self._person(with_mail=way == "mail")
        (kind,) = self.rng.choices(list(KINDS), list(KINDS.values()))
        voice = Voice(person, tell(Scene(self.rng, person), kind, at), at)
        try:
            return Sent(way, voice, self.senders[way].send(voice), has_arrived=True)
        except NotSent as reason:
            return Sent(way, voice, str(reason), has_arrived=False)

    def _person(self, *, with_mail: bool) -> Person:
        people = self.newcomers if self.rng.random() < NEWCOMER_SHARE else self.known
        return self.rng.choice([person for person in people if person.email] if with_mail else people)

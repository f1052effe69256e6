"""What customers write, and what the desk and the departments answer: put together from word lists, seeded.

A ``Scene`` is one parcel's story with fixed facts (goods, value, hub, outlet), so that all texts of a case agree. Texts
may speak of ``{phone}``, ``{name}`` and ``{address}``: whoever stores them puts references to the vault there, whoever
sends them as a customer puts the clear values there. No generated text holds personal data by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any

from bihuan.demo.clientele import City, Person, other_city
from bihuan.demo.wordlists import goods, wordlist

COMPLAINT, CONSULTATION, SUGGESTION = "COMPLAINT", "CONSULTATION", "SUGGESTION"
CONTACT_SHARE = {COMPLAINT: 0.09, CONSULTATION: 0.04, SUGGESTION: 0.01}
WITHOUT_PARCEL = frozenset({"OTHER", "SERVICE", "LEAK"})
CLOCKS = [f"{hour}:{minute}" for hour in range(8, 21) for minute in ("00", "20", "30", "40")]
WEEKDAYS = "一二三四五六日"
PERSONAL = ("phone", "name", "address")


@dataclass(frozen=True, slots=True)
class Told:
    """A customer's voice as it is taken down, with what will be found out about it in ``topic``.

    ``matter`` may hold the places of PERSONAL.
    """

    kind: str
    category: str
    title: str
    matter: str
    expected: str = ""
    happened_when: str = ""
    happened_where: str = ""
    involved: str = ""
    waybill: str = ""
    topic: Mapping[str, Any] = field(default_factory=dict)


class Scene:
    """The facts of one case, drawn once."""

    def __init__(self, rng: Random, person: Person) -> None:
        self.rng = rng
        self.person = person
        self.other: City = other_city(rng, person.city)
        parcel, value = rng.choice(goods())
        places = wordlist("places")["words"]
        worth = max(20, round(value * rng.uniform(0.6, 1.6) / 10) * 10)
        self.hub = rng.choice(places["hubs"]).format(city=rng.choice((self.other, person.city)).short)
        self.site = rng.choice(places["sites"]).format(city=person.city.short, district=person.city.district)
        self.waybill = f"YH77{rng.randrange(10**10):010d}"
        self.slots: dict[str, Any] = {
            "goods": parcel,
            "value": worth,
            "amount": max(15, round(worth * rng.choice((0.2, 0.3, 0.5, 0.6, 0.8, 1)))),
            "fee": rng.choice((6, 8, 10, 12, 15, 18, 22, 28, 36, 45)),
            "days": rng.choice((2, 2, 3, 3, 3, 4, 4, 5, 6, 7, 9)),
            "hours": rng.choice((1, 2, 2, 3, 3, 4, 5, 6, 8)),
            "pieces": rng.choice((2, 3, 3, 4, 5, 6, 8, 12, 20)),
            "city": person.city.short,
            "short": person.city.short,
            "origin": self.other.short,
            "hub": self.hub,
            "site": self.site,
            "shelf": rng.choice(places["shelves"]),
            "waybill": self.waybill,
            "phone": "{phone}",
            "name": "{name}",
            "address": "{address}",
            "title": person.title,
        }

    def say(self, template: str, at: datetime, *, ahead: bool = False, **more: object) -> str:
        """The template with the facts of the case; dates lie behind ``at``, or ``ahead`` of it."""
        if "{" not in template:
            return template
        day = at + timedelta(days=self.rng.randint(1, 3) if ahead else -self.rng.randint(1, 5))
        date = self.rng.choice((f"{day.month}月{day.day}日", f"周{WEEKDAYS[day.weekday()]}"))
        return template.format_map({**self.slots, "date": date, "clock": self.rng.choice(CLOCKS), **more})

    def pick(self, templates: Sequence[str], at: datetime, *, ahead: bool = False, **more: object) -> str:
        """One of the templates, said."""
        return self.say(self.rng.choice(templates), at, ahead=ahead, **more)


def tell(scene: Scene, kind: str, at: datetime) -> Told:
    """A voice of the kind, at a local time ``at``."""
    return {COMPLAINT: _complain, CONSULTATION: _ask, SUGGESTION: _suggest}[kind](scene, at)


def with_personal(text: str, values: Mapping[str, str]) -> str:
    """The text with the places of personal data filled in."""
    for name in PERSONAL:
        text = text.replace(f"{{{name}}}", values[name])
    return text


def mentions_personal(text: str) -> bool:
    """True when a text has a place for personal data."""
    return any(f"{{{name}}}" in text for name in PERSONAL)


@cache
def shares(table: str) -> tuple[tuple[Mapping[str, Any], ...], tuple[float, ...]]:
    """The topics of a table of voices, with the share of each."""
    words = wordlist(table)
    rows = words.get("topic") or [row | {"category": code} for code, row in words.items() if "share" in row]
    return tuple(rows), tuple(row["share"] for row in rows)


def _topic(rng: Random, table: str) -> Mapping[str, Any]:
    rows, weights = shares(table)
    return rng.choices(rows, weights)[0]


def _contact(rng: Random, kind: str) -> str:
    return rng.choice(wordlist("complaints")["common"]["contacts"]) if rng.random() < CONTACT_SHARE[kind] else ""


def _complain(scene: Scene, at: datetime) -> Told:
    rng, words = scene.rng, wordlist("complaints")["common"]
    topic = _topic(rng, "complaints")
    incident = rng.choice(topic["incidents"])
    parts = (words["openings"], incident["texts"], words["effects"])
    text = "".join(map(rng.choice, parts)) + _contact(rng, COMPLAINT) + rng.choice(words["pushes"])
    with_parcel = topic["category"] not in WITHOUT_PARCEL
    return Told(
        kind=COMPLAINT,
        category=topic["category"],
        title=scene.say(incident["title"], at),
        matter=scene.say(text, at),
        expected=scene.pick(incident["expects"], at),
        happened_when=scene.pick(words["whens"], at),
        happened_where=rng.choice((scene.hub, scene.site, scene.person.city.short)),
        involved=scene.pick(words["involved"], at),
        waybill=scene.waybill if with_parcel and rng.random() < 0.93 else "",
        topic={"request": topic["request"], "outcome": _outcome(rng, incident)},
    )


def _outcome(rng: Random, incident: Mapping[str, Any]) -> Sequence[str]:
    """What will be found out: the first of an incident's outcomes is the most frequent."""
    outcomes = incident["outcomes"]
    return rng.choices(outcomes, range(len(outcomes) + 1, 1, -1))[0]


def _ask(scene: Scene, at: datetime) -> Told:
    rng, words = scene.rng, wordlist("consultations")["common"]
    topic = _topic(rng, "consultations")
    title, question, answer = rng.choice(topic["questions"])
    text = rng.choice(words["openings"]) + question + rng.choice(words["closings"]) + _contact(rng, CONSULTATION)
    return Told(
        kind=CONSULTATION,
        category=topic["category"],
        title=scene.say(title, at),
        matter=scene.say(text, at),
        waybill=scene.waybill if "{waybill}" in text or rng.random() < 0.35 else "",
        topic={"answer": answer, "is_slow": topic.get("slow", False)},
    )


def _suggest(scene: Scene, at: datetime) -> Told:
    rng, words = scene.rng, wordlist("suggestions")["common"]
    topic = _topic(rng, "suggestions")
    title, idea = rng.choice(topic["ideas"])
    text = rng.choice(words["openings"]) + idea + rng.choice(words["closings"])
    return Told(
        kind=SUGGESTION,
        category=topic["category"],
        title=scene.say(title, at),
        matter=scene.say(text, at),
        topic={"function": topic["function"], "adopt": topic["adopt"]},
    )

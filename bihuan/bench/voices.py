"""What customers said: some thousand different voices of the demo's word lists, with the terms each is found by.

A million cases share them; number, waybill, time, unit and state differ from case to case. So words are as frequent as
in the demo, and the vectors as long.
"""

from dataclasses import dataclass
from datetime import datetime
from random import Random

from bihuan.bench.copying import ESCAPES
from bihuan.demo.clientele import invent_people
from bihuan.demo.seasons import SHANGHAI
from bihuan.demo.voices import Scene, mentions_personal, tell
from bihuan.language.segmentation import search_vector_terms

KINDS = {"COMPLAINT": 0.38, "CONSULTATION": 0.55, "SUGGESTION": 0.07}


@dataclass(frozen=True, slots=True)
class Voice:
    """One text as it is stored; ``terms`` is the vector without what names the single case."""

    kind: str
    category: str
    title: str
    matter: str
    expected: str
    where: str
    province: str
    terms: str


def invent_voices(rng: Random, count: int, at: datetime) -> list[Voice]:
    """``count`` voices, each kind with its share. Texts that would mention personal data are left out."""
    people = invent_people(rng, min(count, 2_000))
    kinds = rng.choices(list(KINDS), list(KINDS.values()), k=count * 2)
    voices: list[Voice] = []
    for kind in kinds:
        person = rng.choice(people)
        told = tell(Scene(rng, person), kind, at.astimezone(SHANGHAI))
        if mentions_personal(told.matter + told.title + told.expected):
            continue
        texts = (told.title, told.matter, told.happened_where, told.involved, told.expected)
        terms = sorted({term for text in texts for term in search_vector_terms(text)})
        voices.append(
            Voice(
                kind=kind,
                category=told.category,
                title=told.title.translate(ESCAPES),
                matter=told.matter.translate(ESCAPES),
                expected=told.expected.translate(ESCAPES),
                where=told.happened_where.translate(ESCAPES),
                province=person.city.province,
                terms=" ".join(quoted(term) for term in terms),
            )
        )
        if len(voices) == count:
            break
    return voices


def quoted(term: str) -> str:
    """A lexeme as the text form of a tsvector has it."""
    escaped = term.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"

"""The stage a story is told on: the chronicle, its people and words, time, and what happens on the side."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from bihuan.demo.cast import Cast
from bihuan.demo.chronicle import Chronicle
from bihuan.demo.rows import Row
from bihuan.demo.rulebook import Rulebook
from bihuan.demo.seasons import SHANGHAI, day_weight
from bihuan.demo.voices import Scene
from bihuan.demo.wordlists import wordlist
from bihuan.organization.models import Unit

Aside = Callable[[datetime], None]


def moment_words(at: datetime) -> str:
    """A time as the desk writes it to customers."""
    local = at.astimezone(SHANGHAI)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


@dataclass
class Stage:
    """One telling. ``at`` is when the last thing of the main line happened."""

    story: Chronicle
    cast: Cast
    scene: Scene
    rng: Random
    at: datetime
    asides: list[tuple[datetime, Aside]] = field(default_factory=list)

    @property
    def case(self) -> Row:
        return self.story.case

    @property
    def team(self) -> Unit:
        return self.story.opening.team

    @property
    def rules(self) -> Rulebook:
        return self.story.world.rulebook

    @property
    def load(self) -> float:
        """How much slower everything goes on a busy day."""
        return max(0.85, min(1.5, day_weight(self.at.astimezone(SHANGHAI).date()) ** 0.5))

    def minutes(self, kind: str) -> int:
        """The published working minutes of a promise of this case."""
        return self.rules.minutes(self.case.kind, kind, self.case.priority)

    def share(self, median: float, spread: float) -> float:
        """A share of a promised time: around the median, with a long tail, longer on busy days."""
        return self.rng.lognormvariate(0, spread) * median * self.load

    def after(self, minutes: float, since: datetime | None = None) -> datetime:
        """So many working minutes after the last event of the main line, or after ``since``."""
        return self.rules.after(since or self.at, minutes)

    def go_to(self, at: datetime) -> datetime:
        """Move on along the main line, letting happen what lies on the way."""
        for moment, aside in sorted(self.asides, key=lambda pair: pair[0]):
            if moment <= at:
                aside(moment)
        self.asides = [pair for pair in self.asides if pair[0] > at]
        self.at = at
        return at

    def between(self, end: datetime, low: float = 0.1, high: float = 0.9) -> datetime:
        """A moment of working time on the way from here to ``end``."""
        seconds = self.rules.service.elapsed_seconds(self.at, end)
        return min(self.after(seconds / 60 * self.rng.uniform(low, high)), end)

    def beside(self, at: datetime, aside: Aside) -> None:
        """Let something happen on the way."""
        self.asides.append((at, aside))

    def say(self, table: str, group: str, at: datetime, key: str = "texts", **more: object) -> str:
        """A sentence of a word list, in the words of this case."""
        return self.scene.pick(wordlist(table)[group][key], at.astimezone(SHANGHAI), **more)  # type: ignore[arg-type]

    def tell(self, template: str, at: datetime, *, ahead: bool = False, **more: object) -> str:
        """One given sentence in the words of this case."""
        return self.scene.say(template, at.astimezone(SHANGHAI), ahead=ahead, **more)

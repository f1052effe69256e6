"""``bihuan parcels simulate --count 20 [--story STRANDED] [--seed 7]``: realistic journeys to look at and to try."""

from random import Random

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from bihuan.foundation.actor import Actor, ActorKind, Via
from bihuan.foundation.moment import now
from bihuan.parcels.actions import simulate_parcels
from bihuan.parcels.journeys import Story


class Command(BaseCommand):
    help = _("包裹：模拟正常、延误、滞留、丢失、破损、虚假签收的轨迹")

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        play = verbs.add_parser("simulate", help=_("登记一些运单并放出它们的轨迹"))
        play.add_argument("--count", type=int, default=12)
        play.add_argument("--story", choices=[str(story) for story in Story])
        play.add_argument("--seed", type=int, default=1)

    def handle(self, *args, **options) -> None:
        actor = Actor(kind=ActorKind.SYSTEM, id=None, name="parcels-command", via=Via.COMMAND)
        dice, stories = Random(options["seed"]), list(Story)
        told = {
            f"YH78{dice.randrange(10**10):010d}": options["story"] or str(stories[index % len(stories)])
            for index in range(options["count"])
        }
        added = simulate_parcels(actor=actor, told=told, seed=options["seed"], at=now())
        for number, story in told.items():
            self.stdout.write(f"{number}  {story}")
        self.stdout.write(_("存入 {count} 条动态。").format(count=added))

"""``bihuan parcels simulate --count 20 [--story STRANDED] [--seed 7]``: realistic journeys to look at and to try.

``bihuan parcels ask NUMBER``: ask whoever knows a parcel, now, and store nothing.
"""

from random import Random
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.foundation.actor import Actor, ActorKind, Via
from bihuan.foundation.errors import Invalid
from bihuan.foundation.moment import now
from bihuan.parcels.actions import ProviderFailed, ask_about_parcel, simulate_parcels
from bihuan.parcels.journeys import Story
from bihuan.parcels.models import Source
from bihuan.parcels.names import mask_all
from bihuan.parcels.queries import normalize


class Command(BaseCommand):
    help = _("包裹：模拟正常、延误、滞留、丢失、破损、虚假签收的轨迹")

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        play = verbs.add_parser("simulate", help=_("登记一些运单并放出它们的轨迹"))
        play.add_argument("--count", type=int, default=12)
        play.add_argument("--story", choices=[str(story) for story in Story])
        play.add_argument("--seed", type=int, default=1)

        ask = verbs.add_parser("ask", help=_("现在就查一个运单，只显示，不存"))
        ask.add_argument("number")

    def handle(self, *args, **options) -> None:
        actor = Actor(kind=ActorKind.SYSTEM, id=None, name="parcels-command", via=Via.COMMAND)
        if options["verb"] == "ask":
            self._ask(actor, options["number"])
        else:
            self._simulate(actor, options)

    def _ask(self, actor: Actor, number: str) -> None:
        """Show when, what and where; the words of a scan may name people and are left out."""
        try:
            answer = ask_about_parcel(actor=actor, number=normalize(number), at=now())
        except ProviderFailed as failure:
            raise CommandError(f"{failure.problem}: {failure.problem.label}") from failure
        except Invalid as refusal:
            raise CommandError(str(refusal)) from refusal
        for scan in answer.scans:
            moment = timezone.localtime(scan.at)
            self.stdout.write(f"{moment:%Y-%m-%d %H:%M:%S}  {scan.code:14}  {mask_all(scan.place)}")
        counts = _("{source}：{count} 条动态，{refused} 条的时间不可信。")
        self.stdout.write(
            counts.format(source=Source(answer.provider).label, count=len(answer.scans), refused=answer.refused)
        )

    def _simulate(self, actor: Actor, options: dict[str, Any]) -> None:
        dice, stories = Random(options["seed"]), list(Story)
        told = {
            f"YH78{dice.randrange(10**10):010d}": options["story"] or str(stories[index % len(stories)])
            for index in range(options["count"])
        }
        added = simulate_parcels(actor=actor, told=told, seed=options["seed"], at=now())
        for number, story in told.items():
            self.stdout.write(f"{number}  {story}")
        self.stdout.write(_("存入 {count} 条动态。").format(count=added))

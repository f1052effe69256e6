"""``bihuan tariffs import FILE.xlsx --from 2026-12-01 | sample``."""

from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.foundation.actor import Actor, ActorKind, Via
from bihuan.foundation.errors import Refusal
from bihuan.foundation.moment import now
from bihuan.tariffs.actions import TariffInvalid, import_tariff, load_sample_tariff


class Command(BaseCommand):
    help = _("价目表：导入工作簿，或装入示例")

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        book = verbs.add_parser("import", help=_("导入一本 XLSX：规则、价格、分区、服务区域四张表"))
        book.add_argument("file", type=Path)
        sample = verbs.add_parser("sample", help=_("装入演示公司的价目表"))
        for verb in (book, sample):
            verb.add_argument("--from", dest="from_on", type=date.fromisoformat, help=_("生效日，默认今天"))

    def handle(self, *args, **options) -> None:
        actor = Actor(kind=ActorKind.SYSTEM, id=None, name="tariffs-command", via=Via.COMMAND)
        at = now()
        from_on = options["from_on"] or timezone.localdate(at)
        try:
            if options["verb"] == "sample":
                edition = load_sample_tariff(actor=actor, from_on=from_on, at=at)
            else:
                file: Path = options["file"]
                edition = import_tariff(
                    actor=actor, content=file.read_bytes(), from_on=from_on, source=file.name, at=at
                )
        except TariffInvalid as refusal:
            self._tell_errors(refusal)
            raise CommandError(f"{refusal}{refusal.next_step}") from refusal
        except (OSError, Refusal) as problem:
            raise CommandError(str(problem)) from problem
        words = _("{from_on} 起生效：价格 {rates} 条，分区 {routes} 条，城市 {areas} 个。")
        counts = {"rates": edition.rates.count(), "routes": edition.routes.count(), "areas": edition.areas.count()}
        self.stdout.write(words.format(from_on=edition.from_on, **counts))

    def _tell_errors(self, refusal: TariffInvalid) -> None:
        for error in refusal.facts["errors"]:
            place = "" if isinstance(error, str) else f"{error.sheet} {error.row}: "
            self.stderr.write(f"{place}{error if isinstance(error, str) else error.reason}")

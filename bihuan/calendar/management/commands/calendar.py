"""``bihuan calendar import FILE.csv | load-china YEAR | hours CODE HOURS | status``."""

import csv
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.calendar.actions import CalendarTableInvalid, Coverage, import_days, load_china, set_hours
from bihuan.calendar.models import CalendarEdition
from bihuan.calendar.queries import list_statuses
from bihuan.calendar.table import RowError, parse_shifts, read_table
from bihuan.foundation.actor import Actor, ActorKind, Via
from bihuan.foundation.errors import Refusal
from bihuan.foundation.moment import now


class Command(BaseCommand):
    help = _("工作日历：导入节假日、设定班次、查看覆盖到哪一天")

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        table = verbs.add_parser("import", help=_("导入一张节假日表（CSV：日期,类型,名称,班次）"))
        table.add_argument("file", type=Path)
        table.add_argument("--year", type=int, help=_("这张表写全了这一年：覆盖日期随之延长"))
        china = verbs.add_parser("load-china", help=_("装入随附的中国节假日"))
        china.add_argument("year", type=int)
        hours = verbs.add_parser("hours", help=_("设定每周班次，周一到周日各一个参数，不上班写 -"))
        hours.add_argument("hours", nargs=7, metavar="HOURS")
        for verb in (table, china, hours):
            verb.add_argument("--calendar", default="OFFICE")
        verbs.add_parser("status", help=_("各日历覆盖到哪一天"))

    def handle(self, *args, **options) -> None:
        actor = Actor(kind=ActorKind.SYSTEM, id=None, name="calendar-command", via=Via.COMMAND)
        try:
            match options["verb"]:
                case "import":
                    self._import(actor, options)
                case "load-china":
                    year, code = options["year"], options["calendar"]
                    self._tell(load_china(actor=actor, calendar_code=code, year=year, at=now()))
                case "hours":
                    self._set_hours(actor, options)
                case _:
                    self._show_statuses()
        except Refusal as refusal:
            raise CommandError(f"{refusal}{refusal.next_step}") from refusal

    def _import(self, actor: Actor, options) -> None:
        file: Path = options["file"]
        try:
            rows, errors = read_table(file.read_bytes())
        except (OSError, ValueError) as problem:
            raise CommandError(f"{file}: {problem}") from problem
        if errors:
            written = self._write_errors(file, errors)
            self.stderr.write(_("有问题的行写在 {file}").format(file=written))
            raise CalendarTableInvalid(count=len(errors), field="file")
        covers = Coverage.year(options["year"]) if options["year"] else None
        code = options["calendar"]
        edition = import_days(actor=actor, calendar_code=code, days=rows, covers=covers, source=file.name, at=now())
        self.stdout.write(_("读入 {count} 天。").format(count=len(rows)))
        self._tell(edition)

    def _write_errors(self, file: Path, errors: list[RowError]) -> Path:
        target = file.with_suffix(".errors.csv")
        with target.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow([_("行号"), _("内容"), _("原因")])
            for error in errors:
                writer.writerow([error.line, error.row, error.reason])
                self.stderr.write(f"{error.line}: {error.row}: {error.reason}")
        return target

    def _set_hours(self, actor: Actor, options) -> None:
        try:
            weekly = [parse_shifts("" if text == "-" else text) for text in options["hours"]]
        except ValueError as problem:
            raise CommandError(str(problem)) from problem
        source = " ".join(options["hours"])
        self._tell(set_hours(actor=actor, calendar_code=options["calendar"], weekly=weekly, source=source, at=now()))

    def _tell(self, edition: CalendarEdition) -> None:
        until = edition.covered_until or _("不需要节假日表")
        message = _("日历 {code} 现在是第 {number} 版，覆盖到：{until}")
        self.stdout.write(message.format(code=edition.calendar.code, number=edition.number, until=until))

    def _show_statuses(self) -> None:
        for status in list_statuses(timezone.localdate(now())):
            until = status.covered_until or _("不需要节假日表")
            line = _("{code} {name}：第 {number} 版，覆盖到 {until}，来源：{source}")
            self.stdout.write(
                line.format(
                    code=status.code, name=status.name, number=status.edition, until=until, source=status.source
                )
            )
            if status.is_ending:
                warning = _("  注意：还有 {days} 天就没有节假日表了，之后的期限会被拒绝。请导入下一年。")
                self.stdout.write(self.style.WARNING(warning.format(days=status.days_left)))

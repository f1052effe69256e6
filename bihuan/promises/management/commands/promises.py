"""``bihuan promises escalate | check | recompute CALENDAR | policies | publish …``."""

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.foundation.actor import Actor, ActorKind, Via
from bihuan.foundation.errors import Refusal
from bihuan.foundation.moment import now
from bihuan.promises.actions import PolicyRow, publish_policy
from bihuan.promises.models import PromiseKind, PromisePolicy
from bihuan.promises.queries import list_beyond_coverage, list_policies, list_unpromisable
from bihuan.promises.tasks import escalate_all, recompute_all

ACTOR = Actor(kind=ActorKind.SYSTEM, id=None, name="promises-command", via=Via.COMMAND)


class Command(BaseCommand):
    help = _("承诺台账：升级到期的承诺、核对日历覆盖、时限政策")

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("escalate", help=_("立即执行一次升级"))
        verbs.add_parser("check", help=_("列出超出日历覆盖范围的承诺和不能再承诺的时限"))
        recompute = verbs.add_parser("recompute", help=_("按日历现行版重算进行中的承诺"))
        recompute.add_argument("calendar")
        verbs.add_parser("policies", help=_("现行时限政策"))
        publish = verbs.add_parser("publish", help=_("发布一行时限政策"))
        publish.add_argument("case_kind")
        publish.add_argument("kind", choices=PromiseKind.values)
        publish.add_argument("--minutes", type=int, required=True)
        publish.add_argument("--text", required=True, help=_("对客户承诺什么"))
        publish.add_argument("--text-en", default="")
        publish.add_argument("--source", required=True, help=_("依据：法规或公司规定"))
        publish.add_argument("--priority", type=int, choices=(1, 2, 3, 4))
        publish.add_argument("--division", type=int, help=_("大区编号"))
        publish.add_argument("--calendar", default="SERVICE")
        publish.add_argument("--risk", type=int, default=75)

    def handle(self, *args, **options) -> None:
        verbs = {
            "escalate": self._escalate,
            "check": self._check,
            "recompute": self._recompute,
            "policies": self._policies,
            "publish": self._publish,
        }
        try:
            verbs[options["verb"]](options)
        except Refusal as refusal:
            raise CommandError(f"{refusal}{refusal.next_step}") from refusal

    def _escalate(self, options) -> None:
        self.stdout.write(_("处理了 {count} 项到期的承诺。").format(count=escalate_all()))

    def _recompute(self, options) -> None:
        recompute_all(ACTOR, options["calendar"])
        self.stdout.write(_("已按日历 {code} 的现行版重算。").format(code=options["calendar"]))

    def _check(self, options) -> None:
        beyond, refused = list_beyond_coverage(), list_unpromisable(now())
        for promise in beyond:
            due = timezone.localtime(promise.due_at).strftime("%Y-%m-%d %H:%M")
            row = _("承诺 {id}（{subject} {subject_id}，{kind}）{due} 到期，超出日历覆盖范围。")
            facts = {"id": promise.pk, "subject": promise.subject, "subject_id": promise.subject_id}
            self.stdout.write(row.format(**facts, kind=promise.get_kind_display(), due=due))
        for policy, end in refused:
            self.stdout.write(f"{self._row(policy)}: {end}")
        if beyond or refused:
            raise CommandError(_("请导入下一年的节假日表：bihuan calendar import 文件.csv --year 年份"))
        self.stdout.write(_("所有未结承诺和时限政策都在日历覆盖范围内。"))

    def _policies(self, options) -> None:
        for policy in list_policies():
            self.stdout.write(self._row(policy))

    def _row(self, policy: PromisePolicy) -> str:
        where = policy.division.label if policy.division else _("全国")
        priority = f"P{policy.priority}" if policy.priority else _("各优先级")
        limit = _("{minutes} 分").format(minutes=policy.minutes)
        kind = policy.get_kind_display()
        return f"{policy.case_kind} · {kind} · {priority} · {where} · {limit} · {policy.calendar.code} · {policy.label}"

    def _publish(self, options) -> None:
        row = PolicyRow(
            case_kind=options["case_kind"],
            kind=PromiseKind(options["kind"]),
            minutes=options["minutes"],
            text=options["text"],
            text_en=options["text_en"],
            source=options["source"],
            calendar_code=options["calendar"],
            priority=options["priority"],
            division_id=options["division"],
            risk_percent=options["risk"],
        )
        policy = publish_policy(actor=ACTOR, row=row, at=now())
        self.stdout.write(f"{self._row(policy)} · {policy.number}")

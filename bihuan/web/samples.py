"""What the style guide shows: one afternoon's lost parcel, told with every component. No query, no real person."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.web.components import (
    Action,
    Clock,
    Column,
    DataLook,
    EventKind,
    Evidence,
    FileChip,
    Filter,
    NextStep,
    PhoneCard,
    PromiseLook,
    Refused,
    SegItem,
    Span,
    SpanKind,
    Stage,
    Tag,
    TimelineEvent,
    Tone,
    TrackScan,
    Why,
    WhyStep,
)
from bihuan.web.wording import moment_words

NOW = datetime(2026, 11, 23, 10, 42, tzinfo=timezone.get_default_timezone())


def moment(days: int, hour: int, minute: int) -> datetime:
    """A moment so many days before the afternoon of the style guide."""
    return NOW.replace(hour=hour, minute=minute) - timedelta(days=days)


class SampleForm(forms.Form):
    """A field of every kind."""

    waybill = forms.CharField(
        label=gettext_lazy("运单号"), help_text=gettext_lazy("没有单号也可以提交"), required=False
    )
    stage = forms.ChoiceField(
        label=gettext_lazy("运单环节"),
        choices=[("HUB", gettext_lazy("干线运输 › 卸车")), ("DOOR", gettext_lazy("派送"))],
    )
    story = forms.CharField(
        label=gettext_lazy("说说经过"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("什么时候、在哪里、谁、什么事"),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("哪一类问题"),
        widget=forms.RadioSelect,
        choices=[
            ("LOST", gettext_lazy("丢失、少件")),
            ("DELAY", gettext_lazy("延误")),
            ("DAMAGE", gettext_lazy("损坏")),
            ("SIGNED", gettext_lazy("没同意就签收")),
            ("MANNER", gettext_lazy("服务态度")),
            ("FEE", gettext_lazy("收费")),
        ],
    )
    wishes = forms.MultipleChoiceField(
        label=gettext_lazy("你希望怎么解决"),
        widget=forms.CheckboxSelectMultiple,
        choices=[
            ("FIND", gettext_lazy("尽快找回")),
            ("PAY", gettext_lazy("按保价赔偿")),
            ("WHY", gettext_lazy("说明原因")),
        ],
        error_messages={"required": gettext_lazy("请至少选一项。知道你想要的结果，我们才能第一次就给对方案。")},
    )
    files = forms.FileField(label=gettext_lazy("照片或凭证"), required=False)  # type: ignore[assignment]
    agree = forms.BooleanField(label=gettext_lazy("我已阅读并同意用这些资料处理本案"), required=False)


KIND_ICONS = {
    "LOST": "package-off",
    "DELAY": "clock-exclamation",
    "DAMAGE": "box-off",
    "SIGNED": "signature",
    "MANNER": "mood-angry",
    "FEE": "receipt-yen",
}


def looks() -> dict[str, PromiseLook]:
    """A promise in every state."""
    return {
        "track": PromiseLook(Tone.TRACK, 62, _("剩 3 小时 48 分")),
        "risk": PromiseLook(Tone.RISK, 86, _("剩 1 小时 18 分")),
        "late": PromiseLook(Tone.LATE, 100, _("已超时 22 分")),
        "paused": PromiseLook(Tone.PAUSED, 55, _("等客户补充")),
        "kept": PromiseLook(Tone.KEPT, 100, _("早 40 分")),
    }


def case() -> dict[str, Any]:
    """Stages, clocks and timeline of the lost parcel."""
    shown = looks()
    stages = [
        Stage(_("受理"), moment_words(moment(1, 19, 48), NOW), "done"),
        Stage(_("确认"), "20:16", "done"),
        Stage(_("协办"), "20:31", "done"),
        Stage(_("调查"), _("现在"), "now"),
        Stage(_("答复"), _("14:30 前")),
        Stage(_("回访"), _("1 天内")),
        Stage(_("办结"), _("7 日内")),
    ]
    clocks = [
        Clock(shown["track"], _("承诺客户：今天 14:30 前给调查结果"), why_url="?part=why"),
        Clock(shown["risk"], _("协办 · 武汉转运中心"), value="12:00"),
        Clock(PromiseLook(Tone.TRACK, 9, _("剩 6 天 9 小时")), _("法定 7 日 · 不暂停")),
    ]
    return {"stages": stages, "clocks": clocks, "events": events(), "evidence_list": evidence_list(), "why": why()}


def events() -> list[TimelineEvent]:
    """One event of every kind."""
    video = FileChip(_("3号口装车监控 13:20–13:30.mp4"), "#", "video/mp4", 86_000_000)
    lists = FileChip(_("装车清单 鄂A·F2086.pdf"), "#", "application/pdf", 240_000)
    accepted = [Tag(_("20:31 已接收"), Tone.KEPT)]
    return [
        TimelineEvent(
            EventKind.CUSTOMER,
            _("王*"),
            moment(1, 19, 48),
            _("客户 · 门户"),
            _("镜头是周五要用的，物流停在武汉三天了，打网点电话没人接。申报保价 3000 元，请今天给我一个说法。"),
        ),
        TimelineEvent(
            EventKind.REPLY,
            _("林晓雯"),
            moment(1, 20, 17),
            _("回复客户 · 邮件 · 已送达"),
            _(
                "王先生，寄件凭证收到，谢谢。耽误您用镜头非常抱歉。"
                "案件正转武汉转运中心核查，明天 14:30 前给您调查结果，中途有进展我会先告诉您。"
            ),
        ),
        TimelineEvent(
            EventKind.NOTE,
            _("林晓雯"),
            moment(1, 20, 22),
            body=_("客户语气着急但配合。末次扫描为武汉装车，汉阳无到件，先按丢失办，不要承诺找回。"),
        ),
        TimelineEvent(
            EventKind.HANDOFF, _("转协办 武汉转运中心"), moment(1, 20, 26), _("要求：装卸监控、装车清单"), tags=accepted
        ),
        TimelineEvent(
            EventKind.EVIDENCE, _("证据 2 件"), moment(0, 9, 17), _("武汉转运中心 · 许建国"), files=[video, lists]
        ),
        TimelineEvent(
            EventKind.SYSTEM, _("系统"), moment(0, 9, 18), _("装车清单 214 票，卸车扫描 213 票，缺 1 票即本单")
        ),
        TimelineEvent(EventKind.REMINDER, _("催办"), moment(0, 10, 5), _("卸车监控 → 汉阳营业部，第 1 次")),
        TimelineEvent(EventKind.PROMISE, _("延期"), moment(0, 10, 12), _("承诺改到 今天 16:30，已先告知客户")),
        TimelineEvent(
            EventKind.CALLBACK,
            _("回访"),
            moment(0, 10, 40),
            _("魏强 · 客户答「不满意」，升一级重办"),
            tags=[Tag(_("不满意"), Tone.RISK)],
        ),
    ]


def evidence_list() -> list[Evidence]:
    return [
        Evidence(_("保价与寄件凭证"), _("客户 王* · 周日 20:16"), Tone.KEPT, _("已齐")),
        Evidence(_("装车监控"), _("许建国 · 09:17 · 校验码 3f9a…c21e 一致"), Tone.KEPT, _("已齐")),
        Evidence(
            _("卸车监控"),
            _("汉阳营业部 · 12:00 前 · 已催 1 次"),
            Tone.RISK,
            _("临期"),
            Action(_("再催"), "#", post=True),
        ),
        Evidence(_("封签照片"), _("汉阳营业部 · 昨天 18:00 前"), Tone.LATE, _("已超时")),
        Evidence(_("司机情况说明"), _("干线承运商 · 尚未要求"), None, _("未要求"), Action(_("去要"), "#", post=True)),
    ]


def why() -> Why:
    """Six working hours with a pause, a night and a noon; adds up to the minute."""
    edges = [
        (SpanKind.COUNTED, moment(1, 19, 48), moment(1, 20, 4), _("16 分")),
        (SpanKind.PAUSED, moment(1, 20, 4), moment(1, 20, 16), ""),
        (SpanKind.COUNTED, moment(1, 20, 16), moment(1, 21, 0), _("44 分")),
        (SpanKind.OFF, moment(1, 21, 0), moment(0, 8, 0), _("夜间")),
        (SpanKind.COUNTED, moment(0, 8, 0), NOW, _("2 小时 42 分")),
        (SpanKind.WAITING, NOW, moment(0, 12, 0), _("1 小时 18 分")),
        (SpanKind.OFF, moment(0, 12, 0), moment(0, 13, 30), _("午间")),
        (SpanKind.WAITING, moment(0, 13, 30), moment(0, 14, 30), _("1 小时")),
    ]
    steps = [
        WhyStep(
            _("规则：丢失短少 · 金卡，6 工作小时内给调查结果"),
            _("打开规则"),
            _("时限政策 v12 第 4 行 · 全国投诉日历 08:00–12:00、13:30–21:00"),
            url="#",
        ),
        WhyStep(_("周日 19:48 收到首条消息，至 20:04"), _("+ 16 分")),
        WhyStep(_("20:04–20:16 等客户补寄件凭证，暂停"), _("不计 12 分"), paused=True),
        WhyStep(_("周日 20:16 至收工 21:00"), _("+ 44 分")),
        WhyStep(_("周一 08:00–12:00"), _("+ 4 小时")),
        WhyStep(_("周一 13:30–14:30"), _("+ 1 小时")),
    ]
    return Why(
        title=_("为什么是 14:30？"),
        subtitle=_("6 工作小时，从收到投诉起算"),
        steps=steps,
        total=_("到期 周一 14:30"),
        total_amount=_("6 小时 00 分"),
        spans=[Span(*edge) for edge in edges],
        at=NOW,
        assurance=_("到期时有人在班：林晓雯 周一 08:00–17:00。"),
        hint=_("延期只能在到期前提出，并先告知客户。"),
        actions=[Action(_("申请延期"), "#", icon="calendar-plus")],
    )


def refused() -> Refused:
    return Refused(
        title=_("不能办结 TS-20261122-000305"),
        sentence=_("投诉须由没承办过本案的人回访，客户答「满意」后才能办结。\n本案还没有回访记录。"),
        code="case_callback_missing",
        rule=_("办结须有中立回访 · CL-07"),
        owner=_("质量部，2026-09-01 起"),
        kept=_("还在页面上，没有丢"),
        steps=[
            NextStep(_("请周岚回访"), _("她没有碰过本案"), Action(_("转给周岚"), "#", post=True, primary=True)),
            NextStep(_("客户三次联系不上"), _("附三次通话记录，走「无法回访」"), Action(_("打开"), "#")),
        ],
    )


def portal() -> dict[str, Any]:
    """Steps of the form, the way of a case, and who looked."""
    return {
        "steps": [
            Stage(_("哪一件"), state="done"),
            Stage(_("发生了什么"), state="now"),
            Stage(_("怎么联系你")),
            Stage(_("核对提交")),
        ],
        "way": [
            Stage(_("已受理"), moment_words(moment(1, 19, 48), NOW), "done", _("收到你的消息，案件号当场给出。")),
            Stage(
                _("已确认"), moment_words(moment(1, 20, 16), NOW), "done", _("收到你补的寄件底单。客服林晓雯负责到底。")
            ),
            Stage(
                _("正在调查"), _("今天 09:17 更新"), "now", _("武汉转运中心交来装车监控和清单，正在查汉阳卸车监控。")
            ),
            Stage(_("答复"), _("今天 14:30 前"), "todo", _("结论、赔付金额和依据。")),
            Stage(_("回访"), _("答复后 1 天内"), "todo", _("换一位同事问你满不满意；不满意，退回重办。")),
        ],
        "looked": [
            DataLook(_("林晓雯 · 客服"), moment(1, 20, 1), _("看了手机号。用途：回电核实")),
            DataLook(_("许* · 武汉转运中心"), moment(1, 20, 31), _("看了运单和内件。没有看电话和地址")),
        ],
    }


def phone() -> list[PhoneCard]:
    shown = looks()
    return [
        PhoneCard(
            "#",
            shown["late"],
            2,
            _("内件短少：6 件只收到 5 件"),
            _("核对称重记录和封签照片"),
            _("丢失短少 › 内件短少"),
            _("客服 周岚"),
        ),
        PhoneCard(
            "#",
            PromiseLook(Tone.RISK, 86, _("12:00 前答复")),
            1,
            _("整件丢失：汉阳营业部未到件"),
            _("补卸车监控、司机情况说明"),
            _("丢失短少 › 整件丢失"),
            _("客服 林晓雯"),
            _("第 2 次请求：监控缺 13:30 之后"),
        ),
    ]


def rows() -> list[dict[str, Any]]:
    """Cases at risk as a table shows them."""
    shown = looks()
    return [
        {
            "look": shown["late"],
            "priority": 2,
            "number": "TS-20261121-000412",
            "matter": _("签收争议 · 刘*"),
            "owner": _("林晓雯"),
            "stage": _("答复"),
        },
        {
            "look": shown["risk"],
            "priority": 1,
            "number": "TS-20261122-000291",
            "matter": _("损毁 · 内件 · 赵*"),
            "owner": _("杜鹏"),
            "stage": _("调查"),
        },
        {
            "look": shown["track"],
            "priority": 3,
            "number": "ZX-20261123-000077",
            "matter": _("改址 · 陈**"),
            "owner": _("范明"),
            "stage": _("确认"),
        },
        {
            "look": shown["paused"],
            "priority": 4,
            "number": "JY-20261120-000018",
            "matter": _("建议 · 吴*"),
            "owner": _("潘婷"),
            "stage": _("协办"),
        },
    ]


def everything() -> dict[str, Any]:
    """All data of the style guide page."""
    return {
        "now": NOW,
        "looks": looks(),
        "case": case(),
        "refused": refused(),
        "portal": portal(),
        "cards": phone(),
        "rows": rows(),
        "columns": [
            Column(_("承诺"), "?sort=due", "ascending"),
            Column(_("优先"), "?sort=priority"),
            Column(_("案件")),
            Column(_("事由 · 客户")),
            Column(_("承办")),
            Column(_("阶段")),
        ],
        "narrowing": [
            Filter("stage", _("阶段"), [("ask", _("调查")), ("answer", _("答复"))], "ask"),
            Filter("priority", _("优先级"), [(1, "P1"), (2, "P2")]),
        ],
        "segments": [SegItem(_("本班次"), "#", True), SegItem(_("今天"), "#"), SegItem(_("近 30 天"), "#", count=128)],
        "page": SimpleNamespace(next="abc"),
        "action": Action(_("看已处理的 14 件"), "#"),
        "facts": [
            (_("运单"), "YH7731 0482 9156"),
            (_("内件"), _("相机镜头，保价 ¥3,000.00")),
            (_("路线"), _("杭州 → 武汉汉阳")),
        ],
        "scans": [
            TrackScan(_("异常：汉阳营业部未到件"), _("72 小时规则"), _("应到 19 日 18:00，已过 88 小时"), bad=True),
            TrackScan(_("武汉转运中心 已装车 鄂A·F2086"), "11-19 13:26"),
            TrackScan(_("余杭营业部 揽收"), "11-18 16:20"),
        ],
        "form": SampleForm(initial={"kind": "LOST"}, prefix="empty"),
        "wrong": SampleForm({"wrong-kind": "LOST", "wrong-stage": "HUB"}, prefix="wrong"),
        "kind_icons": KIND_ICONS,
    }

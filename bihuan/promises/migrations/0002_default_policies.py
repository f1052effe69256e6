"""Time limits to start with. The statutory row follows the regulation; the others are a company's usual rule to adapt."""

from datetime import UTC, datetime

from django.db import migrations

HOUR = 60
DESK_DAY = 690  # 08:00-12:00 and 13:30-21:00
OFFICE_DAY = 540
STATUTE = "《快递暂行条例》（2025 年修订）第二十九条：自接到投诉之日起 7 日内处理并告知用户"
RULE = "公司服务承诺（初始值，可发布新版）"

# case kind, kind, {priority: minutes} (None: all), calendar, risk percent, text, English text
ROWS = [
    ("COMPLAINT", "FIRST_REPLY", {1: 30, 2: 60, 3: 120, 4: 240}, "SERVICE", 75, "{time}内首次回复", "First reply within {time_en}"),
    ("COMPLAINT", "RESOLUTION", {1: 6 * HOUR, 2: 12 * HOUR, 3: 24 * HOUR, 4: 48 * HOUR}, "SERVICE", 75, "{time}内给处理结果", "Result within {time_en}"),
    ("COMPLAINT", "DEPARTMENT", {1: 4 * HOUR, 2: 8 * HOUR, 3: 16 * HOUR, 4: 24 * HOUR}, "SERVICE", 75, "{time}内答复协办", "Department answers within {time_en}"),
    ("COMPLAINT", "CALLBACK", {None: DESK_DAY}, "SERVICE", 75, "1 个服务日内回访", "Callback within one service day"),
    ("COMPLAINT", "STATUTORY", {None: 7 * 24 * HOUR}, "ALWAYS", 57, "7 日内处理并告知用户", "Handled and answered within 7 days"),
    ("CONSULTATION", "FIRST_REPLY", {1: 15, 2: 30, 3: 60, 4: 120}, "SERVICE", 75, "{time}内首次回复", "First reply within {time_en}"),
    ("CONSULTATION", "RESOLUTION", {1: 4 * HOUR, 2: 8 * HOUR, 3: DESK_DAY, 4: 2 * DESK_DAY}, "SERVICE", 75, "{time}内答复", "Answer within {time_en}"),
    ("CONSULTATION", "DEPARTMENT", {1: 2 * HOUR, 2: 4 * HOUR, 3: 6 * HOUR, 4: DESK_DAY}, "SERVICE", 75, "{time}内答复协办", "Department answers within {time_en}"),
    ("CONSULTATION", "CALLBACK", {None: DESK_DAY}, "SERVICE", 75, "1 个服务日内回访", "Callback within one service day"),
    ("SUGGESTION", "FIRST_REPLY", {None: DESK_DAY}, "SERVICE", 75, "1 个服务日内回复", "Reply within one service day"),
    ("SUGGESTION", "RESOLUTION", {None: 10 * DESK_DAY}, "SERVICE", 75, "10 个服务日内告知是否采纳", "Decision within ten service days"),
    ("SUGGESTION", "DEPARTMENT", {None: 5 * OFFICE_DAY}, "OFFICE", 75, "5 个工作日内给出评估", "Assessment within five working days"),
    ("SUGGESTION", "CALLBACK", {None: DESK_DAY}, "SERVICE", 75, "1 个服务日内回访", "Callback within one service day"),
]  # fmt: skip


def _words(minutes):
    if minutes % DESK_DAY == 0:
        days = minutes // DESK_DAY
        return f"{days} 个服务日", f"{days} service day{'s' * (days > 1)}"
    if minutes < HOUR or minutes % HOUR:
        return f"{minutes} 分钟", f"{minutes} minutes"
    hours = minutes // HOUR
    return f"{hours} 工作小时", f"{hours} working hour{'s' * (hours > 1)}"


def create_policies(apps, schema_editor):
    Policy = apps.get_model("promises", "PromisePolicy")
    calendars = {row.code: row for row in apps.get_model("calendar", "Calendar").objects.all()}
    for case_kind, kind, limits, calendar, risk, text, text_en in ROWS:
        for priority, minutes in limits.items():
            time, time_en = _words(minutes)
            Policy.objects.create(
                case_kind=case_kind,
                kind=kind,
                priority=priority,
                minutes=minutes,
                calendar=calendars[calendar],
                risk_percent=risk,
                text=text.format(time=time),
                text_en=text_en.format(time_en=time_en),
                source=STATUTE if kind == "STATUTORY" else RULE,
                published_at=datetime(2026, 1, 1, tzinfo=UTC),
                published_by="bihuan",
            )


class Migration(migrations.Migration):
    dependencies = [("promises", "0001_initial")]
    operations = [migrations.RunPython(create_policies, migrations.RunPython.noop)]

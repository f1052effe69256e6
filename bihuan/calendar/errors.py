"""Refusals of the working-time calendar."""

from django.utils.translation import gettext_lazy as _

from bihuan.foundation.errors import Invalid, NotVisible, Refusal


class CalendarNotCovered(Refusal):
    """The table of holidays ends before the asked instant; guessing Monday to Friday would be a wrong promise."""

    code = "calendar_not_covered"
    sentence = _("工作日历「{calendar}」只覆盖到 {covered_until}，算不出 {asked} 的时间。")
    rule = _("期限只按已公布的节假日安排计算，不按周一至周五猜测。")
    next_step = _("请系统管理员导入新一年的节假日表。")


class CalendarUnknown(NotVisible):
    code = "calendar_unknown"
    sentence = _("没有名为 {calendar} 的工作日历。")


class CalendarTableInvalid(Invalid):
    """Rows of an imported table that no calendar accepts; ``errors`` in the facts lists them."""

    code = "calendar_table_invalid"
    sentence = _("节假日表有 {count} 行不能导入，整张表都没有导入。")


class CoverageGap(Invalid):
    code = "calendar_coverage_gap"
    sentence = _("覆盖日期必须连续：现在覆盖到 {covered_until}，不能跳到 {asked}。")


class HoursInvalid(Invalid):
    code = "calendar_hours_invalid"
    sentence = _("每周班次要有七天，按时间先后排列、互不重叠，并且至少有一天上班。")


class YearNotPublished(Invalid):
    code = "calendar_year_unpublished"
    sentence = _("{year} 年的节假日安排还不在随附的数据里。")
    next_step = _("国务院办公厅公布后升级 chinesecalendar，或用 CSV 表导入。")

"""Why an export or its file is refused."""

from django.utils.translation import gettext_lazy as _

from bihuan.foundation.errors import Invalid, NotAllowed, Refusal


class TooManyExports(Refusal):
    code = "too_many_exports"
    status = 429
    sentence = _("你已有 {limit} 个导出任务在进行，请等它们完成。")
    next_step = _("可以先取消一个正在进行的导出。")


class UnknownColumn(Invalid):
    code = "unknown_column"
    sentence = _("导出列“{column}”不存在。")


class ExportNotReady(Refusal):
    code = "export_not_ready"
    sentence = _("导出文件还没有生成，或已经取消。")


class ExportGone(Refusal):
    code = "export_gone"
    status = 410
    sentence = _("导出文件已过期并已删除。")
    next_step = _("请重新导出。")


class ExportBeyondRights(NotAllowed):
    code = "export_beyond_rights"
    sentence = _("导出之后你的权限变了，文件里有你现在看不到的内容。")
    next_step = _("请按现在的权限重新导出。")

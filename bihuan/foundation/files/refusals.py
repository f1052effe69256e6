"""Why a file or a link is refused."""

from django.utils.translation import gettext_lazy as _

from bihuan.foundation.errors import Invalid, NotVisible, Refusal


class FileRefused(Invalid):
    """A file that may not come in; the subclasses say why."""

    code = "file_refused"
    sentence = _("这个文件不能上传。")


class FileTooLarge(FileRefused):
    code = "file_too_large"
    sentence = _("文件“{name}”超过 {limit_mb} MB，不能上传。")
    next_step = _("请压缩或拆分后再上传。")


class FileUnknown(Invalid):
    code = "file_unknown"
    sentence = _("没有这个附件：{token}。请先上传。")


class FileEmpty(FileRefused):
    code = "file_empty"
    sentence = _("文件“{name}”是空的。")


class FileTypeRefused(FileRefused):
    code = "file_type_refused"
    sentence = _("文件“{name}”的类型不在允许范围内。")
    next_step = _("可以上传图片、PDF、音视频、文本、Word 和 Excel 文件。")


class FileTypeMismatch(FileRefused):
    code = "file_type_mismatch"
    sentence = _("文件“{name}”的内容与扩展名不符。")
    next_step = _("请用原始文件重新上传。")


class FileHasMacros(FileRefused):
    code = "file_has_macros"
    sentence = _("文件“{name}”含有宏，不能上传。")
    next_step = _("请另存为不含宏的文件后再上传。")


class FileMissing(Refusal):
    """The row exists and the bytes do not: a damaged or incomplete restore."""

    code = "file_missing"
    status = 410
    sentence = _("文件内容已不在存储中。")
    next_step = _("请联系系统管理员核对备份。")


class LinkRefused(NotVisible):
    """A link that was not made here, or was made for another person or session."""

    code = "link_refused"
    sentence = _("这个链接无效，或者不是给你的。")
    next_step = _("请回到页面重新打开文件。")


class LinkExpired(Refusal):
    code = "link_expired"
    status = 410
    sentence = _("这个链接已经过期。")
    next_step = _("请回到页面重新打开文件。")

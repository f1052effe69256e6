"""Names of people in the words of a scan (签收人：王芳, 快递员张三): masked at the door.

Pure. Phones, numbers of identity cards and the like are found by their form elsewhere and lifted into the vault.
"""

import re

from bihuan.language.personal_data import Kind, find
from bihuan.language.pinyin import surname

# fmt: off
ROLES = (
    "签收人", "收件人", "收货人", "寄件人", "联系人", "代签人", "代收人", "派件员", "派送员",  # data, not a message
    "快递员", "业务员", "揽收员", "收派员", "揽件员", "投递员", "快递小哥", "网点经理",  # data, not a message
)
# What signs off and is no person; nor are the words that follow a role.
NOBODY = (
    "本人", "家人", "家门口", "门卫", "前台", "物业", "保安", "邻居", "同事", "驿站", "快递柜",  # data, not a message
    "丰巢", "代收点", "已签收", "正在", "上门", "电话", "拒收", "无法", "要求", "地址",  # data, not a message
    "未", "已", "将", "为您", "同意", "不在", "联系",  # data, not a message
)
# fmt: on
NAMED = re.compile(
    rf"(?P<role>{'|'.join(ROLES)})"
    r"(?P<gap>\s*(?:为|是|[:：])?\s*[【\[(（]?\s*)"
    r"(?P<name>[\u4e00-\u9fff·]{2,4}|[A-Z][a-z]+(?: [A-Z][a-z]+)?)"
    r"(?=[】\])）,，。;；、\s:：/电]|$|\d|⟦)"
)


def mask_names(text: str) -> str:
    """The text with names behind a role word masked to the surname."""
    return NAMED.sub(_masked, text)


def mask_all(place: str) -> str:
    """The place with names and numbers of people gone: a place is compared and grouped, so it holds no references.

    Where a station stands is what a place is there to say.
    """
    parts, at = [], 0
    for found in (it for it in find(place) if it.kind is not Kind.ADDRESS):
        parts += [place[at : found.start], "***"]
        at = found.end
    return mask_names("".join([*parts, place[at:]]))


def _masked(found: re.Match[str]) -> str:
    name = found["name"]
    if name.startswith(NOBODY):
        return found.group()
    shown = len(surname(name)) if not name.isascii() else 1
    shown = min(shown, len(name) - 1)
    return found["role"] + found["gap"] + name[:shown] + "*" * (len(name) - shown)

"""The notices of a breach in Chinese and English, with what the law wants in them (个人信息保护法 57)."""

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from bihuan.breaches.models import Breach
from bihuan.customers.models import DatumKind

LANGUAGES = ("zh-hans", "en")


def authority_notices(breach: Breach) -> list[str]:
    """The report to the authority, in each language."""
    return [_in(language, breach, _authority_words) for language in LANGUAGES]


def customer_notices(breach: Breach) -> list[str]:
    """The notice to the customers, in each language."""
    return [_in(language, breach, _customer_words) for language in LANGUAGES]


def customer_mail(breach: Breach) -> str:
    """Both languages in one mail."""
    return "\n\n———\n\n".join(customer_notices(breach))


def _in(language: str, breach: Breach, words) -> str:  # type: ignore[no-untyped-def]
    with translation.override(language):
        text: str = words(breach)
        return text


def _facts(breach: Breach) -> dict[str, str]:
    found = timezone.localtime(breach.found_at)
    return {
        "company": settings.COMPANY_NAME,
        "found": f"{found:%Y-%m-%d %H:%M}",
        "kind": str(breach.get_kind_display()),
        "data": "、".join(str(DatumKind(code).label) for code in breach.data_kinds) or "—",
        "affected": str(breach.affected),
        "cause": breach.cause or "—",
        "harm": breach.harm or "—",
        "measures": breach.measures or "—",
        "advice": breach.advice or "—",
        "contact": breach.contact or "—",
    }


def _authority_words(breach: Breach) -> str:
    return _(
        "个人信息安全事件报告\n\n报告单位：{company}\n发现时间：{found}\n事件类型：{kind}\n涉及的个人信息种类：{data}\n"
        "涉及人数：{affected}\n原因：{cause}\n可能造成的危害：{harm}\n已采取的补救措施：{measures}\n"
        "建议个人采取的措施：{advice}\n联系人：{contact}"
    ).format(**_facts(breach))


def _customer_words(breach: Breach) -> str:
    return _(
        "关于你的个人信息的通知\n\n{found}，我们发现了一起个人信息安全事件（{kind}），可能涉及你的：{data}。\n\n"
        "原因：{cause}\n可能的影响：{harm}\n我们已经做的：{measures}\n你可以做的：{advice}\n联系我们：{contact}\n\n{company}"
    ).format(**_facts(breach))

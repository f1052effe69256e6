"""One-time codes: how a customer without an account follows a case (feature 3.7)."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.cases.events import CaseFollowed, FollowCodeIssued
from bihuan.cases.models import Case, FollowCode
from bihuan.cases.steps import journal
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import Invalid
from bihuan.intake import actions as intake

# no letters or digits that are mixed up when read aloud
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 8
LIFETIME = timedelta(days=30)
MAX_ATTEMPTS = 5


class FollowCodeWrong(Invalid):
    code = "follow_code_wrong"
    sentence = gettext_lazy("案件号和查询码对不上，或查询码已用过。")
    next_step = gettext_lazy("可以重新发送查询码到登记的邮箱，或拨客服电话。")


def _digest(case_id: int, code: str) -> str:
    """A keyed hash: a dump of the table cannot be searched for the few billion codes there are."""
    text = f"{case_id}:{code.strip().upper()}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), text, hashlib.sha256).hexdigest()


@transaction.atomic
def issue_follow_code(*, actor: Actor, case: Case, at: datetime) -> str:
    """A new code for the case; earlier unused ones end. The clear code is returned once."""
    code = "".join(secrets.choice(ALPHABET) for _position in range(LENGTH))
    FollowCode.objects.filter(case=case, used_at=None).update(used_at=at)
    FollowCode.objects.create(case=case, digest=_digest(case.pk, code), issued_at=at, expires_at=at + LIFETIME)
    journal(actor, case, FollowCodeIssued(case_id=case.pk), at=at)
    return code


@transaction.atomic
def send_follow_code(*, actor: Actor, number: str, at: datetime) -> None:
    """Mail a new code to the address on file. Says nothing when the number is unknown: numbers cannot be probed."""
    case = Case.objects.filter(number=number.strip().upper()).first()
    if case is None:
        return
    code = issue_follow_code(actor=actor, case=case, at=at)
    body = _("您的案件 {number} 的查询码是 {code}，只能用一次，30 天内有效。").format(number=case.number, code=code)
    intake.send_notice(
        actor=Actor.system("follow-code"),
        conversation_id=case.conversation_id,
        notice="FOLLOW_CODE",
        body=body,
        secret=code,
        at=at,
    )


@transaction.atomic
def acknowledge_case(*, actor: Actor, case: Case, at: datetime) -> None:
    """Tell whoever opened the case by mail its number, until when an answer comes, and a code to follow it with."""
    code = issue_follow_code(actor=actor, case=case, at=at)
    due = timezone.localtime(case.next_due_at or at)
    body = _(
        "您好，您的来信已受理，案件号 {number}。我们在 {due} 前首次回复您。\n\n"
        "查进度、补充材料：{address}，凭案件号和查询码 {code}。"
        "查询码只能用一次，30 天内有效；需要新的，可在同一页面发到本邮箱。"
    ).format(number=case.number, due=f"{due:%Y-%m-%d %H:%M}", address=settings.PUBLIC_URL, code=code)
    intake.send_notice(
        actor=actor, conversation_id=case.conversation_id, notice="RECEIPT", body=body, secret=code, at=at
    )


def redeem_follow_code(*, actor: Actor, number: str, code: str, at: datetime) -> Case:
    """The case, when the code is right; the code is used up. Raises FollowCodeWrong, also after too many attempts.

    A wrong attempt is counted in its own transaction, so that the refusal does not undo the count.
    """
    case = Case.objects.filter(number=number.strip().upper()).first()
    if case is None:
        raise FollowCodeWrong(field="code")
    FollowCode.objects.filter(case=case, used_at=None).update(attempts=F("attempts") + 1)
    with transaction.atomic():
        usable = FollowCode.objects.select_for_update().filter(
            case=case, used_at=None, expires_at__gt=at, attempts__lte=MAX_ATTEMPTS
        )
        digest = _digest(case.pk, code)
        found = next((row for row in usable if hmac.compare_digest(row.digest, digest)), None)
        if found is not None:
            found.used_at = at
            found.save(update_fields=["used_at"])
            journal(actor, case, CaseFollowed(case_id=case.pk), at=at)
    if found is None:
        raise FollowCodeWrong(field="code")
    return case

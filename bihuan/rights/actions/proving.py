"""Who asks proves to be the customer: by a one-time code mailed to the confirmed address, or to a colleague."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from bihuan.customers.actions import lift_personal_data
from bihuan.customers.queries import reply_email_id
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import Invalid, NotVisible
from bihuan.journal import actions as journal
from bihuan.rights.access import RightsPermission, access_request
from bihuan.rights.events import RightCodeSent, RightProved
from bihuan.rights.models import Proof, RightsRequest, RightState
from bihuan.rights.notices import code_words, tell

DIGITS = 8
LIFETIME = timedelta(minutes=30)
MAX_TRIES = 5
NOTE_AT_MOST = 300


class CodeWrong(Invalid):
    code = "right_code_wrong"
    sentence = _("验证码不对、已用过或已过期。")
    next_step = _("可以重新发送一个验证码。")


class ProofMissing(Invalid):
    code = "proof_missing"
    sentence = _("请选择怎样核实了身份，并写明核对了什么。")
    rule = _("不能证明是本人，什么都不给（个人信息保护法第五十一条）")


@transaction.atomic
def send_code(*, actor: Actor, token: str, at: datetime) -> None:
    """Mail a code to the confirmed address on file. Says nothing when there is none. Raises NotVisible."""
    request = _by_token(token)
    if reply_email_id(request.customer_id) is None:
        return
    code = "".join(secrets.choice("0123456789") for _digit in range(DIGITS))
    request.code_digest, request.code_expires_at, request.code_tries = _digest(request.pk, code), at + LIFETIME, 0
    request.save(update_fields=["code_digest", "code_expires_at", "code_tries"])
    journal.write(actor, RightCodeSent(customer_id=request.customer_id, request_id=request.pk), at=at)
    tell(request, "RIGHT_CODE", code_words(code), secret=code, at=at)


def verify_code(*, actor: Actor, token: str, code: str, at: datetime) -> RightsRequest:
    """The request, when the code is right; the code is used up. Raises CodeWrong, also after too many tries.

    A try is counted in its own transaction, so that the refusal does not undo the count.
    """
    RightsRequest.objects.filter(token=token).update(code_tries=F("code_tries") + 1)
    with transaction.atomic():
        request = _by_token(token)
        fresh = request.code_expires_at is not None and at < request.code_expires_at
        digest = _digest(request.pk, code)
        right = bool(request.code_digest) and hmac.compare_digest(request.code_digest, digest)
        if not (fresh and right and request.code_tries <= MAX_TRIES):
            raise CodeWrong(field="code")
        request.code_digest, request.code_expires_at = "", None
        if request.state == RightState.RECEIVED:
            _prove(actor, request, Proof.CODE, "", at)
        request.save()
    return request


@transaction.atomic
def verify_by_colleague(*, actor: Actor, request_id: int, proof: str, note: str, at: datetime) -> RightsRequest:
    """A colleague has checked who asks, and says how. Raises ProofMissing, NotVisible, NotAllowed."""
    request = access_request(actor, request_id, to=RightsPermission.IDENTIFY)
    words = " ".join(note.split())[:NOTE_AT_MOST]
    if proof not in set(Proof.values) - {Proof.CODE} or not words or request.state != RightState.RECEIVED:
        raise ProofMissing(field="proof" if words else "note")
    lifted = lift_personal_data(actor=actor, customer_id=request.customer_id, text=words, at=at)
    request.proved_by_id = actor.id
    _prove(actor, request, Proof(proof), lifted[:NOTE_AT_MOST], at)
    request.save()
    return request


def _prove(actor: Actor, request: RightsRequest, proof: Proof, note: str, at: datetime) -> None:
    request.state, request.proof, request.proof_note, request.proved_at = RightState.IDENTIFIED, proof, note, at
    proved = RightProved(customer_id=request.customer_id, request_id=request.pk, proof=proof)
    journal.write(actor, proved, at=at)


def _by_token(token: str) -> RightsRequest:
    request = RightsRequest.objects.select_for_update(of=("self",)).filter(token=token).first()
    if request is None:
        raise NotVisible()
    return request


def _digest(request_id: int, code: str) -> str:
    """Keyed, so that a dump cannot be searched for the hundred million codes there are."""
    text = f"right:{request_id}:{code.strip()}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), text, hashlib.sha256).hexdigest()

"""SF, open platform: service EXP_RECE_SEARCH_ROUTES.

No complete table of ``opCode`` is published and feeds contradict each other, so only what all agree on is read.
"""

import json
import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlencode

from bihuan.carriers.client import Request
from bihuan.carriers.hearing import Told
from bihuan.carriers.numbers import Carrier
from bihuan.carriers.problems import Problem, ProviderFailed
from bihuan.carriers.providers.provider import Agreed, Provider, ProviderCode, Question, form, milliseconds, tables
from bihuan.carriers.scans import ScanCode
from bihuan.carriers.signatures import sf_digest

REFUSALS = {
    "A1003": Problem.KEYS_REFUSED,  # the address of the caller is not on the list
    "A1004": Problem.KEYS_REFUSED,
    "A1005": Problem.LIMIT_REACHED,
    "A1006": Problem.KEYS_REFUSED,  # wrong digest
    "A1009": Problem.SERVER_ERROR,
    "A1099": Problem.SERVER_ERROR,
}


class Sf(Provider):
    code = ProviderCode.SF
    address = "https://bspgw.sf-express.com/std/service"
    needs = ("partner", "check_word")
    carriers: ClassVar = {Carrier.SF: "SF"}
    codes: ClassVar = {
        "50": ScanCode.COLLECTED,
        "54": ScanCode.COLLECTED,
        "30": ScanCode.IN_TRANSIT,
        "31": ScanCode.ARRIVED,
        "36": ScanCode.DEPARTED,
        "44": ScanCode.DELIVERING,
        "33": ScanCode.FAILED,
        "70": ScanCode.FAILED,
        "80": ScanCode.SIGNED,
        "99": ScanCode.RETURNING,
        "631": ScanCode.RETURNING,
        "648": ScanCode.RETURNING,
    }

    def request(self, keys: Agreed, question: Question, at: datetime) -> Request:
        asked = {"language": "0", "trackingType": "1", "trackingNumber": [question.number], "methodType": "1"}
        if question.phone_tail:
            asked["checkPhoneNo"] = question.phone_tail
        message, stamp = json.dumps(asked, ensure_ascii=False), milliseconds(at)
        fields = {
            "partnerID": keys["partner"],
            "requestID": str(uuid.uuid4()),
            "serviceCode": "EXP_RECE_SEARCH_ROUTES",
            "timestamp": stamp,
            "msgDigest": sf_digest(message, stamp, keys["check_word"]),
            "msgData": message,
        }
        return form(keys.address, urlencode(fields))

    def tell(self, answer: Any, question: Question) -> Iterable[Told]:
        match answer:
            case {"apiResultCode": "A1000", "apiResultData": str(inner)}:
                return self._routes(_parsed(inner), question)
            case {"apiResultCode": str(refusal)}:
                raise ProviderFailed(REFUSALS.get(refusal, Problem.NOT_UNDERSTOOD))
            case _:
                raise ProviderFailed(Problem.NOT_UNDERSTOOD)

    def _routes(self, inner: Any, question: Question) -> Iterable[Told]:
        match inner:
            case {"success": True, "msgData": {"routeResps": [{"mailNo": question.number, "routes": list(routes)}]}}:
                return [
                    Told(line.get("acceptTime"), line.get("opCode"), line.get("acceptAddress"), line.get("remark"))
                    for line in tables(routes)
                ]
            case {"success": True, "msgData": {"routeResps": []}}:
                return []
            case {"success": True, "msgData": {"routeResps": [*_]}}:
                raise ProviderFailed(Problem.WRONG_NUMBER)
            case _:
                raise ProviderFailed(Problem.NOT_UNDERSTOOD)


def _parsed(inner: str) -> Any:
    """The answer within the answer."""
    try:
        return json.loads(inner)
    except (ValueError, RecursionError):
        raise ProviderFailed(Problem.NOT_UNDERSTOOD) from None

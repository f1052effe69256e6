"""YTO, open platform: method track_query_adapter, version v1."""

import json
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from bihuan.carriers.client import Request
from bihuan.carriers.hearing import Told
from bihuan.carriers.numbers import Carrier
from bihuan.carriers.problems import Problem, ProviderFailed
from bihuan.carriers.providers.provider import Agreed, Provider, ProviderCode, Question, milliseconds
from bihuan.carriers.scans import ScanCode
from bihuan.carriers.signatures import yto_sign

METHOD, VERSION = "track_query_adapter", "v1"
NOTHING_FOUND = "1001"
REFUSALS = {
    "S02": Problem.KEYS_REFUSED,  # wrong signature
    "S03": Problem.KEYS_REFUSED,
    "S07": Problem.SERVER_ERROR,
    "S08": Problem.KEYS_REFUSED,
}
# the words begin with where it was: 【杭州转运中心】 已发出
PLACE = re.compile(r"\s*【([^】]{1,80})】")  # data, not a message


class Yto(Provider):
    code = ProviderCode.YTO
    address = "https://openapi.yto.net.cn:11443"
    needs = ("user", "customer", "secret")
    carriers: ClassVar = {Carrier.YTO: "YTO"}
    codes: ClassVar = {
        "ACCEPT": ScanCode.ORDERED,
        "GOT": ScanCode.COLLECTED,
        "ARRIVAL": ScanCode.ARRIVED,
        "AIRPICK": ScanCode.ARRIVED,
        "DEPARTURE": ScanCode.DEPARTED,
        "AIRSEND": ScanCode.DEPARTED,
        "SENT_SCAN": ScanCode.DELIVERING,
        "INBOUND": ScanCode.AT_STATION,
        "SIGNED": ScanCode.SIGNED,
        "FAILED": ScanCode.FAILED,
        "FORWARDING": ScanCode.IN_TRANSIT,
        "RETURN_SCAN": ScanCode.RETURNING,
        "TMS_RETURN": ScanCode.RETURNING,
    }

    def request(self, keys: Agreed, question: Question, at: datetime) -> Request:
        param = json.dumps({"NUMBER": question.number})
        body = {
            "timestamp": milliseconds(at),
            "param": param,
            "sign": yto_sign(param, METHOD, VERSION, keys["secret"]),
            "format": "JSON",
        }
        url = f"{keys.address}/open/{METHOD}/{VERSION}/{keys['user']}/{keys['customer']}"
        return Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})

    def tell(self, answer: Any, question: Question) -> Iterable[Told]:
        match answer:
            case [*lines]:
                return [_told(line, question) for line in lines]
            case {"code": str(code)} if code == NOTHING_FOUND:
                return []
            case {"code": str(code)}:
                raise ProviderFailed(REFUSALS.get(code, Problem.NOT_UNDERSTOOD))
            case _:
                raise ProviderFailed(Problem.NOT_UNDERSTOOD)


def _told(line: Any, question: Question) -> Told:
    match line:
        case {"waybill_No": question.number}:
            words = str(line.get("processInfo") or "")
            place = PLACE.match(words)
            return Told(line.get("upload_Time"), line.get("infoContent"), place[1] if place else "", words)
        case {"waybill_No": _}:
            raise ProviderFailed(Problem.WRONG_NUMBER)
        case _:
            raise ProviderFailed(Problem.NOT_UNDERSTOOD)

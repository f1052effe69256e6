"""ZTO, open platform: zto.merchant.waybill.track.query. It refuses in words only."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from bihuan.carriers.client import Request
from bihuan.carriers.hearing import Told
from bihuan.carriers.numbers import Carrier
from bihuan.carriers.problems import Problem, ProviderFailed
from bihuan.carriers.providers.provider import Agreed, Provider, ProviderCode, Question, refusal_in, tables
from bihuan.carriers.scans import ScanCode
from bihuan.carriers.signatures import zto_digest


class Zto(Provider):
    code = ProviderCode.ZTO
    address = "https://japi.zto.com"
    needs = ("app_key", "app_secret")
    carriers: ClassVar = {Carrier.ZTO: "ZTO"}
    # fmt: off
    codes: ClassVar = {
        "收件": ScanCode.COLLECTED,  # data, not a message
        "发件": ScanCode.DEPARTED,  # data, not a message
        "到件": ScanCode.ARRIVED,  # data, not a message
        "派件": ScanCode.DELIVERING,  # data, not a message
        "签收": ScanCode.SIGNED,  # data, not a message
        "第三方签收": ScanCode.SIGNED_STATION,  # data, not a message
        "ARRIVAL": ScanCode.AT_STATION,
        "SIGNED": ScanCode.SIGNED_STATION,
        "问题件": ScanCode.FAILED,  # data, not a message
        "退件": ScanCode.RETURNING,  # data, not a message
        "退件签收": ScanCode.RETURNED,  # data, not a message
    }
    # fmt: on

    def request(self, keys: Agreed, question: Question, at: datetime) -> Request:
        asked = {"billCode": question.number}
        if question.phone_tail:
            asked["mobilePhone"] = question.phone_tail
        body = json.dumps(asked)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "x-appKey": keys["app_key"],
            "x-dataDigest": zto_digest(body, keys["app_secret"]),
        }
        return Request(f"{keys.address}/zto.merchant.waybill.track.query", body.encode(), headers)

    def tell(self, answer: Any, question: Question) -> Iterable[Told]:
        match answer:
            case {"status": True, "result": [*lines]}:
                return [_told(line, question) for line in tables(lines)]
            case {"status": True, "result": None}:
                return []
            case {"status": False, "message": str(reason)}:
                raise refusal_in(reason)
            case _:
                raise ProviderFailed(Problem.NOT_UNDERSTOOD)


def _told(line: dict[str, Any], question: Question) -> Told:
    if line.get("billCode", question.number) != question.number:
        raise ProviderFailed(Problem.WRONG_NUMBER)
    site = line.get("scanSite")
    place = site.get("name") if isinstance(site, dict) else site
    return Told(line.get("scanDate"), line.get("scanType"), place, line.get("desc"))

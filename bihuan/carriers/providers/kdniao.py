"""Kdniao, which gathers from all carriers: query 8001 (or another one the contract names).

Its codes look like those of Kuaidi100 and mean other things: 4 is trouble here and a return there.
"""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import quote

from bihuan.carriers.client import Request
from bihuan.carriers.hearing import Told
from bihuan.carriers.numbers import Carrier
from bihuan.carriers.problems import Problem, ProviderFailed
from bihuan.carriers.providers.provider import (
    NEVER_ARRIVED,
    Agreed,
    Provider,
    ProviderCode,
    Question,
    form,
    refusal_in,
    tables,
)
from bihuan.carriers.scans import ScanCode
from bihuan.carriers.signatures import kdniao_sign


class Kdniao(Provider):
    code = ProviderCode.KDNIAO
    address = "https://api.kdniao.com/Ebusiness/EbusinessOrderHandle.aspx"
    needs = ("business", "api_key")
    options: ClassVar = {"request_type": "8001"}
    is_carrier = False
    repeats = NEVER_ARRIVED
    pause = timedelta(minutes=30)
    carriers: ClassVar = {
        Carrier.SF: "SF",
        Carrier.JD: "JD",
        Carrier.YTO: "YTO",
        Carrier.ZTO: "ZTO",
        Carrier.STO: "STO",
        Carrier.YUNDA: "YD",
        Carrier.JT: "JTSD",
        Carrier.DEPPON: "DBL",
        Carrier.EMS: "EMS",
        Carrier.YUNEXPRESS: "YUNEXPRESS",
    }
    codes: ClassVar = {
        "10": ScanCode.ORDERED, "1": ScanCode.COLLECTED,
        "2": ScanCode.IN_TRANSIT, "201": ScanCode.ARRIVED, "202": ScanCode.DELIVERING, "204": ScanCode.ARRIVED,
        "205": ScanCode.ARRIVED, "206": ScanCode.DEPARTED, "211": ScanCode.AT_STATION,
        "3": ScanCode.SIGNED, "301": ScanCode.SIGNED, "302": ScanCode.SIGNED, "304": ScanCode.SIGNED_PROXY,
        "311": ScanCode.SIGNED_STATION,
        "4": ScanCode.FAILED, "401": ScanCode.SILENT, "402": ScanCode.SILENT, "403": ScanCode.SILENT,
        "404": ScanCode.REFUSED, "405": ScanCode.FAILED, "406": ScanCode.RETURNED, "407": ScanCode.RETURNING,
        "412": ScanCode.AT_STATION, "414": ScanCode.DAMAGED, "415": ScanCode.CANCELLED, "416": ScanCode.FAILED,
        "419": ScanCode.DELIVERING, "420": ScanCode.FAILED, "421": ScanCode.FAILED, "423": ScanCode.FAILED,
        "5": ScanCode.IN_TRANSIT,
        "6": ScanCode.CUSTOMS, "601": ScanCode.CUSTOMS, "602": ScanCode.CUSTOMS, "603": ScanCode.CUSTOMS,
        "604": ScanCode.CUSTOMS,
    }  # fmt: skip

    def request(self, keys: Agreed, question: Question, at: datetime) -> Request:
        asked = {"ShipperCode": self.carriers[question.carrier], "LogisticCode": question.number}
        if question.phone_tail:
            asked["CustomerName"] = question.phone_tail
        data = json.dumps(asked, ensure_ascii=False)
        fields = {
            "RequestData": quote(data, safe=""),
            "EBusinessID": quote(keys["business"], safe=""),
            "RequestType": quote(keys["request_type"], safe=""),
            "DataSign": kdniao_sign(data, keys["api_key"]),  # encoded already
            "DataType": "2",
        }
        return form(keys.address, "&".join(f"{name}={value}" for name, value in fields.items()))

    def tell(self, answer: Any, question: Question) -> Iterable[Told]:
        match answer:
            case {"Success": True, "LogisticCode": question.number, "Traces": [*lines]}:
                return [
                    Told(line.get("AcceptTime"), line.get("Action"), line.get("Location"), line.get("AcceptStation"))
                    for line in tables(lines)
                ]
            case {"Success": True, "LogisticCode": str(), "Traces": [*_]}:
                raise ProviderFailed(Problem.WRONG_NUMBER)
            case {"Success": False, "Reason": str(reason)}:
                raise refusal_in(reason)
            case _:
                raise ProviderFailed(Problem.NOT_UNDERSTOOD)

"""Kuaidi100, which gathers from all carriers: real-time query, with the finer state codes (``resultv2`` 4).

The same number is asked for at most every half hour: more often, and the account is locked.
"""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode

from bihuan.carriers.client import Request
from bihuan.carriers.hearing import Told
from bihuan.carriers.numbers import Carrier
from bihuan.carriers.problems import Problem, ProviderFailed
from bihuan.carriers.providers.provider import NEVER_ARRIVED, Agreed, Provider, ProviderCode, Question, form, tables
from bihuan.carriers.scans import ScanCode
from bihuan.carriers.signatures import kuaidi100_sign

NOTHING_FOUND = "500"
REFUSALS = {
    "408": Problem.PHONE_WANTED,
    "501": Problem.SERVER_ERROR,
    "502": Problem.SERVER_ERROR,
    "503": Problem.KEYS_REFUSED,
    "601": Problem.LIMIT_REACHED,
}


class Kuaidi100(Provider):
    code = ProviderCode.KUAIDI100
    address = "https://poll.kuaidi100.com/poll/query.do"
    needs = ("customer", "key")
    is_carrier = False
    repeats = NEVER_ARRIVED
    pause = timedelta(minutes=30)
    carriers: ClassVar = {
        Carrier.SF: "shunfeng",
        Carrier.JD: "jd",
        Carrier.YTO: "yuantong",
        Carrier.ZTO: "zhongtong",
        Carrier.STO: "shentong",
        Carrier.YUNDA: "yunda",
        Carrier.JT: "jtexpress",
        Carrier.DEPPON: "debangkuaidi",
        Carrier.EMS: "ems",
        Carrier.YUNEXPRESS: "yunexpress",
    }
    codes: ClassVar = {
        "0": ScanCode.IN_TRANSIT, "1001": ScanCode.ARRIVED, "1002": ScanCode.IN_TRANSIT, "1003": ScanCode.IN_TRANSIT,
        "1": ScanCode.COLLECTED, "101": ScanCode.ORDERED, "102": ScanCode.ORDERED, "103": ScanCode.COLLECTED,
        "2": ScanCode.FAILED, "201": ScanCode.SILENT, "202": ScanCode.SILENT, "203": ScanCode.REFUSED,
        "204": ScanCode.FAILED, "205": ScanCode.AT_STATION, "206": ScanCode.FAILED, "207": ScanCode.FAILED,
        "208": ScanCode.HELD, "209": ScanCode.DAMAGED, "210": ScanCode.CANCELLED,
        "3": ScanCode.SIGNED, "301": ScanCode.SIGNED_SELF, "302": ScanCode.SIGNED, "303": ScanCode.SIGNED_PROXY,
        "304": ScanCode.SIGNED_STATION,
        "4": ScanCode.RETURNED, "401": ScanCode.CANCELLED, "14": ScanCode.REFUSED,
        "5": ScanCode.DELIVERING, "501": ScanCode.AT_STATION,
        "6": ScanCode.RETURNING, "7": ScanCode.IN_TRANSIT,
        "8": ScanCode.CUSTOMS, "10": ScanCode.CUSTOMS, "11": ScanCode.CUSTOMS, "12": ScanCode.CUSTOMS,
        "13": ScanCode.CUSTOMS,
    }  # fmt: skip

    def request(self, keys: Agreed, question: Question, at: datetime) -> Request:
        asked = {
            "com": self.carriers[question.carrier],
            "num": question.number,
            "phone": question.phone_tail,
            "resultv2": "4",
        }
        param = json.dumps(asked, ensure_ascii=False)
        fields = {
            "customer": keys["customer"],
            "sign": kuaidi100_sign(param, keys["key"], keys["customer"]),
            "param": param,
        }
        return form(keys.address, urlencode(fields))

    def tell(self, answer: Any, question: Question) -> Iterable[Told]:
        match answer:
            case {"status": "200", "nu": question.number, "data": [*lines]}:
                return [
                    Told(line.get("ftime"), line.get("statusCode"), line.get("areaName"), line.get("context"))
                    for line in tables(lines)
                ]
            case {"status": "200", "nu": str(), "data": [*_]}:
                raise ProviderFailed(Problem.WRONG_NUMBER)
            case {"returnCode": str(code)} if code == NOTHING_FOUND:
                return []
            case {"returnCode": str(code)}:
                raise ProviderFailed(REFUSALS.get(code, Problem.NOT_UNDERSTOOD))
            case _:
                raise ProviderFailed(Problem.NOT_UNDERSTOOD)

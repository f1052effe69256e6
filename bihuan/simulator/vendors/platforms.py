"""How each platform checks a question and words its answer.

Written from the public documents and not from our own side of the line: signatures are computed here a second time,
so that a mistake on one side shows.
"""

import base64
import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import parse_qs

from bihuan.carriers.scans import Scan, ScanCode
from bihuan.simulator.vendors.wording import KDNIAO, KUAIDI100, NEVER, SF, YTO, ZTO, local

SAFE_IN_JAVA = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-*_")


class SignatureRefused(Exception):
    """The digest is not the one of what was sent."""


@dataclass(frozen=True)
class Call:
    """What came over the line."""

    path: str
    headers: Mapping[str, str]
    body: str

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body, keep_blank_values=True).items()}


class Platform(ABC):
    """One platform with an account of ours on it."""

    name: ClassVar[str]
    path: ClassVar[str]  # what its questions begin with
    address: ClassVar[str] = ""  # the part of it that belongs to the configured address
    keys: ClassVar[dict[str, str]]
    codes: ClassVar[Mapping[ScanCode, str]]
    refusal: ClassVar[object]
    shyness: ClassVar[object] = None  # what it says to who does not know the phone; None: that it knows nothing

    @abstractmethod
    def number_in(self, call: Call) -> str:
        """Which parcel is asked for. Raises SignatureRefused."""

    @abstractmethod
    def tell(self, number: str, scans: Sequence[Scan]) -> Any:
        """The answer about a parcel; one without scans is not known."""

    def code(self, scan: Scan) -> str:
        return scan.raw_code or self.codes.get(scan.code, scan.code.value)


class SfPlatform(Platform):
    name, path, address = "sf", "/std/service", "/std/service"
    keys: ClassVar = {"partner": "BIHUAN", "check_word": "fjcg5PGKaNpPSHFAZ4QsCOkV71R3zVci"}
    codes = SF
    refusal: ClassVar = {"apiErrorMsg": "", "apiResultCode": "A1006", "apiResultData": None}

    def number_in(self, call: Call) -> str:
        form = call.form
        signed = java_encoded(form["msgData"] + form["timestamp"] + self.keys["check_word"])
        require(form["msgDigest"] == md5_base64(signed) and form["partnerID"] == self.keys["partner"])
        return str(json.loads(form["msgData"])["trackingNumber"][0])

    def tell(self, number: str, scans: Sequence[Scan]) -> Any:
        routes = [
            {"acceptTime": local(it), "opCode": self.code(it), "acceptAddress": it.place, "remark": it.text}
            for it in scans
        ]
        inner = {
            "success": True,
            "errorCode": "S0000",
            "msgData": {"routeResps": [{"mailNo": number, "routes": routes}]},
        }
        return {"apiResultCode": "A1000", "apiErrorMsg": "", "apiResultData": json.dumps(inner, ensure_ascii=False)}


class YtoPlatform(Platform):
    name, path = "yto", "/open/track_query_adapter/v1/"
    keys: ClassVar = {"user": "bihuan", "customer": "QT0001", "secret": "yto-secret"}
    codes = YTO
    refusal: ClassVar = {"code": "S02", "message": "", "success": False}

    def number_in(self, call: Call) -> str:
        sent = json.loads(call.body)
        require(call.path == f"{self.path}{self.keys['user']}/{self.keys['customer']}")
        require(sent["sign"] == md5_base64(sent["param"] + "track_query_adapter" + "v1" + self.keys["secret"]))
        return str(json.loads(sent["param"])["NUMBER"])

    def tell(self, number: str, scans: Sequence[Scan]) -> Any:
        if not scans:
            return {"code": "1001", "map": {number: []}, "message": "", "success": True}
        return [
            {
                "waybill_No": number,
                "upload_Time": local(it),
                "infoContent": self.code(it),
                "processInfo": f"【{it.place}】 {it.text}",  # data, not a message
            }
            for it in scans
        ]


class ZtoPlatform(Platform):
    name, path = "zto", "/zto.merchant.waybill.track.query"
    keys: ClassVar = {"app_key": "bihuan", "app_secret": "zto-secret"}
    codes = ZTO
    refusal: ClassVar = {"status": False, "statusCode": "S210", "message": "digest is invalid", "result": None}

    def number_in(self, call: Call) -> str:
        require(call.headers.get("x-appkey") == self.keys["app_key"])
        require(call.headers.get("x-datadigest") == md5_base64(call.body + self.keys["app_secret"]))
        return str(json.loads(call.body)["billCode"])

    def tell(self, number: str, scans: Sequence[Scan]) -> Any:
        lines = [
            {
                "billCode": number,
                "scanType": self.code(it),
                "scanDate": None if it.at == NEVER else int(it.at.timestamp() * 1000),
                "scanSite": {"name": it.place},
                "desc": it.text,
            }
            for it in scans
        ]
        return {"status": True, "statusCode": "SYS000", "message": "", "result": lines or None}


class Kuaidi100Platform(Platform):
    name, path, address = "kuaidi100", "/poll/query.do", "/poll/query.do"
    keys: ClassVar = {"customer": "CUST456", "key": "KEY123"}
    codes = KUAIDI100
    refusal: ClassVar = {"result": False, "returnCode": "503", "message": ""}
    shyness: ClassVar = {"result": False, "returnCode": "408", "message": ""}

    def number_in(self, call: Call) -> str:
        form = call.form
        signed = form["param"] + self.keys["key"] + self.keys["customer"]
        require(form["sign"] == hashlib.md5(signed.encode(), usedforsecurity=False).hexdigest().upper())
        return str(json.loads(form["param"])["num"])

    def tell(self, number: str, scans: Sequence[Scan]) -> Any:
        if not scans:
            return {"result": False, "returnCode": "500", "message": ""}
        lines = [
            {
                "time": local(it),
                "ftime": local(it),
                "context": it.text,
                "areaName": it.place,
                "statusCode": self.code(it),
            }
            for it in scans
        ]
        return {"message": "ok", "nu": number, "com": "auto", "status": "200", "state": "0", "data": lines}


class KdniaoPlatform(Platform):
    name, path, address = "kdniao", "/Ebusiness/", "/Ebusiness/EbusinessOrderHandle.aspx"
    keys: ClassVar = {"business": "1000001", "api_key": "kdniao-secret"}
    codes = KDNIAO
    refusal: ClassVar = {"Success": False, "Reason": "签名验证失败"}  # data, not a message
    shyness: ClassVar = {"Success": False, "Reason": "手机尾号不正确"}  # data, not a message

    def number_in(self, call: Call) -> str:
        form = call.form
        digest = hashlib.md5((form["RequestData"] + self.keys["api_key"]).encode(), usedforsecurity=False).hexdigest()
        require(form["DataSign"] == base64.b64encode(digest.encode()).decode())
        require(form["EBusinessID"] == self.keys["business"] and form["DataType"] == "2")
        return str(json.loads(form["RequestData"])["LogisticCode"])

    def tell(self, number: str, scans: Sequence[Scan]) -> Any:
        lines = [
            {"AcceptTime": local(it), "AcceptStation": it.text, "Location": it.place, "Action": self.code(it)}
            for it in scans
        ]
        return {"Success": True, "LogisticCode": number, "State": "2" if lines else "0", "Traces": lines}


PLATFORMS: tuple[Platform, ...] = (
    SfPlatform(),
    YtoPlatform(),
    ZtoPlatform(),
    Kuaidi100Platform(),
    KdniaoPlatform(),
)


def require(is_right: bool) -> None:
    if not is_right:
        raise SignatureRefused


def md5_base64(text: str) -> str:
    return base64.b64encode(hashlib.md5(text.encode(), usedforsecurity=False).digest()).decode()


def java_encoded(text: str) -> str:
    """``java.net.URLEncoder``, letter by letter, as its documentation tells it."""
    return "".join(
        sign if sign in SAFE_IN_JAVA else "+" if sign == " " else "".join(f"%{byte:02X}" for byte in sign.encode())
        for sign in text
    )

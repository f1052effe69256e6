"""Signatures against the vectors of the platforms' own kits, and against the mistakes other languages invite."""

import base64
import hashlib
from urllib.parse import quote_plus, unquote

from bihuan.carriers import signatures

MESSAGE = '{"language":"zh-CN","orderId":"QIAO-20200618-004"}'
AWKWARD = '{"a":"北京 ~*\'()!-._"}1k'


def md5_base64(text):
    return base64.b64encode(hashlib.md5(text.encode(), usedforsecurity=False).digest()).decode()


def test_the_digest_of_sf_is_that_of_its_kit():
    digest = signatures.sf_digest(MESSAGE, "12312334453453", "fjcg5PGKaNpPSHFAZ4QsCOkV71R3zVci")
    assert digest == "IIKJtuLVzoFTu4kHI8M8vA=="
    assert md5_base64(MESSAGE + "12312334453453" + "fjcg5PGKaNpPSHFAZ4QsCOkV71R3zVci") != digest


def test_url_encoding_follows_java_and_not_python():
    assert md5_base64(signatures.java_url_encode(AWKWARD)) == "W3XBDsopfr+E1zuRvQoa6w=="
    assert md5_base64(quote_plus(AWKWARD)) == "oMpkiLlP6EpvS353CuULnQ=="


def test_the_sign_of_kuaidi100_is_that_of_its_kit():
    param = '{"com":"yuantong","num":"500306190180","from":"广东省深圳市","to":"北京市朝阳区"}'
    assert signatures.kuaidi100_sign(param, "KEY123", "CUST456") == "1E9E08564BBF3422D71F3E7778F5415B"


def test_kdniao_signs_the_hexadecimal_text_and_not_the_bytes():
    sign = unquote(signatures.kdniao_sign("{}", "key"))
    hexadecimal = hashlib.md5(b"{}key", usedforsecurity=False).hexdigest()
    assert base64.b64decode(sign).decode() == hexadecimal
    assert "=" not in signatures.kdniao_sign("{}", "key")


def test_zto_and_yto_sign_the_body_that_is_sent():
    assert signatures.zto_digest("{}", "s") == md5_base64("{}s")
    assert signatures.yto_sign("{}", "m", "v1", "s") == md5_base64("{}mv1s")

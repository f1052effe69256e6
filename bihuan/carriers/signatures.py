"""How each open platform wants a request signed. Pure; checked against the vectors of their own development kits.

Sign the exact bytes that are sent: a body serialised a second time is another body.
"""

import base64
import hashlib
from urllib.parse import quote, quote_plus


def java_url_encode(text: str) -> str:
    """As ``java.net.URLEncoder``: a space is ``+``, ``*`` stays, ``~`` is escaped; Python keeps the tilde instead."""
    return quote_plus(text, safe="*").replace("~", "%7E")


def _md5(text: str) -> bytes:
    return hashlib.md5(text.encode(), usedforsecurity=False).digest()


def sf_digest(message: str, timestamp: str, check_word: str) -> str:
    """SF: base64(md5(URLEncoder(msgData + timestamp + checkWord)))."""
    return base64.b64encode(_md5(java_url_encode(message + timestamp + check_word))).decode()


def kuaidi100_sign(param: str, key: str, customer: str) -> str:
    """Kuaidi100: upper(md5(param + key + customer))."""
    return _md5(param + key + customer).hex().upper()


def zto_digest(body: str, secret: str) -> str:
    """ZTO: base64(md5(body + appSecret)), in the header x-datadigest."""
    return base64.b64encode(_md5(body + secret)).decode()


def yto_sign(param: str, method: str, version: str, secret: str) -> str:
    """YTO: base64(md5(param + method + version + secret))."""
    return base64.b64encode(_md5(param + method + version + secret)).decode()


def kdniao_sign(data: str, api_key: str) -> str:
    """Kdniao: base64 of the lower-case hex md5(data + apiKey), then URL-encoded."""
    hexadecimal = _md5(data + api_key).hex()
    return quote(base64.b64encode(hexadecimal.encode()).decode(), safe="")

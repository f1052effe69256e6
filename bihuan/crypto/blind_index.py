"""Exact look-up of encrypted values: a keyed hash that only this installation can compute.

HMAC-SHA256 with its own key, cut to 16 bytes. The purpose keeps indexes apart: equal values under two purposes share
nothing. Whoever calls it normalises the value first.
"""

import hmac

from bihuan.crypto.keys import keyring

DIGEST_BYTES = 16


def digest(value: str, purpose: str) -> bytes:
    """The index of one normalised value; the same value and purpose always give the same bytes."""
    message = purpose.encode() + b"\0" + value.encode()
    return hmac.digest(keyring().index_key, message, "sha256")[:DIGEST_BYTES]

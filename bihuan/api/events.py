"""What the API writes into the journal."""

from dataclasses import dataclass

from bihuan.journal.registry import entry


@entry("token.issued", subject="token")
@dataclass(frozen=True, kw_only=True)
class TokenIssued:
    token_id: int
    staff_id: int
    scopes: tuple[str, ...]


@entry("token.revoked", subject="token")
@dataclass(frozen=True, kw_only=True)
class TokenRevoked:
    token_id: int
    staff_id: int

"""How a card names its values: ``name``, ``phone:12``, ``email:3``, ``address:4``. Pages hand that back to reveal."""

from dataclasses import dataclass

from bihuan.customers.kinds import DatumKind
from bihuan.foundation.errors import NotVisible

KINDS = {
    "name": DatumKind.NAME,
    "phone": DatumKind.PHONE,
    "email": DatumKind.EMAIL,
    "address": DatumKind.ADDRESS,
    "wechat": DatumKind.WECHAT,
    "weibo": DatumKind.WEIBO,
    "account": DatumKind.ACCOUNT,
    "member": DatumKind.MEMBER,
}
NAMES = {kind: name for name, kind in KINDS.items()}


@dataclass(frozen=True, slots=True)
class CardField:
    """One value of a customer; the name has no id of its own."""

    kind: DatumKind
    id: int | None = None

    @classmethod
    def parse(cls, text: str) -> "CardField":
        """Raises NotVisible for what no card shows."""
        name, _, number = text.partition(":")
        if name not in KINDS or (name == "name") == bool(number) or not (number.isdecimal() or name == "name"):
            raise NotVisible()
        return cls(KINDS[name], int(number) if number else None)

    def __str__(self) -> str:
        return NAMES[self.kind] if self.id is None else f"{NAMES[self.kind]}:{self.id}"

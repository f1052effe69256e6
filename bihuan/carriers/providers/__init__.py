"""Everybody who can be asked."""

from bihuan.carriers.numbers import Carrier
from bihuan.carriers.providers.kdniao import Kdniao
from bihuan.carriers.providers.kuaidi100 import Kuaidi100
from bihuan.carriers.providers.provider import Provider, ProviderCode, Question
from bihuan.carriers.providers.sf import Sf
from bihuan.carriers.providers.yto import Yto
from bihuan.carriers.providers.zto import Zto

__all__ = ["PROVIDERS", "Provider", "ProviderCode", "Question", "who_knows"]

PROVIDERS: dict[ProviderCode, Provider] = {
    provider.code: provider for provider in (Sf(), Yto(), Zto(), Kuaidi100(), Kdniao())
}


def who_knows(carrier: Carrier) -> list[Provider]:
    """Who may know the parcels of a carrier: the carrier itself, then those who gather from all."""
    return [provider for provider in PROVIDERS.values() if carrier in provider.carriers]

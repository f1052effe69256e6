"""What this installation has agreed on with each provider: keys and, where it differs, the address.

From the environment (``BIHUAN_SF_CHECK_WORD``), else from the TOML file ``BIHUAN_CARRIERS_FILE`` or ``carriers.toml``
beside the keyring, one table for each provider. The file must be closed to others. Nothing of it is ever stored,
logged or shown.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.carriers.providers.provider import Provider
from bihuan.crypto import key_file
from bihuan.crypto.failures import KeysRefused

ADDRESS = "address"
AT_HOME = frozenset({"127.0.0.1", "localhost", "::1"})


class Fault(models.TextChoices):
    """Why a provider cannot be asked as it is configured."""

    ABSENT = "ABSENT", _("没有配置")
    INCOMPLETE = "INCOMPLETE", _("缺少：{names}")
    FILE_UNREADABLE = "FILE_UNREADABLE", _("密钥文件读不懂")
    FILE_OPEN = "FILE_OPEN", _("密钥文件对其他用户开放，请执行 chmod 600")
    ADDRESS_UNSAFE = "ADDRESS_UNSAFE", _("地址必须以 https:// 开头")


@dataclass(frozen=True, slots=True)
class Keys:
    """The values of one provider; their text shows none of them."""

    address: str
    values: Mapping[str, str] = field(repr=False)

    def __getitem__(self, name: str) -> str:
        return self.values[name]


@dataclass(frozen=True, slots=True)
class Setup:
    """Whether a provider can be asked: its keys, else what is wrong."""

    keys: Keys | None
    fault: Fault | None = None
    missing: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """What is wrong, for people: names of settings, never a value."""
        return str(self.fault.label).format(names="、".join(self.missing)) if self.fault else ""


def setup_of(provider: Provider) -> Setup:
    """What is known about a provider; read each time, so that a changed file counts at once."""
    try:
        written = _table(provider.code.lower())
    except KeysRefused:
        return Setup(None, Fault.FILE_OPEN)
    except (OSError, ValueError):
        return Setup(None, Fault.FILE_UNREADABLE)
    names = (*provider.needs, *provider.options, ADDRESS)
    given = {name: value for name in names if (value := _from_environment(provider, name) or written.get(name, ""))}
    missing = tuple(name for name in provider.needs if name not in given)
    if missing:
        return Setup(None, Fault.INCOMPLETE if given.keys() & set(provider.needs) else Fault.ABSENT, missing)
    address = given.pop(ADDRESS, provider.address).rstrip("/")
    if not _is_safe(address):
        return Setup(None, Fault.ADDRESS_UNSAFE)
    return Setup(Keys(address, {**provider.options, **given}))


def keys_path() -> Path:
    """The file of the providers' keys, whether it exists or not."""
    return Path(os.environ.get("BIHUAN_CARRIERS_FILE") or Path(settings.KEYS_DIR) / "carriers.toml")


def _table(name: str) -> dict[str, str]:
    path = keys_path()
    if not path.exists():
        return {}
    table = tomllib.loads(key_file.read(path)).get(name, {})
    if not isinstance(table, dict):
        raise ValueError(name)
    return {key: str(value) for key, value in table.items()}


def _from_environment(provider: Provider, name: str) -> str:
    return os.environ.get(f"BIHUAN_{provider.code}_{name}".upper(), "")


def _is_safe(address: str) -> bool:
    """Keys and numbers travel sealed, but for a server on this very machine."""
    try:
        parts = urlsplit(address)
        is_sealed = parts.scheme == "https" and bool(parts.hostname)
        return parts.port != 0 and (is_sealed or (parts.scheme == "http" and parts.hostname in AT_HOME))
    except ValueError:  # no address at all, or a port that is no number
        return False

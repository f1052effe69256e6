"""What the environment says about this installation. Plain Python: read by settings before Django exists."""

import contextlib
import os
import secrets
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from psycopg.conninfo import conninfo_to_dict


def variable_folder() -> Path:
    """The folder of database, keys, files and mail: ``BIHUAN_VAR``, else ``var`` in the working directory."""
    return Path(os.environ.get("BIHUAN_VAR", "var")).resolve()


def secret_key() -> str:
    """What sessions and links are signed with: ``BIHUAN_SECRET_KEY``, else a key kept in the variable folder.

    The file is linked into place complete, so programs that start together agree on one key.
    """
    given = os.environ.get("BIHUAN_SECRET_KEY")
    if given:
        return given
    kept = variable_folder() / "keys" / "session.key"
    if not kept.exists():
        kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=kept.parent) as draft:
            draft.write(secrets.token_urlsafe(50))
            draft.flush()
            with contextlib.suppress(FileExistsError):
                os.link(draft.name, kept)
    return kept.read_text()


def database_settings() -> dict[str, Any]:
    """Django's entry for ``DATABASE_URL`` (a PostgreSQL URL or conninfo string), with a connection pool.

    A connection is tried before each use (some 50 microseconds), so no request fails because the server restarted.
    """
    parts = conninfo_to_dict(os.environ.get("DATABASE_URL", "postgresql:///bihuan"))
    pool_size = int(os.environ.get("BIHUAN_POOL", "12"))
    known = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    options = {name: value for name, value in parts.items() if name not in known}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **{setting: str(parts.get(name) or "") for name, setting in known.items()},
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options | {"pool": {"min_size": 1, "max_size": pool_size, "timeout": 20}},
    }


def email_settings() -> tuple[str, dict[str, Any]]:
    """Mail backend and its settings from ``BIHUAN_SMTP_URL``; without it mail is written to files one can open."""
    url = os.environ.get("BIHUAN_SMTP_URL")
    if not url:
        return "django.core.mail.backends.filebased.EmailBackend", {}
    parts = urlsplit(url)
    return "django.core.mail.backends.smtp.EmailBackend", {
        "host": parts.hostname or "localhost",
        "port": parts.port or 25,
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "tls": parse_qs(parts.query).get("tls") == ["1"],
    }

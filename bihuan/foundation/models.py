"""The tables of the ground floor."""

from bihuan.foundation.files.models import StoredFile

__all__ = ["StoredFile"]

"""The tables of the ground floor."""

from bihuan.foundation.exports.models import ExportJob
from bihuan.foundation.files.models import StoredFile

__all__ = ["ExportJob", "StoredFile"]

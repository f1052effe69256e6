"""The archive bundle of a case: PDF for people, JSON for machines, and a checksum over both (features 4.16, R73)."""

import hashlib
import io
import json
import zipfile
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from bihuan.cases.access import CasePermission, access_case
from bihuan.cases.archiving import case_document, render_pdf
from bihuan.cases.events import CaseArchived
from bihuan.cases.steps import journal
from bihuan.foundation.actor import Actor


@dataclass(frozen=True, slots=True)
class Archive:
    """A zip with ``case.json``, ``case.pdf`` and ``SHA256SUMS``; ``sha256`` is that of ``case.json``."""

    name: str
    content: bytes
    sha256: str


@transaction.atomic
def archive_case(*, actor: Actor, case_id: int, at: datetime) -> Archive:
    """Bundle a case with its whole timeline; the checksum is kept in the journal, so a bundle can be verified."""
    case = access_case(actor, case_id, to=CasePermission.ARCHIVE)
    document = json.dumps(case_document(case), ensure_ascii=False, indent=1, sort_keys=True).encode()
    parts = {"case.json": document, "case.pdf": render_pdf(case)}
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in parts.items()}
    parts["SHA256SUMS"] = "".join(f"{digest}  {name}\n" for name, digest in sums.items()).encode()
    bundle = io.BytesIO()
    with zipfile.ZipFile(bundle, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    journal(actor, case, CaseArchived(case_id=case.pk, sha256=sums["case.json"]), at=at)
    return Archive(name=f"{case.number}.zip", content=bundle.getvalue(), sha256=sums["case.json"])

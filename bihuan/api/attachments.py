"""Upload a file first, then name its token when the case is created."""

from django.http import HttpRequest
from ninja import File, Router, Status, UploadedFile

from bihuan.api.auth import require_scope
from bihuan.api.schemas import REFUSED, AttachmentOut
from bihuan.cases.queries import CasePermission
from bihuan.foundation.files.store import store_upload
from bihuan.foundation.moment import now

router = Router()


@router.post("", response={201: AttachmentOut, **REFUSED}, operation_id="upload_attachment")
def upload(request: HttpRequest, file: UploadedFile = File(...)):
    """Store a file. Type and size are checked; the bytes are encrypted."""
    require_scope(request.auth, CasePermission.OPEN)  # type: ignore[attr-defined]
    stored = store_upload(upload=file, at=now())
    return Status(
        201,
        AttachmentOut(
            token=stored.token,
            name=stored.name,
            content_type=stored.content_type,
            size=stored.size,
            sha256=stored.sha256,
        ),
    )

"""Upload a file first, then name its token when the case is created."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import File, Router, UploadedFile

from bihuan.api.auth import require_scope
from bihuan.api.schemas import REFUSED, AttachmentOut
from bihuan.cases.queries import CasePermission
from bihuan.foundation.errors import Invalid
from bihuan.foundation.files.models import StoredFile
from bihuan.foundation.files.store import store_upload
from bihuan.foundation.moment import now

router = Router()


class AttachmentUnknown(Invalid):
    code = "attachment_unknown"
    sentence = _("没有这个附件：{token}。请先上传。")


def find_uploads(tokens: list[str]) -> list[StoredFile]:
    """The uploaded files with these tokens, in order. Raises AttachmentUnknown."""
    found = {file.token: file for file in StoredFile.objects.filter(token__in=tokens)}
    for token in tokens:
        if token not in found:
            raise AttachmentUnknown(field="attachments", token=token)
    return [found[token] for token in tokens]


@router.post("", response={201: AttachmentOut, **REFUSED}, operation_id="upload_attachment")
def upload(request: HttpRequest, file: UploadedFile = File(...)):  # type: ignore[no-untyped-def, type-arg]
    """Store a file. Type and size are checked; the bytes are encrypted."""
    require_scope(request.auth, CasePermission.OPEN)  # type: ignore[attr-defined]
    stored = store_upload(upload=file, at=now())
    return 201, AttachmentOut(
        token=stored.token,
        name=stored.name,
        content_type=stored.content_type,
        size=stored.size,
        sha256=stored.sha256,
    )

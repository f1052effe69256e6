"""Which files may come in, told by their first bytes. Pure rules: bytes and names, nothing else.

Allowed are what customers and departments send as evidence: pictures, PDF, sound, video, text, Word, Excel and mail.
Not allowed are archives (nobody can see what is inside before opening it), programs, web pages, SVG, the old binary
Office formats and every file with macros.
"""

import io
import re
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

from bihuan.foundation.files.refusals import FileHasMacros, FileTypeMismatch, FileTypeRefused

NAME_CHARS = 120
HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
QUICKTIME_ATOMS = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})
BINARY_STARTS = (b"MZ", b"\x7fELF", b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf")
CONTROL_BYTES = bytes(code for code in range(32) if code not in b"\t\n\x0b\x0c\r\x1b")
HEADER_LINE = re.compile(rb"(?:From |[!-9;-~]{1,76}:)")
# Direction marks can make "exe.jpg" out of "gpj.exe" on the screen.
UNSAFE_IN_NAMES = re.compile(r'[\x00-\x1f\x7f<>:"|?*\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]')


@dataclass(frozen=True)
class Kind:
    """A kind of file: what it is called, its extensions (the first is given to files without one), how it is known."""

    content_type: str
    extensions: tuple[str, ...]
    matches: Callable[[bytes], bool]


def _starts(*marks: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(marks)


def _riff(form: bytes) -> Callable[[bytes], bool]:
    return lambda content: content[:4] == b"RIFF" and content[8:12] == form


def _brand(content: bytes) -> bytes:
    return content[8:12] if content[4:8] == b"ftyp" else b""


def _is_heif(content: bytes) -> bool:
    return _brand(content) in HEIF_BRANDS


def _is_quicktime(content: bytes) -> bool:
    return _brand(content) == b"qt  " or content[4:8] in QUICKTIME_ATOMS


def _is_mpeg4(content: bytes) -> bool:
    return bool(_brand(content)) and not _is_heif(content) and not _is_quicktime(content)


def _is_mp3(content: bytes) -> bool:
    frame = content[:1] == b"\xff" and content[1:2] >= b"\xe0" and content[1] & 0x06 != 0 if len(content) > 1 else False
    return content.startswith(b"ID3") or frame


def _is_text(content: bytes) -> bool:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decodes(content, "utf-16")
    if content.startswith(BINARY_STARTS) or content.translate(None, CONTROL_BYTES) != content:
        return False
    return _decodes(content, "utf-8") or _decodes(content, "gb18030")


def _decodes(content: bytes, charset: str) -> bool:
    try:
        content.decode(charset)
    except UnicodeDecodeError:
        return False
    return True


def _is_mail(content: bytes) -> bool:
    return b"\x00" not in content and HEADER_LINE.match(content) is not None


def _office(main_part: str) -> Callable[[bytes], bool]:
    def matches(content: bytes) -> bool:
        names = _archive_names(content)
        return "[Content_Types].xml" in names and main_part in names

    return matches


def _archive_names(content: bytes) -> frozenset[str]:
    """Names in an Office container; empty when it is none."""
    if not content.startswith(b"PK\x03\x04"):
        return frozenset()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return frozenset(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return frozenset()


OFFICE = "application/vnd.openxmlformats-officedocument."
KINDS = (
    Kind("image/jpeg", ("jpg", "jpeg"), _starts(b"\xff\xd8\xff")),
    Kind("image/png", ("png",), _starts(b"\x89PNG\r\n\x1a\n")),
    Kind("image/gif", ("gif",), _starts(b"GIF87a", b"GIF89a")),
    Kind("image/webp", ("webp",), _riff(b"WEBP")),
    Kind("image/heic", ("heic", "heif"), _is_heif),
    Kind("application/pdf", ("pdf",), _starts(b"%PDF-")),
    Kind("video/quicktime", ("mov",), _is_quicktime),
    Kind("video/mp4", ("mp4",), _is_mpeg4),
    Kind("audio/mp4", ("m4a",), _is_mpeg4),
    Kind("audio/amr", ("amr",), _starts(b"#!AMR")),
    Kind("audio/wav", ("wav",), _riff(b"WAVE")),
    Kind("audio/mpeg", ("mp3",), _is_mp3),
    Kind(OFFICE + "wordprocessingml.document", ("docx",), _office("word/document.xml")),
    Kind(OFFICE + "spreadsheetml.sheet", ("xlsx",), _office("xl/workbook.xml")),
    Kind("text/csv", ("csv",), _is_text),
    # what customers take away of their own data (个人信息保护法 45); sent as a download, never run as a page
    Kind("application/json", ("json",), _is_text),
    Kind("message/rfc822", ("eml",), _is_mail),
    Kind("text/plain", ("txt",), _is_text),
)
BY_EXTENSION = {extension: kind for kind in KINDS for extension in kind.extensions}
# A file without an extension is taken for the first of these that fits; text is tried last.
NAMELESS = (*(kind for kind in KINDS if kind.matches not in (_is_text, _is_mail)), BY_EXTENSION["txt"])


def recognise(name: str, content: bytes) -> Kind:
    """The kind of a file. Raises FileTypeRefused, FileTypeMismatch, FileHasMacros."""
    extension = extension_of(name)
    if extension and extension not in BY_EXTENSION:
        raise FileTypeRefused(name=name)
    candidates = (BY_EXTENSION[extension],) if extension else NAMELESS
    kind = next((candidate for candidate in candidates if candidate.matches(content)), None)
    if kind is None:
        raise FileTypeMismatch(name=name) if extension else FileTypeRefused(name=name)
    if any(part.lower().endswith("vbaproject.bin") for part in _archive_names(content)):
        raise FileHasMacros(name=name)
    return kind


def extension_of(name: str) -> str:
    """The extension in lower case without its dot; empty when there is none."""
    return PurePosixPath(name).suffix.lower().removeprefix(".")


def clean_name(name: str, fallback: str = "file") -> str:
    """A name that is safe to show and to save: no folders, no control or direction marks, at most 120 characters."""
    bare = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    bare = UNSAFE_IN_NAMES.sub("", bare).strip(" .") or fallback
    stem, dot, extension = bare.rpartition(".")
    if len(bare) <= NAME_CHARS or not dot or len(extension) > 8:
        return bare[:NAME_CHARS]
    return f"{stem[: NAME_CHARS - len(extension) - 1]}.{extension}"

"""Small real files of every allowed kind, and some that must not come in."""

import io
import zipfile


def archive(*names: str) -> bytes:
    """A zip container with these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as container:
        for name in names:
            container.writestr(name, "x")
    return buffer.getvalue()


PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + b"\x00" * 20
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\x00" * 20
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"
DOCX = archive("[Content_Types].xml", "word/document.xml")
XLSX = archive("[Content_Types].xml", "xl/workbook.xml")
DOCX_WITH_MACROS = archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")
ZIP = archive("readme.txt")

ALLOWED = {
    "a.jpg": JPEG,
    "a.JPEG": JPEG,
    "a.png": PNG,
    "a.gif": b"GIF89a" + b"\x00" * 10,
    "a.webp": b"RIFF\x10\x00\x00\x00WEBPVP8 ",
    "a.heic": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00",
    "a.pdf": PDF,
    "a.mp4": b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00",
    "a.mov": b"\x00\x00\x00\x14ftypqt  \x00\x00\x02\x00",
    "a.m4a": b"\x00\x00\x00\x18ftypM4A \x00\x00\x02\x00",
    "a.mp3": b"ID3\x04\x00\x00\x00\x00",
    "b.mp3": b"\xff\xfb\x90\x64\x00\x00",
    "a.amr": b"#!AMR\n\x3c",
    "a.wav": b"RIFF\x24\x00\x00\x00WAVEfmt ",
    "a.txt": "快件破损".encode("gb18030"),
    "b.txt": "快件破损".encode("utf-16"),
    "a.csv": "运单号,问题\r\nSF1,破损\r\n".encode(),
    "a.docx": DOCX,
    "a.xlsx": XLSX,
    "a.eml": b"Received: from x\r\nSubject: =?utf-8?b?5L2g?=\r\n\r\nbody",
}

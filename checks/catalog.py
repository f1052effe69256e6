"""The English catalogue. ``python -m checks.catalog`` brings it up to date with the code and keeps what is translated.

``--merge FILE.tsv …`` adds translations (Chinese, tab, English; ``\\n`` for a line break; two English forms of a
counted message are separated by ``||``), ``--compile`` only writes the ``.mo`` files.
"""

import argparse
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from checks.messages import Message, all_messages
from checks.source import PACKAGE, ROOT

PATH = PACKAGE / "locale" / "en" / "LC_MESSAGES" / "django.po"
# Without dates and people: writing the file twice changes nothing.
HEADER = r"""# English for Bihuan. The message itself is Chinese; written by make translate.
msgid ""
msgstr ""
"Language: en\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"

"""


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make translate", description=__doc__)
    parser.add_argument("--merge", nargs="*", type=Path, default=[], metavar="FILE.tsv")
    parser.add_argument("--compile", action="store_true", help="write the .mo files and nothing else")
    options = parser.parse_args(words)
    if not options.compile:
        known = [pair for path in options.merge for pair in read_pairs(path)]
        catalog = updated_catalog(read_catalog(), all_messages(), dict(known))
        save_catalog(catalog)
        missing = [message for message in catalog if message.id and not is_translated(message.string)]
        print(f"{len(catalog)} messages, {len(missing)} without English ({PATH.relative_to(ROOT)})")
    for path in sorted(PACKAGE.glob("locale/*/LC_MESSAGES/*.po")):
        compile_catalog(path)
    return 0


def read_catalog() -> Catalog:
    if not PATH.exists():
        return Catalog(locale="en")
    with PATH.open("rb") as file:
        return read_po(file, locale="en", domain="django")


def read_pairs(path: Path) -> list[tuple[str, str]]:
    """The translations of a tab-separated file."""
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").split("\n") if "\t" in line]
    return [(unescape(row[0]), unescape(row[1])) for row in rows if row[1].strip()]


def unescape(text: str) -> str:
    return text.replace("\\n", "\n").replace("\\t", "\t").replace('\\"', '"')


def updated_catalog(old: Catalog, messages: list[Message], pairs: dict[str, str]) -> Catalog:
    """A catalogue of exactly ``messages`` with their English from ``old`` or ``pairs``; pairs win."""
    new = Catalog(locale="en", fuzzy=False)
    for message in messages:
        found = old.get(message.text, message.context)
        text = found.string if found and "fuzzy" not in found.flags else ""
        if message.text in pairs:
            text = english_of(message, pairs[message.text])
        identity = (message.text, message.plural) if message.plural else message.text
        if message.plural and isinstance(text, str):
            text = (text, text)
        place = (str(message.path.relative_to(ROOT)), message.line)
        new.add(identity, text or None, [place], context=message.context)
    return new


def english_of(message: Message, text: str) -> str | tuple[str, str]:
    """One form, or two for a counted message."""
    if not message.plural:
        return text
    one, _, many = text.partition("||")
    return one, many or one


def is_translated(text: object) -> bool:
    forms = text if isinstance(text, list | tuple) else [text]
    return bool(forms) and all(isinstance(form, str) and form.strip() for form in forms)


def save_catalog(catalog: Catalog) -> None:
    PATH.parent.mkdir(parents=True, exist_ok=True)
    with PATH.open("wb") as file:
        file.write(HEADER.encode())
        write_po(file, catalog, width=110, omit_header=True, sort_by_file=True, include_lineno=False)


def compile_catalog(path: Path) -> None:
    """Write the ``.mo`` beside a ``.po``: in one step, so that a running server never reads half of it."""
    with path.open("rb") as file:
        catalog = read_po(file)
    half = path.with_suffix(".mo.part")
    with half.open("wb") as file:
        write_mo(file, catalog)
    half.replace(path.with_suffix(".mo"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Every message has its English with the same placeholders; no Chinese stands unmarked.

Run: ``python -m checks.translations``.
"""

import re
import sys

from babel.messages.catalog import Message as Translation

from checks.catalog import PATH, is_translated, read_catalog
from checks.messages import HAN, LANGUAGE_NAME, all_messages, unmarked_text
from checks.source import Finding, report

PLACEHOLDER = re.compile(r"%\([A-Za-z_]\w*\)[#0 +-]?[\d.]*[a-z]|%[sd]|\{[A-Za-z_]\w*[^{}]*\}")


def find_translations() -> list[Finding]:
    """Messages without complete English, entries nobody uses, and text outside the markers."""
    catalog = read_catalog()
    found: list[Finding] = []
    keys = set()
    for message in all_messages():
        keys.add(message.key)
        entry = catalog.get(message.text, message.context)
        if problem := problem_of(entry):
            found.append(Finding(message.path, message.line, f"'{message.text[:60]}' {problem}"))
    for entry in catalog:
        text = entry.id[0] if isinstance(entry.id, list | tuple) else entry.id
        if text and (entry.context, text) not in keys:
            found.append(Finding(PATH, entry.lineno or 1, f"'{text[:60]}' is used nowhere: run make translate"))
    return found + unmarked_text()


def problem_of(entry: Translation | None) -> str:
    """What is wrong with the English of a message; empty when nothing is."""
    if entry is None or not is_translated(entry.string):
        return "has no English: run make translate and fill it in"
    if "fuzzy" in entry.flags:
        return "has fuzzy English: correct it and remove the mark"
    identifiers = [text or "" for text in (entry.id if isinstance(entry.id, list | tuple) else [entry.id])]
    forms = [form or "" for form in (entry.string if isinstance(entry.string, list | tuple) else [entry.string])]
    wanted = set(PLACEHOLDER.findall(identifiers[-1]))
    for number, form in enumerate(forms, 1):
        named = set(PLACEHOLDER.findall(form))
        if named - wanted or (number == len(forms) and named != wanted):
            return f"has other placeholders in English: {sorted(wanted)} are needed"
        if HAN.search(LANGUAGE_NAME.sub("", form)):
            return "has Chinese in its English"
    return ""


if __name__ == "__main__":
    sys.exit(report(find_translations, "translations"))

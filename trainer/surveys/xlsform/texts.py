"""Texts of XLSForm as plain texts: without Markdown, tags, references to answers, and what no document can print."""

import re

from trainer.surveys.xlsform.errors import XlsformProblemKind
from trainer.web import text

DATE_CELL = re.compile(r"(\d{4})-(\d\d)-(\d\d) 00:00:00")
REFERENCE = re.compile(r"\$\{[^}]*\}|%\(\w+\)s")
FORMATTING = (
    (re.compile(r"<br\s*/?>", re.IGNORECASE), " "),
    (re.compile(r"</?[A-Za-z!][^<>]*>"), ""),
    (re.compile(r"!?\[([^\[\]]+)\]\(\s*(\S+?)\s*\)"), r"\1 (\2)"),
    (re.compile(r"(?<![\w*])(\*{1,3})(?=[^\s*])(.+?)(?<=[^\s*])\1(?![\w*])"), r"\2"),
    (re.compile(r"(?<!\w)(_{1,3})(?=[^\s_])(.+?)(?<=[^\s_])\1(?!\w)"), r"\2"),
    (re.compile(r"^#{1,6}\s+"), ""),
    (re.compile(r"<(?=\s*[A-Za-z/!?])"), ""),
)


def simplify_text(label: str) -> tuple[str, list[XlsformProblemKind]]:
    """Return a label as plain text, and what was changed; empty for one with an IIN."""
    if text.has_iin(label):
        return "", [XlsformProblemKind.IIN]
    changes = []
    if date := DATE_CELL.fullmatch(label):
        label = ".".join(reversed(date.groups()))
        changes.append(XlsformProblemKind.DATE)
    if REFERENCE.search(label):
        label = REFERENCE.sub("…", label)
        changes.append(XlsformProblemKind.REFERENCE)
    plain = label
    for pattern, replacement in FORMATTING:
        plain = pattern.sub(replacement, plain)
    if plain != label:
        changes.append(XlsformProblemKind.FORMATTING)
    printable = "".join(character for character in plain if text.is_printable(character))
    if printable != plain:
        changes.append(XlsformProblemKind.CHARACTERS)
    return " ".join(printable.split()), changes


def split_text(label: str, count: int) -> list[str]:
    """Return a text in `count` parts of about the same length, divided between words; parts may be empty."""
    words, parts = label.split(), [""] * count
    limit, position = len(label) / count, 0
    for word in words:
        if parts[position] and len(parts[position]) + len(word) / 2 > limit and position < count - 1:
            position += 1
        parts[position] = f"{parts[position]} {word}".strip()
    return parts

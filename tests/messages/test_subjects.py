"""Subjects of e-mail, read back by a decoder that is written from RFC 2047 alone."""

import re
from base64 import b64decode
from itertools import product
from quopri import decodestring

import pytest
from flask import Flask
from flask_babel import force_locale
from hypothesis import example, given
from hypothesis import strategies as st

from tests.factories import NOON
from trainer.language.translate import gettext as _
from trainer.messages.models import Message
from trainer.messages.smtp import build_email

ENCODED_WORD = r"=\?([^\s?]+)\?([BbQq])\?([^\s?]*)\?="
TITLES = (
    "Жеке көмекшінің 10 қадамы",
    "Первая помощь по протоколу BLS 2025 для ассистентов",
    "COVID-19 кезіндегі күтім негіздері",
    'Күтім & қамқорлық: 50% тегін, "А" залы',
    "Мүгедектігі бар адамдарға қызмет көрсететін жеке көмекшілерге арналған «Күтім негіздері» семинары",
    "Семинар для медицинских работников «Реабилитация на дому: 1-й и 2-й этапы», г. Актау",
    "First aid by BLS 2025",
    "Care basics for personal assistants in Mangystau: lifting, feeding, talking, and what to do in an emergency",
    "=?utf-8?q?Care?= basics",
    "ҰБТ 2025 — I  кезең",
)


def decode_header(value: str) -> str:
    """Return an unfolded header value as a person reads it: RFC 2047, 6.2, drops the space between two encoded words."""
    value = re.sub(rf"({ENCODED_WORD})[ \t]+(?={ENCODED_WORD})", r"\1", value)

    def decode_word(match: re.Match[str]) -> str:
        charset, encoding, text = match.groups()
        is_base64 = encoding in "Bb"
        return (b64decode(text, validate=True) if is_base64 else decodestring(text, header=True)).decode(charset)

    return re.sub(ENCODED_WORD, decode_word, value)


def read_subject(subject: str) -> str:
    """Build an e-mail with a subject and read it from the bytes that are sent; check the limits of RFC 2047, 2."""
    message = Message(
        id=1, address="a@example.org", subject=subject, body="x", calendar="", language="kk", created_at=NOON
    )
    head = build_email(message, "b@example.org", "example.org").as_bytes().partition(b"\r\n\r\n")[0].decode("ascii")
    [lines] = re.findall(r"(?:^|\r\n)Subject:((?:[^\r\n]|\r\n[ \t])*)", head)
    for line in f"Subject:{lines}".split("\r\n"):
        assert len(line) <= (76 if "=?" in line else 78), line
    for charset, encoding, text in re.findall(ENCODED_WORD, lines):
        word = b64decode(text) if encoding in "Bb" else decodestring(text, header=True)
        word.decode(charset)  # no character is divided
        assert len(f"=?{charset}?{encoding}?{text}?=") <= 75
    return decode_header(lines.replace("\r\n", "").strip())


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_every_heading_with_every_title_arrives_as_it_was_written(app: Flask, language: str) -> None:
    with app.test_request_context(), force_locale(language):
        headings = [
            _("You are registered"),
            _("Your application has been received"),
            _("You are on the waiting list"),
            _("A place is available for you"),
            _("The offer of a place has expired"),
            _("The organiser could not accept your application"),
            _("Your registration has been cancelled"),
            _("We look forward to seeing you"),
            _("Your personal page"),
            _("Your certificate is ready"),
            _("Please answer the survey"),
            _("Please answer the surveys"),
        ]
        headings = [str(heading) for heading in headings]
    for heading, title in product(headings, TITLES):
        subject = f"{heading}: {title}"
        assert read_subject(subject) == " ".join(subject.split())


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=300).filter(str.split))
@example("а" * 300)
@example("a" * 60)
@example("👍🏽 " * 75)
def test_any_subject_arrives_as_it_was_written(subject: str) -> None:
    assert read_subject(subject) == " ".join(subject.split())

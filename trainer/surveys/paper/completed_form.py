"""Copies of all completed questionnaires as one PDF: every question with all its answers, those that were chosen ticked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from reportlab.pdfgen.canvas import Canvas

from trainer.documents.flow import (
    QUESTION,
    SECTION,
    SMALL,
    STRONG,
    Strip,
    columns,
    gap,
    headed,
    height_of,
    once,
    stack,
    texts,
    write,
)
from trainer.documents.page import COLOURS, LEFT, MM, RIGHT
from trainer.documents.paper import Heading, document
from trainer.documents.text_layout import Column, Look, Paragraph, Room, broken, colour_of, set_column
from trainer.language import dates
from trainer.language.choice import language
from trainer.language.translate import gettext as _
from trainer.surveys.answering.forms import SCALES
from trainer.surveys.questions.model import SCALED, WORDS, Question, QuestionKind
from trainer.surveys.questions.validation import shown

OPTION = Look(size=9.5, leading=1.45)
BOX = 8.0
INSIDE = LEFT + 6 * MM
ROOM = RIGHT - INSIDE
BOX_BELOW = OPTION.size * 1.12
BETWEEN = 14.0  # points from one answer to the next on a line
ROW_WORDS = 0.35  # of the room: the words of a matrix's row
UNDER = Look(size=7.5, colour=COLOURS["soft"], leading=1.15)
ANSWER = Look("bold", 10, COLOURS["pen"], 1.3)


@dataclass(frozen=True)
class Questionnaire:
    """A completed questionnaire; without a name there is neither day nor anything else that tells whose it is."""

    questions: Sequence[Question]
    answers: Mapping[str, Any]
    on_paper: bool
    name: str = ""
    answered_on: date | None = None


@dataclass(frozen=True)
class Line:
    """A line of answers as on a blank form, and where the box of each begins, by what is answered."""

    blank: Strip
    boxes: tuple[tuple[Any, float], ...] = ()


def questionnaires(heading: Heading, title: str, copies: Sequence[Questionnaire]) -> bytes:
    """Give the copies as a PDF in the language of the page being made; each begins on a page of its own."""
    versions = {id(each.questions): each.questions for each in copies}
    forms = {key: Form(questions) for key, questions in versions.items()}
    sections = (
        section(each, forms[id(each.questions)], title, number, len(copies)) for number, each in enumerate(copies, 1)
    )
    return document(heading, sections, head=False)


def section(of: Questionnaire, form: "Form", title: str, number: int, whole: int) -> Iterator[Strip]:
    """Set one questionnaire."""
    yield from texts(title, SECTION, keep=True)
    who = of.name or _("Anonymous questionnaire")
    place = _("Questionnaire %(number)d of %(whole)d", number=number, whole=whole)
    yield from texts(f"{place}. {who}", STRONG, keep=True)
    facts = [_("Date of answering: %(day)s", day=dates.long_date(of.answered_on, language()))] if of.answered_on else []
    facts += [_("Filled in on paper and keyed in by the organizer.")] if of.on_paper else []
    yield from texts(" · ".join(facts), SMALL, keep=True)
    yield gap(2 * MM)
    asked = {each.key for each in shown(of.questions, of.answers)}
    for question in of.questions:
        yield from form.filled(question, of.answers.get(question.key), question.key in asked, secret=not of.name)


class Form:
    """The questions of a version, set once: a response adds only its ticks and words."""

    def __init__(self, questions: Sequence[Question]) -> None:
        self.heads: dict[str, Strip] = {}
        self.lines: dict[str, list[Line]] = {}
        number = 0
        for each in questions:
            words = each.text.to(language())
            if each.kind == QuestionKind.SECTION:
                self.heads[each.key] = once([gap(4 * MM), *texts(words, SECTION)], keep=True)
                continue
            number += 1
            self.heads[each.key] = once([gap(2.5 * MM), *texts(f"{number}. {words}", QUESTION)], keep=True)
            matrix = each.kind == QuestionKind.MATRIX
            self.lines[each.key] = list(matrix_lines(each) if matrix else option_lines(each))

    def filled(self, question: Question, answer: Any, asked: bool, *, secret: bool) -> Iterator[Strip]:
        """Set a question as it was answered."""
        yield self.heads[question.key]
        if question.kind == QuestionKind.SECTION:
            return
        if not asked:
            yield from texts(_("Not asked because of an earlier answer."), SMALL, INSIDE, ROOM)
            return
        if question.kind == QuestionKind.CODE and secret:
            yield from texts(_("The participant's own code is not shown."), SMALL, INSIDE, ROOM)
            return
        for line in self.lines[question.key]:
            yield replace(line.blank, draw=partial(draw_line, line, chosen(question, answer)))
        if answer is None:
            yield from texts(_("No answer."), SMALL, INSIDE, ROOM)
        elif question.kind in WORDS or question.kind == QuestionKind.NUMBER:
            yield from texts(str(answer), ANSWER, INSIDE, ROOM)


def chosen(question: Question, answer: Any) -> list[Any]:
    """Give what is ticked: of a matrix pairs of a row and its value."""
    if question.kind == QuestionKind.MATRIX:
        return list((answer or {}).items())
    if isinstance(answer, list):
        return answer
    return [] if answer is None else [answer]


def options_of(question: Question) -> list[tuple[Any, str]]:
    """Give the answers that can be ticked, with their words; none of words and numbers."""
    if question.kind in SCALED:
        return [(value, str(words)) for value, words in SCALES[question.kind].items()]
    if question.kind == QuestionKind.YES_NO:
        return [(True, _("Yes")), (False, _("No"))]
    if question.kind == QuestionKind.NPS:
        return [(value, str(value)) for value in range(11)]
    return [(each.key, each.text.to(language())) for each in question.choices]


def option_lines(question: Question) -> Iterator[Line]:
    """Share answers out to lines, side by side as many as fit; one that is longer than a line goes on below."""
    square = question.kind == QuestionKind.MULTIPLE
    line: list[tuple[Any, float, str]] = []
    x = INSIDE
    for key, label in options_of(question):
        first, *rest = broken(label, OPTION, ROOM - BOX - 5) or ("",)
        wide = BOX + 5 + OPTION.width(first)
        if line and (x + wide > RIGHT or rest):
            yield option_line(line, square)
            line, x = [], INSIDE
        line.append((key, x, first))
        x += wide + BETWEEN
        for each in rest:
            yield option_line(line, square)
            line, x = [(None, INSIDE, each)], RIGHT
    if line:
        yield option_line(line, square)


def option_line(options: Sequence[tuple[Any, float, str]], square: bool) -> Line:
    """Set a line of answers on a blank form; one without a key goes on from the line above and has no box."""

    def draw(canvas: Canvas, top: float) -> None:
        for key, x, label in options:
            if key is not None:
                draw_box(canvas, x, top, square)
            write(label, OPTION, x + BOX + 5, canvas, top)

    boxes = tuple((key, x) for key, x, _label in options if key is not None)
    return Line(once([Strip(OPTION.line, draw)]), boxes)


def matrix_lines(question: Question) -> list[Line]:
    """Set a matrix on a blank form: the words of its scale above, a ring for each value in each row."""
    scale = SCALES[question.scale]
    left = INSIDE + ROW_WORDS * ROOM
    step = (RIGHT - left) / len(scale)
    rings = [left + (place + 0.5) * step - BOX / 2 for place in range(len(scale))]
    rows = [matrix_row(each.text.to(language()), rings) for each in question.rows]
    boxes = [tuple(((each.key, value), x) for value, x in zip(scale, rings, strict=True)) for each in question.rows]
    strips = headed([once([columns(scale_words(question.scale, left, UNDER), 3)]), *rows])
    return [Line(strip, each) for strip, each in zip(strips, [(), *boxes], strict=True)]


def scale_words(kind: QuestionKind, left: float, look: Look) -> list[Column]:
    """Set the words of a scale side by side, from a left edge to the right one of the page."""
    words = [str(each) for each in SCALES[kind].values()]
    step = (RIGHT - left) / len(words)
    return [
        set_column([Paragraph(each, look)], Room(left + place * step + 2, 0, step - 4, 30 * MM, 0.5))
        for place, each in enumerate(words)
    ]


def matrix_row(words: str, rings: Sequence[float]) -> Strip:
    """Set a row of a matrix on a blank form."""
    lines = texts(words, OPTION, INSIDE, ROW_WORDS * ROOM - 8)

    def draw(canvas: Canvas, top: float) -> None:
        stack(lines, canvas, top)
        for x in rings:
            draw_box(canvas, x, top, square=False)

    return once([Strip(max(OPTION.line, height_of(lines)) + 2, draw)])


def draw_line(line: Line, ticked: Sequence[Any], canvas: Canvas, top: float) -> None:
    """Draw a line of answers and tick those that were chosen."""
    line.blank.draw(canvas, top)
    for key, x in line.boxes:
        if key in ticked:
            y = top - BOX_BELOW
            canvas.setStrokeColor(colour_of(ANSWER.colour))
            canvas.setLineWidth(2)
            canvas.lines([(x + 1, y + 4.4, x + 3.4, y + 1.4), (x + 3.4, y + 1.4, x + 8.6, y + 9)])


def draw_box(canvas: Canvas, x: float, top: float, square: bool) -> None:
    """Draw an empty box, or a ring where only one can be chosen."""
    y = top - BOX_BELOW
    canvas.setStrokeColor(colour_of(COLOURS["soft"]))
    canvas.setLineWidth(0.8)
    if square:
        canvas.rect(x, y, BOX, BOX)
    else:
        canvas.circle(x + BOX / 2, y + BOX / 2, BOX / 2)

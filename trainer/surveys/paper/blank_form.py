"""The blank paper form of a survey as PDF: privacy notice, name line unless anonymous, questions with boxes and lines."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from certificates.drawing import parse_colour
from trainer.documents.flow import (
    SECTION_STYLE,
    Strip,
    build_gap,
    compute_total_height,
    draw_line_of_text,
    draw_strips,
    keep_together,
    repeat_first_strip,
    set_columns,
    set_text_strips,
)
from trainer.documents.page import COLOURS, CONTENT_LEFT, CONTENT_RIGHT, CONTENT_WIDTH, MM
from trainer.documents.paper import DocumentHeading, render_document
from trainer.documents.text_layout import TextStyle, break_text
from trainer.language import dates
from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _
from trainer.surveys.answering.wording import format_anonymity_promise
from trainer.surveys.catalogue import list_version_questions
from trainer.surveys.models import Survey
from trainer.surveys.paper.answer_lines import lay_out_scale_labels, list_answer_options
from trainer.surveys.questions.labels import format_question_condition, get_question_hint
from trainer.surveys.questions.model import SCALE_KINDS, SurveyQuestion, SurveyQuestionKind

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas


TICK_BOX_SIZE = 4 * MM
INDENT_X = CONTENT_LEFT + 7 * MM
ANSWER_WIDTH = CONTENT_RIGHT - INDENT_X
QUESTION_STYLE = TextStyle("bold", 11)
ANSWER_STYLE = TextStyle(size=10.5, leading=1.35)
SCALE_LABEL_STYLE = TextStyle(size=8.5, leading=1.2)
HINT_STYLE = TextStyle(size=9, colour=COLOURS["soft"])
WRITING_LINE_HEIGHT = 9 * MM
WRITING_LINE_COUNTS = {
    SurveyQuestionKind.TEXT: 4,
    SurveyQuestionKind.SHORT_TEXT: 1,
    SurveyQuestionKind.NUMBER: 1,
    SurveyQuestionKind.CODE: 1,
}
SHORT_LINE_WIDTHS = {SurveyQuestionKind.NUMBER: 30 * MM, SurveyQuestionKind.CODE: 45 * MM}
MATRIX_LABEL_END_X = INDENT_X + 0.42 * ANSWER_WIDTH  # right end of the labels of matrix rows
ANSWER_SPACING = 9 * MM  # between answers in a row


def render_blank_form_pdf(survey: Survey) -> bytes:
    """Return the blank form of a survey as PDF, in the active language."""
    seminar, title = survey.seminar, survey.title.get_text(get_page_language())
    facts = [
        (_("Seminar"), seminar.title.get_text(get_page_language())),
        (_("Date"), dates.format_event_days(seminar.days, get_page_language())),
    ]
    known_facts = tuple(fact for fact in facts if fact[1])
    footer = f"{title} · {seminar.title.get_text(get_page_language())}"
    return render_document(
        DocumentHeading(
            seminar.project.grantee.get_text(get_page_language()), title, known_facts, footer, get_page_language()
        ),
        [lay_out_blank_form(survey)],
    )


def lay_out_blank_form(survey: Survey) -> Iterator[Strip]:
    """Yield the strips of the form: privacy notice, name line unless anonymous, questions, thanks."""
    questions = list_version_questions(survey.current_version)
    yield lay_out_boxed_text(format_anonymity_promise(survey))
    yield from set_text_strips(_("Please tick one box for each question, unless stated otherwise."), HINT_STYLE)
    if not survey.anonymous:
        yield build_gap(3 * MM, keep_with_next=True)
        yield from set_text_strips(_("Surname, given name"), QUESTION_STYLE, keep_with_next=True)
        yield lay_out_writing_line(CONTENT_WIDTH, CONTENT_LEFT)
    number = 0
    for question in questions:
        number += question.kind != SurveyQuestionKind.SECTION
        yield from lay_out_question(question, number, questions)
    yield build_gap(5 * MM)
    yield from set_text_strips(_("Thank you for your answers."), QUESTION_STYLE)


def lay_out_question(question: SurveyQuestion, number: int, questions: Sequence[SurveyQuestion]) -> list[Strip]:
    """Return the strips of a question; the question and its answers stay on one page."""
    if question.kind == SurveyQuestionKind.SECTION:
        heading = [
            build_gap(6 * MM, keep_with_next=True),
            *set_text_strips(question.text.get_text(get_page_language()), SECTION_STYLE, keep_with_next=True),
        ]
        return [
            *heading,
            *set_text_strips(
                format_question_condition(question, questions).striptags(), HINT_STYLE, keep_with_next=True
            ),
        ]
    strips = [
        build_gap(4.5 * MM, keep_with_next=True),
        *set_text_strips(
            f"{number}. {question.text.get_text(get_page_language())}", QUESTION_STYLE, keep_with_next=True
        ),
    ]
    for note in format_question_condition(question, questions).striptags(), get_question_hint(question):
        strips += set_text_strips(note, HINT_STYLE, INDENT_X, ANSWER_WIDTH, keep_with_next=True)
    return [*strips, build_gap(1 * MM, keep_with_next=True), *keep_together(lay_out_answer_area(question))]


def lay_out_answer_area(question: SurveyQuestion) -> list[Strip]:
    """Return the strips on which a question is answered: boxes, a scale, a matrix or writing lines."""
    if question.kind == SurveyQuestionKind.MATRIX:
        labels = [row.text.get_text(get_page_language()) for row in question.rows]
        return repeat_first_strip(
            [
                set_columns(lay_out_scale_labels(question.scale, MATRIX_LABEL_END_X, SCALE_LABEL_STYLE), 1.5 * MM),
                *map(lay_out_blank_matrix_row, labels),
            ]
        )
    if question.kind in SCALE_KINDS:
        return [lay_out_scale(question.kind)]
    if question.kind in WRITING_LINE_COUNTS:
        return [
            lay_out_writing_line(SHORT_LINE_WIDTHS.get(question.kind, ANSWER_WIDTH), INDENT_X)
        ] * WRITING_LINE_COUNTS[question.kind]
    return lay_out_choices([label for _key, label in list_answer_options(question)])


def lay_out_boxed_text(text: str) -> Strip:
    """Return a strip with the text in a shaded box with a coloured left edge."""
    lines = set_text_strips(text, TextStyle(size=9.5), CONTENT_LEFT + 4 * MM, CONTENT_WIDTH - 8 * MM)
    height = compute_total_height(lines) + 5 * MM

    def draw(canvas: "Canvas", top: float) -> None:
        canvas.setFillColor(parse_colour(COLOURS["mist"]))
        canvas.rect(CONTENT_LEFT, top - height, CONTENT_WIDTH, height, stroke=0, fill=1)
        canvas.setFillColor(parse_colour(COLOURS["gold"]))
        canvas.rect(CONTENT_LEFT, top - height, 1.2 * MM, height, stroke=0, fill=1)
        draw_strips(lines, canvas, top - 2.5 * MM)

    return Strip(height + 3 * MM, draw)


def lay_out_writing_line(line_width: float, x: float) -> Strip:
    """Return a strip with a line to write on, `line_width` points long from `x`."""

    def draw(canvas: "Canvas", top: float) -> None:
        canvas.setStrokeColor(parse_colour(COLOURS["line"]))
        canvas.setLineWidth(0.7)
        canvas.line(x, top - WRITING_LINE_HEIGHT + 1 * MM, x + line_width, top - WRITING_LINE_HEIGHT + 1 * MM)

    return Strip(WRITING_LINE_HEIGHT, draw)


def draw_tick_box(canvas: "Canvas", x: float, y: float) -> None:
    """Draw an empty box with its lower left corner at (x, y)."""
    canvas.setStrokeColor(parse_colour(COLOURS["ink"]))
    canvas.setLineWidth(0.8)
    canvas.rect(x, y, TICK_BOX_SIZE, TICK_BOX_SIZE)


def lay_out_choices(labels: Sequence[str]) -> list[Strip]:
    """Return the strips of answers with boxes: in one row if all fit, otherwise one below another."""
    label_widths = [TICK_BOX_SIZE + 5 + ANSWER_STYLE.measure_text(label) for label in labels]
    if sum(label_widths) + ANSWER_SPACING * (len(labels) - 1) <= ANSWER_WIDTH or max(map(len, labels)) <= 2:
        spacing = min(ANSWER_SPACING, (ANSWER_WIDTH - sum(label_widths)) / max(1, len(labels) - 1))
        positions = [INDENT_X + sum(label_widths[:index]) + spacing * index for index in range(len(labels))]
        return [Strip(TICK_BOX_SIZE + 3 * MM, partial(draw_choice_row, list(zip(positions, labels, strict=True))))]
    return [strip for label in labels for strip in lay_out_choice(label)]


def lay_out_choice(label: str) -> list[Strip]:
    """Return the strips of one answer with its box; a long label is continued below."""
    first_line, *further_lines = break_text(label, ANSWER_STYLE, ANSWER_WIDTH - TICK_BOX_SIZE - 5) or ("",)
    strips = [Strip(TICK_BOX_SIZE + 2.2 * MM, partial(draw_choice_row, [(INDENT_X, first_line)]))]
    return strips + [
        strip
        for line in further_lines
        for strip in set_text_strips(line, ANSWER_STYLE, INDENT_X + TICK_BOX_SIZE + 5, ANSWER_WIDTH)
    ]


def draw_choice_row(labels: Sequence[tuple[float, str]], canvas: "Canvas", top: float) -> None:
    """Draw labelled boxes in a row; each label is given with the x position of its box."""
    for x, label in labels:
        draw_tick_box(canvas, x, top - TICK_BOX_SIZE - 1 * MM)
        draw_line_of_text(label, ANSWER_STYLE, x + TICK_BOX_SIZE + 5, canvas, top - 1 * MM)


def draw_scale_boxes(canvas: "Canvas", left: float, y: float) -> None:
    """Draw the five boxes of a scale between `left` and the right margin."""
    column_width = (CONTENT_RIGHT - left) / 5
    for column in range(5):
        draw_tick_box(canvas, left + (column + 0.5) * column_width - TICK_BOX_SIZE / 2, y)


def lay_out_scale(kind: SurveyQuestionKind) -> Strip:
    """Return a strip with the five answers of a scale side by side, labels below the boxes."""
    labels, label_offset = (
        set_columns(lay_out_scale_labels(kind, INDENT_X, SCALE_LABEL_STYLE), 1 * MM),
        TICK_BOX_SIZE + 1.7 * MM,
    )

    def draw(canvas: "Canvas", top: float) -> None:
        draw_scale_boxes(canvas, INDENT_X, top - TICK_BOX_SIZE - 0.5 * MM)
        labels.draw(canvas, top - label_offset)

    return Strip(labels.height + label_offset, draw)


def lay_out_blank_matrix_row(label: str) -> Strip:
    """Return a strip with the label of a matrix row and a box in each column."""
    lines = set_text_strips(label, ANSWER_STYLE, INDENT_X, MATRIX_LABEL_END_X - INDENT_X - 8)
    height = max(compute_total_height(lines), TICK_BOX_SIZE) + 3 * MM

    def draw(canvas: "Canvas", top: float) -> None:
        canvas.setStrokeColor(parse_colour(COLOURS["line"]))
        canvas.setLineWidth(0.4)
        canvas.line(INDENT_X, top, CONTENT_RIGHT, top)
        draw_strips(lines, canvas, top - (height - compute_total_height(lines)) / 2 - 0.5 * MM)
        draw_scale_boxes(canvas, MATRIX_LABEL_END_X, top - height / 2 - TICK_BOX_SIZE / 2)

    return Strip(height, draw)

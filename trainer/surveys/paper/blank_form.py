"""The form of a survey to print: boxes to tick, tables, lines to write on, and the promise; without a name line where it is anonymous."""

from collections.abc import Iterator, Sequence
from functools import partial

from reportlab.pdfgen.canvas import Canvas

from trainer.documents.flow import SECTION, Strip, columns, gap, headed, height_of, kept, stack, texts, write
from trainer.documents.page import COLOURS, LEFT, MM, RIGHT, WIDTH
from trainer.documents.paper import Heading, document
from trainer.documents.text_layout import Look, broken, colour_of
from trainer.language import dates
from trainer.language.choice import language
from trainer.language.translate import gettext as _
from trainer.surveys.answering.wording import condition_of, hint_of, promise
from trainer.surveys.models import Survey
from trainer.surveys.paper.completed_form import options_of, scale_words
from trainer.surveys.questions.model import SCALED, Question, QuestionKind
from trainer.surveys.responses import questions_of

BOX = 4 * MM
INSIDE = LEFT + 7 * MM
ROOM = RIGHT - INSIDE
ASKED = Look("bold", 11)
ANSWER = Look(size=10.5, leading=1.35)
UNDER = Look(size=8.5, leading=1.2)
HINT = Look(size=9, colour=COLOURS["soft"])
LINE = 9 * MM
LINES = {QuestionKind.TEXT: 4, QuestionKind.SHORT_TEXT: 1, QuestionKind.NUMBER: 1, QuestionKind.CODE: 1}
SHORT = {QuestionKind.NUMBER: 30 * MM, QuestionKind.CODE: 45 * MM}
WORDS_OF_ROW = INSIDE + 0.42 * ROOM  # where the words of a matrix's row end
APART = 9 * MM  # from one answer to the next on a line


def paper_form(survey: Survey) -> bytes:
    """Give the form as a PDF in the language of the page being made."""
    seminar, title = survey.seminar, survey.title.to(language())
    facts = [(_("Seminar"), seminar.title.to(language())), (_("Date"), dates.days_held(seminar.days, language()))]
    said = tuple(each for each in facts if each[1])
    running = f"{title} · {seminar.title.to(language())}"
    return document(Heading(seminar.project.grantee.to(language()), title, said, running, language()), [form(survey)])


def form(survey: Survey) -> Iterator[Strip]:
    """Set the form: the promise, the name where there is one, the questions."""
    questions = questions_of(survey.current)
    yield boxed(promise(survey))
    yield from texts(_("Please tick one box for each question, unless it says otherwise."), HINT)
    if not survey.anonymous:
        yield gap(3 * MM, keep=True)
        yield from texts(_("Surname, given name"), ASKED, keep=True)
        yield written(WIDTH, LEFT)
    number = 0
    for question in questions:
        number += question.kind != QuestionKind.SECTION
        yield from asked(question, number, questions)
    yield gap(5 * MM)
    yield from texts(_("Thank you for your answers."), ASKED)


def asked(question: Question, number: int, questions: Sequence[Question]) -> list[Strip]:
    """Set a question; it stays on one page with its answers."""
    if question.kind == QuestionKind.SECTION:
        head = [gap(6 * MM, keep=True), *texts(question.text.to(language()), SECTION, keep=True)]
        return [*head, *texts(condition_of(question, questions), HINT, keep=True)]
    strips = [gap(4.5 * MM, keep=True), *texts(f"{number}. {question.text.to(language())}", ASKED, keep=True)]
    for said in condition_of(question, questions), hint_of(question):
        strips += texts(said, HINT, INSIDE, ROOM, keep=True)
    return [*strips, gap(1 * MM, keep=True), *kept(answers_of(question))]


def answers_of(question: Question) -> list[Strip]:
    """Set where a question is answered."""
    if question.kind == QuestionKind.MATRIX:
        rows = [each.text.to(language()) for each in question.rows]
        return headed([columns(scale_words(question.scale, WORDS_OF_ROW, UNDER), 1.5 * MM), *map(matrix_row, rows)])
    if question.kind in SCALED:
        return [scale(question.kind)]
    if question.kind in LINES:
        return [written(SHORT.get(question.kind, ROOM), INSIDE)] * LINES[question.kind]
    return choices([words for _key, words in options_of(question)])


def boxed(text: str) -> Strip:
    """Set a text in a shaded box with a golden edge."""
    lines = texts(text, Look(size=9.5), LEFT + 4 * MM, WIDTH - 8 * MM)
    tall = height_of(lines) + 5 * MM

    def draw(canvas: Canvas, top: float) -> None:
        canvas.setFillColor(colour_of(COLOURS["mist"]))
        canvas.rect(LEFT, top - tall, WIDTH, tall, stroke=0, fill=1)
        canvas.setFillColor(colour_of(COLOURS["gold"]))
        canvas.rect(LEFT, top - tall, 1.2 * MM, tall, stroke=0, fill=1)
        stack(lines, canvas, top - 2.5 * MM)

    return Strip(tall + 3 * MM, draw)


def written(wide: float, x: float) -> Strip:
    """Leave room above a line to write on."""

    def draw(canvas: Canvas, top: float) -> None:
        canvas.setStrokeColor(colour_of(COLOURS["line"]))
        canvas.setLineWidth(0.7)
        canvas.line(x, top - LINE + 1 * MM, x + wide, top - LINE + 1 * MM)

    return Strip(LINE, draw)


def box(canvas: Canvas, x: float, y: float) -> None:
    """Draw a box to tick, from its lower left corner."""
    canvas.setStrokeColor(colour_of(COLOURS["ink"]))
    canvas.setLineWidth(0.8)
    canvas.rect(x, y, BOX, BOX)


def choices(labels: Sequence[str]) -> list[Strip]:
    """Set answers with boxes: side by side where all fit on a line, else each on a line of its own."""
    wide = [BOX + 5 + ANSWER.width(each) for each in labels]
    if sum(wide) + APART * (len(labels) - 1) <= ROOM or max(map(len, labels)) <= 2:
        step = min(APART, (ROOM - sum(wide)) / max(1, len(labels) - 1))
        places = [INSIDE + sum(wide[:place]) + step * place for place in range(len(labels))]
        return [Strip(BOX + 3 * MM, partial(draw_choices, list(zip(places, labels, strict=True))))]
    return [line for each in labels for line in choice(each)]


def choice(label: str) -> list[Strip]:
    """Set one answer with its box; a long one goes on below."""
    first, *rest = broken(label, ANSWER, ROOM - BOX - 5) or ("",)
    strips = [Strip(BOX + 2.2 * MM, partial(draw_choices, [(INSIDE, first)]))]
    return strips + [each for line in rest for each in texts(line, ANSWER, INSIDE + BOX + 5, ROOM)]


def draw_choices(labels: Sequence[tuple[float, str]], canvas: Canvas, top: float) -> None:
    """Draw answers on a line."""
    for x, label in labels:
        box(canvas, x, top - BOX - 1 * MM)
        write(label, ANSWER, x + BOX + 5, canvas, top - 1 * MM)


def boxes(canvas: Canvas, left: float, y: float) -> None:
    """Draw the boxes of a scale above or below its words."""
    step = (RIGHT - left) / 5
    for place in range(5):
        box(canvas, left + (place + 0.5) * step - BOX / 2, y)


def scale(kind: QuestionKind) -> Strip:
    """Set the five answers of a scale side by side, their words below the boxes."""
    words, above = columns(scale_words(kind, INSIDE, UNDER), 1 * MM), BOX + 1.7 * MM

    def draw(canvas: Canvas, top: float) -> None:
        boxes(canvas, INSIDE, top - BOX - 0.5 * MM)
        words.draw(canvas, top - above)

    return Strip(words.height + above, draw)


def matrix_row(words: str) -> Strip:
    """Set a row of a matrix with a box in each column."""
    lines = texts(words, ANSWER, INSIDE, WORDS_OF_ROW - INSIDE - 8)
    tall = max(height_of(lines), BOX) + 3 * MM

    def draw(canvas: Canvas, top: float) -> None:
        canvas.setStrokeColor(colour_of(COLOURS["line"]))
        canvas.setLineWidth(0.4)
        canvas.line(INSIDE, top, RIGHT, top)
        stack(lines, canvas, top - (tall - height_of(lines)) / 2 - 0.5 * MM)
        boxes(canvas, WORDS_OF_ROW, top - tall / 2 - BOX / 2)

    return Strip(tall, draw)

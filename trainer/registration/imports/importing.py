"""Reading a list of people from a table: finding its columns, and the cells of each row."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from trainer.documents.upload_tables import MAX_ROWS, Table, TableReadProblem, TableUnreadable
from trainer.language.collation import fold_text

HEADER_SEARCH_ROWS = 10
# Spellings of column headings in the three languages, separated by semicolons.
COLUMN_SPELLINGS = {
    "full_name": "ТАӘ; Т.А.Ә.; тегі, аты, әкесінің аты; тегі аты әкесінің аты; аты-жөні; аты жөні; толық аты-жөні; қатысушы; "
    "қатысушының аты-жөні; тегі және аты; тегі, аты; ФИО; Ф.И.О.; фамилия, имя, отчество; фамилия имя отчество; фамилия и имя; "
    "фамилия имя; участник; ФИО участника; full name; name; participant; surname and name",
    "surname": "тегі; фамилиясы; фамилия; surname; last name; family name",
    "given_name": "аты; есімі; имя; given name; first name; forename",
    "patronymic": "әкесінің аты; отчество; patronymic; middle name",
    "phone": "телефон; телефоны; телефон нөмірі; телефон номері; ұялы телефон; ұялы телефоны; байланыс телефоны; байланыс; "
    "байланыс ақпараттары; байланыс деректері; тел; номер телефона; номер; мобильный; мобильный телефон; моб. телефон; сотовый; "
    "сотовый телефон; контактный телефон; контакты; контакт; контактные данные; phone; phone number; mobile; mobile phone; "
    "telephone; tel; contact",
    "email": "электрондық пошта; эл. пошта; пошта; поштасы; электронная почта; эл. почта; почта; адрес электронной почты; e-mail; "
    "email; mail; имейл; емейл; e-mail address; email address",
    "workplace": "жұмыс орны; мекеме; мекемесі; ұйым; ұйымы; место работы; организация; учреждение; workplace; place of work; "
    "organization; organisation; employer",
    "position": "лауазымы; лауазым; қызметі; должность; position; job title; job; post",
    "language": "тіл; тілі; язык; language; сертификат пен хабарламалардың тілі; язык сертификата и сообщений; "
    "language of the certificate and messages",
}
LANGUAGE_SPELLINGS = {
    "kk": "kk; kz; қаз; қазақша; қазақ; қазақ тілі; казахский; каз; kazakh",
    "ru": "ru; рус; орысша; орыс; орыс тілі; русский; russian",
    "en": "en; ағылшынша; ағылшын; ағылшын тілі; английский; англ; english",
}


class ColumnsMissing(ValueError):
    """No row near the top names the required columns."""


@dataclass(frozen=True)
class ImportRow:
    """A row of the file: its row number, and its cells by column name."""

    number: int
    cells: dict[str, str]

    @property
    def cell_text(self) -> str:
        """Return the cells that are not empty, separated by commas."""
        return ", ".join(cell for cell in self.cells.values() if cell)


@dataclass(frozen=True)
class ImportSheet:
    """The rows of a list, and the headings of its unknown columns."""

    rows: list[ImportRow]
    unknown_columns: list[str]


def normalise_heading(heading: str) -> str:
    """Return a heading for comparing: folded, without spaces, punctuation and text in brackets."""
    return fold_text(re.sub(r"\([^)]*\)", " ", heading)).replace(" ", "")


def index_by_spelling(spellings: dict[str, str]) -> dict[str, str]:
    """Return column names by normalised spelling."""
    return {normalise_heading(name): key for key, names in spellings.items() for name in names.split(";")}


COLUMN_BY_SPELLING = index_by_spelling(COLUMN_SPELLINGS)
LANGUAGE_BY_SPELLING = index_by_spelling(LANGUAGE_SPELLINGS)
ROW_NUMBER_HEADINGS = {normalise_heading(name) for name in ("№", "No", "N", "р/с", "п/п", "№ п/п")}


def find_column_name(heading: str) -> str | None:
    """Return the column that a heading names, or None; of a heading in two languages, one known part is enough."""
    parts = [heading, *re.split(r"[/|\n]", heading)]
    return next(
        (
            COLUMN_BY_SPELLING[normalise_heading(part)]
            for part in parts
            if normalise_heading(part) in COLUMN_BY_SPELLING
        ),
        None,
    )


def locate_columns(row: Sequence[str]) -> dict[str, int]:
    """Return the index of each column in a row of headings; of two equal headings the first counts."""
    columns: dict[str, int] = {}
    for index, heading in enumerate(row):
        name = find_column_name(heading)
        if name is not None:
            columns.setdefault(name, index)
    return columns


def has_required_columns(columns: dict[str, int]) -> bool:
    """Return whether a name and a phone number can be read."""
    return "phone" in columns and ("full_name" in columns or {"surname", "given_name"} <= set(columns))


def parse_import_tables(tables: Iterable[Table]) -> ImportSheet:
    """Return the rows of the first table that has the required columns. Raises ColumnsMissing and TableUnreadable."""
    for table in tables:
        for start, headings in enumerate(table[:HEADER_SEARCH_ROWS]):
            columns = locate_columns(headings)
            if has_required_columns(columns):
                return build_import_sheet(table, start, columns)
    raise ColumnsMissing


def build_import_sheet(table: Table, start: int, columns: dict[str, int]) -> ImportSheet:
    """Return the rows below the headings, which are in row `start`. Raises TableUnreadable for none or too many."""
    headings = table[start]
    unknown_columns = [
        heading
        for index, heading in enumerate(headings)
        if index not in columns.values() and normalise_heading(heading) not in ROW_NUMBER_HEADINGS
    ]
    rows = [
        ImportRow(number, {name: row[index] if index < len(row) else "" for name, index in columns.items()})
        for number, row in enumerate(table[start + 1 :], start + 2)
    ]
    filled_rows = [row for row in rows if row.cell_text]
    if not filled_rows:
        raise TableUnreadable(TableReadProblem.EMPTY)
    if len(filled_rows) > MAX_ROWS:
        raise TableUnreadable(TableReadProblem.TOO_LARGE)
    return ImportSheet(filled_rows, unknown_columns)


def build_form_cells(row: ImportRow) -> dict[str, str]:
    """Return the cells of a row as form data: full names are split, phone and language normalised."""
    cells = {name: cell for name, cell in row.cells.items() if name != "full_name"}
    parts = [] if "surname" in cells else row.cells.get("full_name", "").split(maxsplit=2)
    for name, part in zip(("surname", "given_name", "patronymic"), parts, strict=False):
        cells.setdefault(name, part)
    cells["phone"] = normalise_phone_cell(cells.get("phone", ""))
    language = cells.get("language", "")
    cells["language"] = LANGUAGE_BY_SPELLING.get(normalise_heading(language), language) or "kk"
    return cells


def normalise_phone_cell(cell: str) -> str:
    """Return a phone number that a spreadsheet stored as a number, such as 77015550101.0 or 7.7015550101E+10, as digits."""
    if re.fullmatch(r"\d(?:[.,]\d+)?[eE]\+?\d+", cell):
        number = float(cell.replace(",", "."))
        return str(int(number)) if number < 1e15 else cell
    return re.sub(r"(?<=\d{6})[.,]0+$", "", cell)

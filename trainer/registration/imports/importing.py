"""Taking in a list of people: which column is which, what each row says, and registering all of them or nobody."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.documents.upload_tables import MAX_ROWS, Table, TableReadProblem, TableUnreadable
from trainer.language.collation import fold_name, fold_text
from trainer.people.models import Person
from trainer.registration.models import ACTIVE_STATUSES, Registration, RegistrationStatus
from trainer.registration.seats import enrolment
from trainer.registration.seats.enrolment import Applicant
from trainer.registration.seats.waiting_list import (
    count_free_seats,
    get_next_queue_number,
    lock_seminar,
    offer_free_seats,
)
from trainer.seminars.models import Seminar

HEADER_SEARCH_ROWS = 10  # rows from the top
# How columns are called, in the three languages and as people write them.
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
    """No row near the top names the columns that are needed."""


@dataclass(frozen=True)
class ImportRow:
    """A row of the file: its number there, and what stands in each column that we know."""

    number: int
    cells: dict[str, str]

    @property
    def cell_text(self) -> str:
        """What was read, for people."""
        return ", ".join(cell for cell in self.cells.values() if cell)


@dataclass(frozen=True)
class ImportSheet:
    """A list as it was understood: its rows, and the columns that we do not know."""

    rows: list[ImportRow]
    unknown_columns: list[str]


@dataclass(frozen=True)
class ImportResult:
    """What became of a row: its registration, and whether that was there before."""

    applicant: Applicant
    registration: Registration
    was_listed: bool


def normalise_heading(heading: str) -> str:
    """Give a heading as it is compared: folded, without blanks, signs and what stands in brackets."""
    return fold_text(re.sub(r"\([^)]*\)", " ", heading)).replace(" ", "")


def index_by_spelling(spellings: dict[str, str]) -> dict[str, str]:
    """Turn a table of names round."""
    return {normalise_heading(name): key for key, listed in spellings.items() for name in listed.split(";")}


COLUMN_BY_SPELLING = index_by_spelling(COLUMN_SPELLINGS)
LANGUAGE_BY_SPELLING = index_by_spelling(LANGUAGE_SPELLINGS)
ROW_NUMBER_HEADINGS = {normalise_heading(name) for name in ("№", "No", "N", "р/с", "п/п", "№ п/п")}


def find_column_name(heading: str) -> str | None:
    """Say which column a heading names; of a heading in two languages either part is enough."""
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
    """Say where each column stands, going by a row of headings; the first of two that are called the same counts."""
    found: dict[str, int] = {}
    for place, heading in enumerate(row):
        name = find_column_name(heading)
        if name is not None:
            found.setdefault(name, place)
    return found


def has_required_columns(columns: dict[str, int]) -> bool:
    """Whether a name and a phone can be read."""
    return "phone" in columns and ("full_name" in columns or {"surname", "given_name"} <= set(columns))


def parse_import_tables(tables: Iterable[Table]) -> ImportSheet:
    """Find the table that names its columns, and read its rows. Raises ColumnsMissing and TableUnreadable."""
    for table in tables:
        for start, headings in enumerate(table[:HEADER_SEARCH_ROWS]):
            columns = locate_columns(headings)
            if has_required_columns(columns):
                return build_import_sheet(table, start, columns)
    raise ColumnsMissing


def build_import_sheet(table: Table, start: int, columns: dict[str, int]) -> ImportSheet:
    """Read the rows below the headings."""
    headings = table[start]
    unknown = [
        heading
        for place, heading in enumerate(headings)
        if place not in columns.values() and normalise_heading(heading) not in ROW_NUMBER_HEADINGS
    ]
    rows = [
        ImportRow(number, {name: row[place] if place < len(row) else "" for name, place in columns.items()})
        for number, row in enumerate(table[start + 1 :], start + 2)
    ]
    filled = [row for row in rows if row.cell_text]
    if not filled:
        raise TableUnreadable(TableReadProblem.EMPTY)
    if len(filled) > MAX_ROWS:
        raise TableUnreadable(TableReadProblem.TOO_LARGE)
    return ImportSheet(filled, unknown)


def build_form_cells(row: ImportRow) -> dict[str, str]:
    """Give what a row says as if it had been typed into the form."""
    cells = {name: cell for name, cell in row.cells.items() if name != "full_name"}
    parts = [] if "surname" in cells else row.cells.get("full_name", "").split(maxsplit=2)
    for name, part in zip(("surname", "given_name", "patronymic"), parts, strict=False):
        cells.setdefault(name, part)
    cells["phone"] = normalise_phone_cell(cells.get("phone", ""))
    called = cells.get("language", "")
    cells["language"] = LANGUAGE_BY_SPELLING.get(normalise_heading(called), called) or "kk"
    return cells


def normalise_phone_cell(cell: str) -> str:
    """Give a phone as it was before a spreadsheet took it for a number: 77015550101.0, 7.7015550101E+10."""
    if re.fullmatch(r"\d(?:[.,]\d+)?[eE]\+?\d+", cell):
        number = float(cell.replace(",", "."))
        return str(int(number)) if number < 1e15 else cell
    return re.sub(r"(?<=\d{6})[.,]0+$", "", cell)


def register_people(
    session: Session, seminar: Seminar, applicants: Sequence[Applicant], now: datetime
) -> list[ImportResult]:
    """Register people as the organizer, by the rules of places; who is on the list by the same name and phone stays as they are.

    A likely duplicate is kept for the organizer to decide on. Raises SeminarFull; then nobody is to be kept.
    """
    lock_seminar(session, seminar)
    offer_free_seats(session, seminar, now)  # free places are for those who wait
    room = SeatCounter(seminar, count_free_seats(session, seminar), get_next_queue_number(session, seminar))
    crowd = RegistrationIndex(session, seminar)
    taken = []
    for each in applicants:
        known = crowd.find_same_person(each)
        registration = known or room.register_newcomer(each, crowd.find_similar_person(each), now)
        if known is None:
            session.add(registration)
            crowd.add_registration(registration, each.phone, fold_applicant_name(each))
        taken.append(ImportResult(each, registration, known is not None))
    session.flush()
    return taken


def fold_applicant_name(applicant: Applicant) -> str:
    """Give the name as it is compared."""
    return fold_name(applicant.surname, applicant.given_name)[:170]


@dataclass
class SeatCounter:
    """The places of a locked seminar while many are registered at once: counted once, then counted on."""

    seminar: Seminar
    free_seats: int
    queue_number: int

    def register_newcomer(self, applicant: Applicant, duplicate_of: Registration | None, now: datetime) -> Registration:
        """Make a registration where a newcomer stands. Raises SeminarFull."""
        state = RegistrationStatus.DUPLICATE if duplicate_of else self.determine_newcomer_status()
        person = enrolment.build_person(applicant, now)
        registration = enrolment.build_registration(
            person, self.seminar, duplicate_of, state, now, enrolment.generate_token(), {}
        )
        if state == RegistrationStatus.REGISTERED:
            self.free_seats -= 1
        elif state == RegistrationStatus.WAITING:
            registration.queue_number, self.queue_number = self.queue_number, self.queue_number + 1
        return registration

    def determine_newcomer_status(self) -> RegistrationStatus:
        """Say where a newcomer stands, as places.first_state does for one alone."""
        if self.seminar.needs_approval:
            return RegistrationStatus.APPLIED
        if self.free_seats > 0:
            return RegistrationStatus.REGISTERED
        if not self.seminar.has_waiting_list:
            raise enrolment.SeminarFull
        return RegistrationStatus.WAITING


class RegistrationIndex:
    """Who is on the list of a seminar, by name and phone, while many are added."""

    def __init__(self, session: Session, seminar: Seminar) -> None:
        self.by_phone_and_name: dict[tuple[str, str], Registration] = {}
        self.by_phone: dict[str, Registration] = {}
        self.by_name: dict[str, Registration] = {}
        wanted = select(Registration, Person.phone, Person.folded_name).join(Registration.person)
        rows = session.execute(wanted.where(Registration.seminar_id == seminar.id).order_by(Registration.id))
        for registration, phone_there, name in rows:
            self.add_registration(registration, phone_there, name)

    def add_registration(self, registration: Registration, phone_number: str, name: str) -> None:
        """Take somebody into account; the first one of a name or a phone counts."""
        self.by_phone_and_name.setdefault((phone_number, name), registration)
        if registration.status in ACTIVE_STATUSES:
            self.by_phone.setdefault(phone_number, registration)
            self.by_name.setdefault(name, registration)

    def find_same_person(self, applicant: Applicant) -> Registration | None:
        """Who has this name and this phone, whatever became of the registration."""
        return self.by_phone_and_name.get((applicant.phone, fold_applicant_name(applicant)))

    def find_similar_person(self, applicant: Applicant) -> Registration | None:
        """Who has this name or this phone and is on the list, as duplicates.likely_same says for one alone."""
        return self.by_phone.get(applicant.phone) or self.by_name.get(fold_applicant_name(applicant))

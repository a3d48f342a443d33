"""Taking in a list of people: which column is which, what each row says, and registering all of them or nobody."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.documents.upload_tables import MOST_ROWS, Table, TableRefused, Unreadable
from trainer.language.collation import fold, fold_name
from trainer.people.models import Person
from trainer.registration.models import LIVE, Registration, State
from trainer.registration.seats import enrolment
from trainer.registration.seats.enrolment import Applicant
from trainer.registration.seats.waiting_list import lock, next_queue_number, offer_places, places_left
from trainer.seminars.models import Seminar

HEADER_WITHIN = 10  # rows from the top
# How columns are called, in the three languages and as people write them.
NAMES = {
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
LANGUAGES_CALLED = {
    "kk": "kk; kz; қаз; қазақша; қазақ; қазақ тілі; казахский; каз; kazakh",
    "ru": "ru; рус; орысша; орыс; орыс тілі; русский; russian",
    "en": "en; ағылшынша; ағылшын; ағылшын тілі; английский; англ; english",
}


class ColumnsMissing(ValueError):
    """No row near the top names the columns that are needed."""


@dataclass(frozen=True)
class Row:
    """A row of the file: its number there, and what stands in each column that we know."""

    number: int
    cells: dict[str, str]

    @property
    def read(self) -> str:
        """What was read, for people."""
        return ", ".join(cell for cell in self.cells.values() if cell)


@dataclass(frozen=True)
class Sheet:
    """A list as it was understood: its rows, and the columns that we do not know."""

    rows: list[Row]
    unknown: list[str]


@dataclass(frozen=True)
class Taken:
    """What became of a row: its registration, and whether that was there before."""

    applicant: Applicant
    registration: Registration
    known: bool


def spelled(heading: str) -> str:
    """Give a heading as it is compared: folded, without blanks, signs and what stands in brackets."""
    return fold(re.sub(r"\([^)]*\)", " ", heading)).replace(" ", "")


def by_spelling(names: dict[str, str]) -> dict[str, str]:
    """Turn a table of names round."""
    return {spelled(name): key for key, listed in names.items() for name in listed.split(";")}


COLUMNS = by_spelling(NAMES)
LANGUAGE_OF = by_spelling(LANGUAGES_CALLED)
NUMBERS = {spelled(name) for name in ("№", "No", "N", "р/с", "п/п", "№ п/п")}


def column(heading: str) -> str | None:
    """Say which column a heading names; of a heading in two languages either part is enough."""
    parts = [heading, *re.split(r"[/|\n]", heading)]
    return next((COLUMNS[spelled(part)] for part in parts if spelled(part) in COLUMNS), None)


def columns_of(row: Sequence[str]) -> dict[str, int]:
    """Say where each column stands, going by a row of headings; the first of two that are called the same counts."""
    found: dict[str, int] = {}
    for place, heading in enumerate(row):
        name = column(heading)
        if name is not None:
            found.setdefault(name, place)
    return found


def enough(columns: dict[str, int]) -> bool:
    """Whether a name and a phone can be read."""
    return "phone" in columns and ("full_name" in columns or {"surname", "given_name"} <= set(columns))


def understand(tables: Iterable[Table]) -> Sheet:
    """Find the table that names its columns, and read its rows. Raises ColumnsMissing and TableRefused."""
    for table in tables:
        for start, headings in enumerate(table[:HEADER_WITHIN]):
            columns = columns_of(headings)
            if enough(columns):
                return sheet_of(table, start, columns)
    raise ColumnsMissing


def sheet_of(table: Table, start: int, columns: dict[str, int]) -> Sheet:
    """Read the rows below the headings."""
    headings = table[start]
    unknown = [
        heading
        for place, heading in enumerate(headings)
        if place not in columns.values() and spelled(heading) not in NUMBERS
    ]
    rows = [
        Row(number, {name: row[place] if place < len(row) else "" for name, place in columns.items()})
        for number, row in enumerate(table[start + 1 :], start + 2)
    ]
    filled = [row for row in rows if row.read]
    if not filled:
        raise TableRefused(Unreadable.EMPTY)
    if len(filled) > MOST_ROWS:
        raise TableRefused(Unreadable.TOO_LARGE)
    return Sheet(filled, unknown)


def typed(row: Row) -> dict[str, str]:
    """Give what a row says as if it had been typed into the form."""
    cells = {name: cell for name, cell in row.cells.items() if name != "full_name"}
    parts = [] if "surname" in cells else row.cells.get("full_name", "").split(maxsplit=2)
    for name, part in zip(("surname", "given_name", "patronymic"), parts, strict=False):
        cells.setdefault(name, part)
    cells["phone"] = phone(cells.get("phone", ""))
    called = cells.get("language", "")
    cells["language"] = LANGUAGE_OF.get(spelled(called), called) or "kk"
    return cells


def phone(cell: str) -> str:
    """Give a phone as it was before a spreadsheet took it for a number: 77015550101.0, 7.7015550101E+10."""
    if re.fullmatch(r"\d(?:[.,]\d+)?[eE]\+?\d+", cell):
        number = float(cell.replace(",", "."))
        return str(int(number)) if number < 1e15 else cell
    return re.sub(r"(?<=\d{6})[.,]0+$", "", cell)


def take_in(session: Session, seminar: Seminar, applicants: Sequence[Applicant], now: datetime) -> list[Taken]:
    """Register people as the organizer, by the rules of places; who is on the list by the same name and phone stays as they are.

    A likely duplicate is kept for the organizer to decide on. Raises SeminarFull; then nobody is to be kept.
    """
    lock(session, seminar)
    offer_places(session, seminar, now)  # free places are for those who wait
    room = Room(seminar, places_left(session, seminar), next_queue_number(session, seminar))
    crowd = Crowd(session, seminar)
    taken = []
    for each in applicants:
        known = crowd.known(each)
        registration = known or room.enter(each, crowd.likely_same(each), now)
        if known is None:
            session.add(registration)
            crowd.add(registration, each.phone, name_of(each))
        taken.append(Taken(each, registration, known is not None))
    session.flush()
    return taken


def name_of(applicant: Applicant) -> str:
    """Give the name as it is compared."""
    return fold_name(applicant.surname, applicant.given_name)[:170]


@dataclass
class Room:
    """The places of a locked seminar while many are registered at once: counted once, then counted on."""

    seminar: Seminar
    free: int
    queue_number: int

    def enter(self, applicant: Applicant, same: Registration | None, now: datetime) -> Registration:
        """Make a registration where a newcomer stands. Raises SeminarFull."""
        state = State.DUPLICATE if same else self.first_state()
        person = enrolment.person_of(applicant, now)
        registration = enrolment.made(person, self.seminar, same, state, now, enrolment.new_token(), {})
        if state == State.REGISTERED:
            self.free -= 1
        elif state == State.WAITING:
            registration.queue_number, self.queue_number = self.queue_number, self.queue_number + 1
        return registration

    def first_state(self) -> State:
        """Say where a newcomer stands, as places.first_state does for one alone."""
        if self.seminar.needs_approval:
            return State.APPLIED
        if self.free > 0:
            return State.REGISTERED
        if not self.seminar.has_waiting_list:
            raise enrolment.SeminarFull
        return State.WAITING


class Crowd:
    """Who is on the list of a seminar, by name and phone, while many are added."""

    def __init__(self, session: Session, seminar: Seminar) -> None:
        self.people: dict[tuple[str, str], Registration] = {}
        self.phones: dict[str, Registration] = {}
        self.names: dict[str, Registration] = {}
        wanted = select(Registration, Person.phone, Person.folded_name).join(Registration.person)
        rows = session.execute(wanted.where(Registration.seminar_id == seminar.id).order_by(Registration.id))
        for registration, phone_there, name in rows:
            self.add(registration, phone_there, name)

    def add(self, registration: Registration, phone_there: str, name: str) -> None:
        """Take somebody into account; the first one of a name or a phone counts."""
        self.people.setdefault((phone_there, name), registration)
        if registration.state in LIVE:
            self.phones.setdefault(phone_there, registration)
            self.names.setdefault(name, registration)

    def known(self, applicant: Applicant) -> Registration | None:
        """Who has this name and this phone, whatever became of the registration."""
        return self.people.get((applicant.phone, name_of(applicant)))

    def likely_same(self, applicant: Applicant) -> Registration | None:
        """Who has this name or this phone and is on the list, as duplicates.likely_same says for one alone."""
        return self.phones.get(applicant.phone) or self.names.get(name_of(applicant))

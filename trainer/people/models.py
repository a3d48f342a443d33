"""Table of people."""

from datetime import datetime

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, validates

from trainer.base import Base, UtcDateTime
from trainer.language.collation import build_sort_key, fold_text
from trainer.people.names import join_names
from trainer.people.spelling import FOLDED_NAME_LENGTH, PersonName, fold_name, list_spellings

SEARCHED_FIELDS = (*PersonName._fields, "email", "workplace", "position")


def build_search_text(surname: str, given_name: str, patronymic: str, email: str, workplace: str, position: str) -> str:
    """Return the text that the organizer's search looks through. A migration calls this for existing rows.

    Its lines are the spellings of the name, each after a blank; everything folded; everything as typed, each word after “=”.
    """
    spellings = (f" {spelling}" for part in (surname, given_name, patronymic) for spelling in list_spellings(part))
    words = f"{surname} {given_name} {patronymic} {workplace} {position}"
    typed = (f"={word}" for word in f"{words} {email}".casefold().split())
    return "\n".join(("".join(spellings), f" {fold_text(words)}", " ".join(typed)))


class Person(Base):
    """A person, named as in the identity document. Neither name nor phone number is unique: families share a phone."""

    __tablename__ = "person"
    __table_args__ = (
        Index(
            "ix_person_erasure",
            "erasure_requested_at",
            sqlite_where=text("erasure_requested_at IS NOT NULL"),
            postgresql_where=text("erasure_requested_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    surname: Mapped[str] = mapped_column(String(80))
    given_name: Mapped[str] = mapped_column(String(80))
    patronymic: Mapped[str] = mapped_column(String(80), default="")
    sort_key: Mapped[str] = mapped_column(String(250), index=True)
    folded_name: Mapped[str] = mapped_column(String(FOLDED_NAME_LENGTH), index=True)
    """`FoldedName.key`: who may have the same name; whether they have, `FoldedName` tells."""
    phone: Mapped[str] = mapped_column(String(60), index=True)
    """In E.164, or what a walk-in typed instead (“жоқ”, two numbers): then it is nobody's number."""
    email: Mapped[str] = mapped_column(String(254), default="")
    language: Mapped[str] = mapped_column(String(2))
    workplace: Mapped[str] = mapped_column(String(200), default="")
    position: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    certificate_name: Mapped[str] = mapped_column(String(250), default="")
    """The name to print on certificates if it differs from the registered one; empty if it does not."""
    name_confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    search_text: Mapped[str] = mapped_column(Text)
    """Spellings of the name, then name, workplace, position and e-mail folded and as typed; searched by the organizer."""
    erasure_requested_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def full_name(self) -> str:
        """Return surname, given name and patronymic in the nominative."""
        return join_names(self.surname, self.given_name, self.patronymic)

    @property
    def has_one_name(self) -> bool:
        """Return whether the person has no surname or no given name."""
        return not (self.surname and self.given_name)

    @property
    def printed_name(self) -> str:
        """Return the name as certificates print it."""
        return self.certificate_name or self.full_name

    @validates(*SEARCHED_FIELDS)
    def update_derived_keys(self, attribute: str, value: str) -> str:
        """Update sort key, folded name and search text whenever one of their sources is set."""
        parts = {field: getattr(self, field) or "" for field in SEARCHED_FIELDS} | {attribute: value}
        if attribute in PersonName._fields:
            name = PersonName(*(parts[field] for field in PersonName._fields))
            self.sort_key = build_sort_key(join_names(*name))[:250]
            self.folded_name = fold_name(name).key
        self.search_text = build_search_text(**parts)
        return value

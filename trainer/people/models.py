"""Table of people."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column, validates

from trainer.base import Base, Moment
from trainer.language.names import fold_name, sort_key


class Person(Base):
    """A person with the name as in the identity document; neither name nor phone identifies (families share a phone)."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    surname: Mapped[str] = mapped_column(String(80))
    given_name: Mapped[str] = mapped_column(String(80))
    patronymic: Mapped[str] = mapped_column(String(80), default="")
    sort_key: Mapped[str] = mapped_column(String(250), index=True)
    folded_name: Mapped[str] = mapped_column(String(170), index=True)
    phone: Mapped[str] = mapped_column(String(20), index=True)
    email: Mapped[str] = mapped_column(String(254), default="")
    language: Mapped[str] = mapped_column(String(2))
    workplace: Mapped[str] = mapped_column(String(200), default="")
    position: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(Moment)

    @property
    def full_name(self) -> str:
        """Surname, given name and patronymic in the nominative, as printed."""
        return " ".join(part for part in (self.surname, self.given_name, self.patronymic) if part)

    @validates("surname", "given_name", "patronymic")
    def keep_keys(self, attribute: str, value: str) -> str:
        """Keep the sort key and the folded name in step with the name."""
        parts = {each: getattr(self, each) or "" for each in ("surname", "given_name", "patronymic")} | {
            attribute: value
        }
        self.sort_key = sort_key(" ".join(parts.values()).strip())[:250]
        self.folded_name = fold_name(parts["surname"], parts["given_name"])[:170]
        return value

"""Tables of the import: lists that were uploaded, and columns that an organizer chose."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainer.base import Base, UtcDateTime
from trainer.seminars.models import Seminar


class UploadedList(Base):
    """A list of people between its upload and its import; deleted after the import or a day later."""

    __tablename__ = "uploaded_list"

    id: Mapped[int] = mapped_column(primary_key=True)
    seminar_id: Mapped[int] = mapped_column(ForeignKey("seminar.id", ondelete="CASCADE"), index=True)
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    file_name: Mapped[str] = mapped_column(String(120))
    sheets: Mapped[str] = mapped_column(Text, deferred=True)
    """The tables of the file as JSON; after the import the rows that were not imported, with their headings."""
    sheet: Mapped[int]
    heading_end: Mapped[int]
    columns: Mapped[dict[str, int]] = mapped_column(JSON)
    """The index of each column by role."""
    imported_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seminar: Mapped[Seminar] = relationship()


class ChosenColumns(Base):
    """What an organizer said of the columns with these headings; taken for the next list with the same headings."""

    __tablename__ = "chosen_columns"
    __table_args__ = (UniqueConstraint("project_id", "headings"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    headings: Mapped[str] = mapped_column(String(16))
    """The fingerprint of the headings, in their order."""
    columns: Mapped[dict[str, int]] = mapped_column(JSON)
    chosen_at: Mapped[datetime] = mapped_column(UtcDateTime)

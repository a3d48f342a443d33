"""Tables of evidence: files that prove, what each of them proves, uploads and links for uploading."""

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainer.accounts.models import User
from trainer.base import Base, UtcDateTime
from trainer.language.translated import Translated, TranslatedText
from trainer.people.models import Person
from trainer.projects.models import Activity, Indicator, Project


class MediaKind(StrEnum):
    """What a file is by its content."""

    PHOTO = "photo"
    VIDEO = "video"
    AUDIO = "audio"
    PDF = "pdf"
    WORD = "word"
    EXCEL = "excel"
    POWERPOINT = "powerpoint"
    OTHER = "other"


class EvidenceKind(StrEnum):
    """What a file is as evidence; each kind counts in the unit of the same meaning."""

    PHOTO = "photo"
    VIDEO = "video"
    AUDIO = "audio"
    SCREENSHOT = "screenshot"
    INFOGRAPHIC = "infographic"
    BANNER = "banner"
    LIST = "list"
    PROGRAMME = "programme"
    PRESS_RELEASE = "press_release"
    CV = "cv"
    HANDOUT = "handout"
    MEDIA_PLAN = "media_plan"
    DIGEST = "digest"
    MATERIAL = "material"
    DISTRIBUTION_LIST = "distribution_list"
    PROTOCOL = "protocol"
    REPORT = "report"
    DOCUMENT = "document"


class Processing(StrEnum):
    """How far the worker has come with a file: its previews, its date, and a copy without location data."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class TakenSource(StrEnum):
    """Where the time of a photo or video was read."""

    FILE = "file"  # in the file's own data
    ENTERED = "entered"  # by a person


class Cleaning(StrEnum):
    """What became of location and device data."""

    NOT_NEEDED = "not_needed"
    CLEANED = "cleaned"  # in a second file, which pages and packs use
    IMPOSSIBLE = "impossible"  # a person decides
    ACCEPTED = "accepted"  # the file may leave as it is
    KEPT_OUT = "kept_out"


class Publicity(StrEnum):
    """Whether a photo may be published, as far as consent is concerned."""

    UNCHECKED = "unchecked"
    HARMLESS = "harmless"  # nobody without consent can be recognised
    KEPT_OUT = "kept_out"  # of publication and pack


class EvidenceItem(Base):
    """A file that may prove something. Its content is stored under its hash and never changes.

    The same bytes are one item of a project, however often they are uploaded. A removed item keeps its row.
    """

    __tablename__ = "evidence_item"
    __table_args__ = (
        UniqueConstraint("project_id", "sha256"),
        Index("ix_evidence_item_activity", "activity_id", "removed_at"),
        Index("ix_evidence_item_processing", "processing", "id"),
        CheckConstraint("size >= 0", name="size_not_negative"),
        CheckConstraint("processing IN ('waiting', 'done', 'failed')", name="processing_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="RESTRICT"))
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id", ondelete="RESTRICT"))
    """The activity that it belongs to; None while it lies in the inbox."""
    media_kind: Mapped[str] = mapped_column(String(12))
    kind: Mapped[str] = mapped_column(String(20))
    file_name: Mapped[str] = mapped_column(String(255))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    """Bytes."""
    sha256: Mapped[str] = mapped_column(String(64))
    crc32: Mapped[int] = mapped_column(BigInteger)
    caption: Mapped[Translated] = mapped_column(TranslatedText, default=Translated)
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_source: Mapped[str | None] = mapped_column(String(10))
    month: Mapped[date | None]
    """First day of the month that a media plan is for."""
    width: Mapped[int | None]
    height: Mapped[int | None]
    seconds: Mapped[float | None]
    """Length of a video or a recording."""
    difference_hash: Mapped[int | None] = mapped_column(BigInteger)
    """64 bits that are nearly the same for pictures that look nearly the same; as a signed number."""
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    upload_link_id: Mapped[int | None] = mapped_column(ForeignKey("upload_link.id", ondelete="SET NULL"))
    processing: Mapped[str] = mapped_column(String(10), default=Processing.WAITING)
    processing_error: Mapped[str] = mapped_column(String(40), default="")
    """A key of `trainer.evidence.wording.PROCESSING_ERRORS`."""
    attempts: Mapped[int] = mapped_column(default=0)
    cleaning: Mapped[str] = mapped_column(String(12), default=Cleaning.NOT_NEEDED)
    cleaned_sha256: Mapped[str] = mapped_column(String(64), default="")
    cleaned_size: Mapped[int | None] = mapped_column(BigInteger)
    cleaned_crc32: Mapped[int | None] = mapped_column(BigInteger)
    thumbnail_sha256: Mapped[str] = mapped_column(String(64), default="")
    preview_sha256: Mapped[str] = mapped_column(String(64), default="")
    publicity: Mapped[str] = mapped_column(String(10), default=Publicity.UNCHECKED)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    project: Mapped[Project] = relationship()
    activity: Mapped[Activity | None] = relationship()
    uploaded_by: Mapped[User | None] = relationship()
    links: Mapped[list["EvidenceLink"]] = relationship(back_populates="item")


class EvidenceLink(Base):
    """That a file or a publication proves an indicator, from one moment to another. Never deleted: see `removed_at`."""

    __tablename__ = "evidence_link"
    __table_args__ = (
        CheckConstraint("(item_id IS NULL) <> (publication_id IS NULL)", name="proves_with_one"),
        Index("ix_evidence_link_indicator", "indicator_id", "removed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id", ondelete="RESTRICT"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("evidence_item.id", ondelete="RESTRICT"), index=True)
    publication_id: Mapped[int | None] = mapped_column(ForeignKey("publication.id", ondelete="RESTRICT"), index=True)
    linked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    linked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    indicator: Mapped[Indicator] = relationship()
    item: Mapped[EvidenceItem | None] = relationship(back_populates="links")


class ShownPerson(Base):
    """That a person can be seen in a photo, a video or a publication."""

    __tablename__ = "shown_person"
    __table_args__ = (
        UniqueConstraint("item_id", "person_id"),
        UniqueConstraint("publication_id", "person_id"),
        CheckConstraint("(item_id IS NULL) <> (publication_id IS NULL)", name="shown_in_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("evidence_item.id", ondelete="CASCADE"))
    publication_id: Mapped[int | None] = mapped_column(ForeignKey("publication.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    marked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    person: Mapped[Person] = relationship()


class UploadLink(Base):
    """A link by which somebody without an account uploads files for one activity, until it expires or is revoked."""

    __tablename__ = "upload_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id", ondelete="CASCADE"), index=True)
    label: Mapped[str] = mapped_column(String(80))
    """For whom it was made."""
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    activity: Mapped[Activity] = relationship()


class Upload(Base):
    """A file on its way: created by the tus protocol, complete when all its bytes are on the disk, then an item.

    How many bytes have arrived tells the size of its file, never a column.
    """

    __tablename__ = "upload"
    __table_args__ = (CheckConstraint("size >= 0", name="size_not_negative"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"), index=True)
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id", ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    upload_link_id: Mapped[int | None] = mapped_column(ForeignKey("upload_link.id", ondelete="CASCADE"), index=True)
    file_name: Mapped[str] = mapped_column(String(255))
    size: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("evidence_item.id", ondelete="CASCADE"))
    """What it became."""

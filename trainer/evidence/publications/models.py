"""Tables of publications: posts and articles about the project, their screenshots and their views over time."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, String, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainer.accounts.models import User
from trainer.base import Base, UtcDateTime
from trainer.clock import now
from trainer.evidence.models import EvidenceItem
from trainer.language.translated import Translated, TranslatedText
from trainer.projects.models import Activity, Project


class PublicationKind(StrEnum):
    """What was published."""

    POST = "post"
    INFOGRAPHIC = "infographic"
    VIDEO = "video"
    BANNER = "banner"
    ARTICLE = "article"


class CopyState(StrEnum):
    """Whether a copy of the page is stored."""

    NOT_WANTED = "not_wanted"  # the network shows strangers a login page
    WAITING = "waiting"
    STORED = "stored"
    FAILED = "failed"


class LinkState(StrEnum):
    """What the last check of the address found."""

    UNCHECKED = "unchecked"
    ALIVE = "alive"
    UNREACHABLE = "unreachable"  # the server did not answer as it should
    DOUBTFUL = "doubtful"  # nothing was there once
    DEAD = "dead"
    ACCEPTED = "accepted"  # dead, and somebody leaves it so
    UNCHECKABLE = "uncheckable"  # strangers see a login page, or a page for deleted posts too


publication_screenshot = Table(
    "publication_screenshot",
    Base.metadata,
    Column("publication_id", ForeignKey("publication.id", ondelete="CASCADE"), primary_key=True),
    Column("item_id", ForeignKey("evidence_item.id", ondelete="RESTRICT"), primary_key=True, index=True),
    Column("attached_at", UtcDateTime, nullable=False, default=now),
)


class Publication(Base):
    """A post, an article or another publication about the project. A removed one keeps its row."""

    __tablename__ = "publication"
    __table_args__ = (
        UniqueConstraint("project_id", "address_key"),
        Index("ix_publication_activity", "activity_id", "removed_at"),
        CheckConstraint("kind IN ('post', 'infographic', 'video', 'banner', 'article')", name="kind_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="RESTRICT"))
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id", ondelete="RESTRICT"))
    kind: Mapped[str] = mapped_column(String(12))
    network: Mapped[str] = mapped_column(String(20))
    """A key of `trainer.evidence.publications.networks.NETWORKS`, or "media" for an outlet of the mass media."""
    outlet: Mapped[str] = mapped_column(String(120), default="")
    address: Mapped[str] = mapped_column(String(1000), default="")
    address_key: Mapped[str | None] = mapped_column(String(1000))
    """The address without what differs between two links to the same page; None without an address (print, television)."""
    title: Mapped[Translated] = mapped_column(TranslatedText, default=Translated)
    published_on: Mapped[date]
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    copy_state: Mapped[str] = mapped_column(String(12), default=CopyState.NOT_WANTED)
    copy_sha256: Mapped[str] = mapped_column(String(64), default="")
    copy_error: Mapped[str] = mapped_column(String(40), default="")
    """A key of `trainer.evidence.publications.wording.FETCH_ERRORS`."""
    copied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    link_state: Mapped[str] = mapped_column(String(12), default=LinkState.UNCHECKED)
    link_checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    project: Mapped[Project] = relationship()
    activity: Mapped[Activity | None] = relationship()
    added_by: Mapped[User | None] = relationship()
    screenshots: Mapped[list[EvidenceItem]] = relationship(secondary=publication_screenshot, order_by=EvidenceItem.id)
    views: Mapped[list["PublicationViews"]] = relationship(
        back_populates="publication", order_by="PublicationViews.counted_on, PublicationViews.id"
    )


class PublicationViews(Base):
    """How many views a publication had on a day, as somebody entered it. Never changed: a later entry counts instead."""

    __tablename__ = "publication_views"
    __table_args__ = (
        CheckConstraint("views >= 0", name="views_not_negative"),
        Index("ix_publication_views_latest", "publication_id", "counted_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id", ondelete="CASCADE"))
    counted_on: Mapped[date]
    views: Mapped[int] = mapped_column(BigInteger)
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    publication: Mapped[Publication] = relationship(back_populates="views")
    entered_by: Mapped[User | None] = relationship()

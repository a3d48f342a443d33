"""Tables of the monitoring plan: project, task, activity, indicator, expected result, and drafts of uploaded plans."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import JSON, Column, ForeignKey, String, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainer.base import Base, UtcDateTime
from trainer.language.translated import Translated, TranslatedText

REPORT_REVIEW_PERIOD = timedelta(days=90)
"""How long after the end of a project its report is presumed to be accepted; the organizer can set the day itself."""


activity_source = Table(
    "activity_source",
    Base.metadata,
    Column("activity_id", ForeignKey("activity.id", ondelete="CASCADE"), primary_key=True),
    Column("source_id", ForeignKey("activity.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class Project(Base):
    """A project under a grant contract; its grantee holds the seminars and issues the certificates."""

    __tablename__ = "project"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[Translated] = mapped_column(TranslatedText)
    goal: Mapped[Translated] = mapped_column(TranslatedText)
    region: Mapped[Translated] = mapped_column(TranslatedText)
    grantee: Mapped[Translated] = mapped_column(TranslatedText)
    grant_giver: Mapped[Translated] = mapped_column(TranslatedText)
    start: Mapped[date]
    end: Mapped[date]
    timezone: Mapped[str] = mapped_column(String(60))
    business_number: Mapped[str] = mapped_column(String(12), default="")
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    contact_phone: Mapped[str] = mapped_column(String(20), default="")
    serial_prefix: Mapped[str] = mapped_column(String(4))
    logo_sha256: Mapped[str] = mapped_column(String(64), default="")
    is_example: Mapped[bool] = mapped_column(default=False)
    report_accepted_on: Mapped[date | None]
    """When the grant giver accepted the project report; None while that is not known."""
    tasks: Mapped[list["Task"]] = relationship(
        back_populates="project", order_by="Task.position, Task.id", cascade="all, delete-orphan"
    )
    social_impact: Mapped[list["Indicator"]] = relationship(
        back_populates="project", order_by="Indicator.position, Indicator.id", cascade="all, delete-orphan"
    )
    expected_results: Mapped[list["ExpectedResult"]] = relationship(
        back_populates="project", order_by="ExpectedResult.position, ExpectedResult.id", cascade="all, delete-orphan"
    )

    @property
    def zone(self) -> ZoneInfo:
        """Return the time zone of the project."""
        return ZoneInfo(self.timezone)

    @property
    def retention_end(self) -> date:
        """Return the last day on which the lists of participants have to be kept, as the consent text promises.

        That is the day on which the report was accepted, or while it is not known, REPORT_REVIEW_PERIOD after the project.
        """
        return self.report_accepted_on or self.presumed_retention_end

    @property
    def presumed_retention_end(self) -> date:
        """Return REPORT_REVIEW_PERIOD after the end of the project."""
        return self.end + REPORT_REVIEW_PERIOD

    @property
    def activities(self) -> list["Activity"]:
        """Return all activities in the order of the plan."""
        return [activity for task in self.tasks for activity in task.activities]


class Task(Base):
    """A task of the plan, or a section that the contract requires."""

    __tablename__ = "task"
    __table_args__ = (UniqueConstraint("project_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"), index=True)
    code: Mapped[str] = mapped_column(String(20))
    number: Mapped[int | None]
    section: Mapped[str] = mapped_column(String(40))
    position: Mapped[int] = mapped_column(default=0)
    title: Mapped[Translated] = mapped_column(TranslatedText)
    project: Mapped[Project] = relationship(back_populates="tasks")
    activities: Mapped[list["Activity"]] = relationship(
        back_populates="task", order_by="Activity.position, Activity.id", cascade="all, delete-orphan"
    )


class Activity(Base):
    """An activity of a task: what is held, where, and until when."""

    __tablename__ = "activity"
    __table_args__ = (UniqueConstraint("task_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id", ondelete="CASCADE"), index=True)
    code: Mapped[str] = mapped_column(String(20))
    number: Mapped[int | None]
    position: Mapped[int] = mapped_column(default=0)
    title: Mapped[Translated] = mapped_column(TranslatedText)
    event_type: Mapped[str] = mapped_column(String(40), default="")
    event_count: Mapped[int | None]
    audience: Mapped[str] = mapped_column(String(40), default="")
    venue: Mapped[Translated] = mapped_column("place", TranslatedText)
    start: Mapped[date]
    end: Mapped[date]
    task: Mapped[Task] = relationship(back_populates="activities")
    indicators: Mapped[list["Indicator"]] = relationship(
        back_populates="activity", order_by="Indicator.position, Indicator.id", cascade="all, delete-orphan"
    )
    chosen_sources: Mapped[list["Activity"]] = relationship(
        secondary=activity_source,
        primaryjoin=lambda: Activity.id == activity_source.c.activity_id,
        secondaryjoin=lambda: Activity.id == activity_source.c.source_id,
        order_by=id,
    )
    """The activities from whose seminars its figures are counted, if they were chosen; see `sources`."""

    @property
    def sources(self) -> list["Activity"]:
        """Return the activities from which its figures are counted: those chosen, else all of its task."""
        return self.chosen_sources or self.task.activities


class Indicator(Base):
    """A figure promised by the contract, for an activity or for the project's social impact."""

    __tablename__ = "indicator"

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id", ondelete="CASCADE"), index=True)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"), index=True)
    code: Mapped[str] = mapped_column(String(20))
    position: Mapped[int] = mapped_column(default=0)
    kind: Mapped[str] = mapped_column(String(40))
    name: Mapped[Translated] = mapped_column(TranslatedText)
    planned_text: Mapped[Translated] = mapped_column("planned_texts", TranslatedText)
    """The planned value in the words of the plan, for example "at least 5 photos"; `planned` holds it as numbers."""
    planned: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    evidence: Mapped[str] = mapped_column(String(20))
    doubt: Mapped[str] = mapped_column(String(300), default="")
    activity: Mapped[Activity | None] = relationship(back_populates="indicators")
    project: Mapped[Project | None] = relationship(back_populates="social_impact")


class ExpectedResult(Base):
    """A result that the contract expects, with the activities and indicators that show how far it is reached."""

    __tablename__ = "expected_result"
    __table_args__ = (UniqueConstraint("project_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"), index=True)
    code: Mapped[str] = mapped_column(String(20))
    position: Mapped[int] = mapped_column(default=0)
    text: Mapped[Translated] = mapped_column(TranslatedText)
    targets: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    linked: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Codes of activities and indicators of the project."""
    project: Mapped[Project] = relationship(back_populates="expected_results")


class PlanDraft(Base):
    """An uploaded plan between its upload and its import; afterwards the record of what was decided."""

    __tablename__ = "plan_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    file_name: Mapped[str] = mapped_column(String(120))
    plan: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    """The plan as read and corrected so far, with its doubts; dates as texts."""
    answers: Mapped[dict[str, dict[str, str]]] = mapped_column(JSON, default=dict)
    """The answer to each doubt by its key: the option, the note, who answered and when."""
    version: Mapped[int] = mapped_column(default=1)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"), index=True)
    imported_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    project: Mapped[Project | None] = relationship()

"""The frame of every page of the dashboard: sections, current project, and the head and tabs of a seminar."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import g, request
from sqlalchemy.orm import Session

from trainer.accounts.access import may_open
from trainer.clock import now
from trainer.desk.path.position import PathPosition, find_path_position
from trainer.desk.path.progress import SeminarProgress, complete_progress, list_progress
from trainer.desk.sections import SECTIONS, Section, find_section
from trainer.desk.tabs import TABS, Tab, TabPage, find_tab_page
from trainer.desk.waiting import SeminarCounts, count_waiting
from trainer.extensions import db
from trainer.issuing.readiness import BatchBasis
from trainer.projects.current_project import list_own_projects, pick_current_project
from trainer.projects.models import Project
from trainer.seminars.models import Seminar


@dataclass(frozen=True)
class SeminarFrame:
    """Head and tabs of the seminar to which a page belongs."""

    seminar: Seminar
    progress: SeminarProgress
    position: PathPosition | None
    tab: Tab
    page: TabPage
    counts: SeminarCounts

    def get_count(self, page: TabPage) -> int:
        """Return what waits on a page."""
        return int(getattr(self.counts, page.count)) if page.count else 0

    def list_open_pages(self, tab: Tab) -> list[TabPage]:
        """Return the pages of a tab that the seminar has and the user may open."""
        return [page for page in tab.list_offered_pages(self.seminar) if may_open(page.endpoint)]

    def get_tab_count(self, tab: Tab) -> int:
        """Return what waits on all pages of a tab."""
        return sum(self.get_count(page) for page in self.list_open_pages(tab))

    def list_shown_pages(self) -> list[TabPage]:
        """Return the pages under the current tab: the offered ones, without those on which nothing waits."""
        pages = self.list_open_pages(self.tab)
        return [page for page in pages if not page.is_for_waiting or self.get_count(page) or page == self.page]


@dataclass(frozen=True)
class DeskFrame:
    """What the layout of the dashboard shows around a page."""

    sections: tuple[Section, ...]
    section: Section | None
    tabs: tuple[Tab, ...]
    projects: list[Project]
    project: Project | None
    counts: dict[str, int]
    seminar: SeminarFrame | None


def build_desk_frame(seminar: Any = None) -> DeskFrame:
    """Return the frame of the page that is being rendered; `seminar` is the one that its template shows, if any."""
    session, endpoint = db.session(), request.endpoint or ""
    shown_seminar: Seminar | None = seminar or g.get("desk_seminar")
    found = find_tab_page(endpoint) if shown_seminar else None
    projects = list_own_projects(session)
    project = shown_seminar.project if shown_seminar else pick_current_project(projects)
    section = next(each for each in SECTIONS if each.name == "seminars") if found else find_section(endpoint)
    progress = find_progress(session, shown_seminar, now()) if shown_seminar and found else None
    counts, seminar_counts = count_waiting(session, project, progress, now())
    return DeskFrame(
        sections=SECTIONS,
        section=section,
        tabs=TABS,
        projects=projects,
        project=project,
        counts=counts,
        seminar=SeminarFrame(progress.seminar, progress, find_path_position(progress, now()), *found, seminar_counts)
        if progress and found and seminar_counts
        else None,
    )


def find_progress(session: Session, seminar: Seminar, now: datetime) -> SeminarProgress:
    """Return how far a seminar is, which is counted once in a request, from what the page has read of it."""
    progress: SeminarProgress | None = g.get("desk_progress")
    basis: BatchBasis | None = g.get("batch_basis")
    if progress is not None:
        return progress
    if basis is not None and basis.seminar_id == seminar.id:
        return complete_progress(session, seminar, basis, now)
    return list_progress(session, [seminar], now)[0]

"""The path of a seminar: describe, open, fill, hold, ask, issue, prove. Its present step, in one sentence, with one button."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from flask import url_for

from trainer.desk.path.progress import SeminarProgress
from trainer.language.choice import get_page_language
from trainer.language.dates import format_clock_time, format_long_date
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.language.translate import ngettext
from trainer.seminars.models import Seminar
from trainer.seminars.status import OpenWork, SeminarStatus


class PathStep(StrEnum):
    """A step of the path, in order."""

    DESCRIBE = "describe"
    OPEN = "open"
    FILL = "fill"
    HOLD = "hold"
    ASK = "ask"
    ISSUE = "issue"
    PROVE = "prove"


STEP_NAMES = {
    PathStep.DESCRIBE: _l("Describe"),
    PathStep.OPEN: _l("Opening"),
    PathStep.FILL: _l("Fill"),
    PathStep.HOLD: _l("Hold"),
    PathStep.ASK: _l("Ask"),
    PathStep.ISSUE: _l("Issue"),
    PathStep.PROVE: _l("Prove"),
}


@dataclass(frozen=True)
class PathPosition:
    """The present step of a seminar, what is true of it, and what its button does.

    The button opens `address`, or submits `fields` to it if there are any.
    """

    step: PathStep
    sentence: str
    button: str
    address: str
    fields: dict[str, str] = field(default_factory=dict)


def list_path_steps(seminar: Seminar) -> list[PathStep]:
    """Return the steps of a seminar: one without a survey does not ask, one without certificates does not issue."""
    left_out = {PathStep.ASK: not seminar.has_survey, PathStep.ISSUE: not seminar.has_certificate}
    return [step for step in PathStep if not left_out.get(step)]


def find_path_position(progress: SeminarProgress, now: datetime) -> PathPosition | None:
    """Return where a seminar is on its path; None for one that is cancelled."""
    seminar, status = progress.seminar, progress.status
    if status == SeminarStatus.CANCELLED:
        return None
    if status in (SeminarStatus.TODAY, SeminarStatus.UNDER_WAY):
        return describe_holding(seminar, now)
    if status in (SeminarStatus.TO_FINISH, SeminarStatus.DONE):
        return find_finishing_position(progress)
    if not seminar.sessions:
        address = url_for("seminars.edit_seminar_step", seminar_id=seminar.id, step="days")
        return PathPosition(PathStep.DESCRIBE, _("The days and times are missing."), _("Add the days"), address)
    if status == SeminarStatus.DRAFT:
        address = url_for("seminars.submit_registration_switch", seminar_id=seminar.id)
        sentence = _("Everything is described. People can register once registration is open.")
        return PathPosition(PathStep.OPEN, sentence, _("Open registration"), address, {"state": "open"})
    return describe_filling(progress)


def describe_filling(progress: SeminarProgress) -> PathPosition:
    """Return the step in which people register."""
    seminar = progress.seminar
    registered = ngettext(
        "%(num)d person is registered for %(capacity)d places.",
        "%(num)d people are registered for %(capacity)d places.",
        progress.registered,
        capacity=seminar.capacity,
    )
    list_address = url_for("registration_desk.view_registrations", seminar_id=seminar.id)
    if progress.status == SeminarStatus.OPEN:
        address = url_for("desk.view_seminar_overview", seminar_id=seminar.id, _anchor="registration")
        return PathPosition(PathStep.FILL, registered, _("Share the link"), address)
    waiting = ngettext("%(num)d person is waiting.", "%(num)d people are waiting.", progress.waiting)
    sentence = f"{registered} {waiting}" if progress.waiting else registered
    return PathPosition(PathStep.FILL, sentence, _("See the list"), list_address)


def describe_holding(seminar: Seminar, now: datetime) -> PathPosition:
    """Return the step of a seminar that takes place: the session of now or the next one."""
    session = next(part for part in seminar.sessions if part.ends_at > now)
    day = session.starts_at.astimezone(seminar.zone).date()
    time = format_clock_time(session.starts_at, seminar.zone)
    is_today = day == now.astimezone(seminar.zone).date()
    moment = _("Today") if is_today else format_long_date(day, get_page_language())
    sentence = _("Next session: %(moment)s, %(time)s.", moment=moment, time=time)
    address = url_for("attendance_desk.view_attendance", seminar_id=seminar.id)
    return PathPosition(PathStep.HOLD, sentence, _("Mark attendance"), address)


def find_finishing_position(progress: SeminarProgress) -> PathPosition:
    """Return the step of a seminar that was held: the first that is not finished."""
    seminar = progress.seminar
    if progress.open_work == OpenWork.ATTENDANCE:
        return describe_open_attendance(progress)
    if progress.open_work == OpenWork.ANSWERS:
        sentence = ngettext(
            "%(num)d of %(attended)d has not answered.",
            "%(num)d of %(attended)d have not answered.",
            progress.unanswered,
            attended=progress.attended,
        )
        address = url_for("surveys_reminders.submit_survey_reminders", seminar_id=seminar.id)
        return PathPosition(PathStep.ASK, sentence, _("Remind"), address, {"reminded": str(progress.unanswered)})
    if progress.open_work == OpenWork.CERTIFICATES:
        sentence = ngettext(
            "%(num)d person qualifies for a certificate.", "%(num)d people qualify for a certificate.", progress.ready
        )
        address = url_for("issuing_batch.view_check_sheet", seminar_id=seminar.id)
        return PathPosition(PathStep.ISSUE, sentence, _("Check and issue"), address)
    address = url_for("desk_documents.view_documents", seminar_id=seminar.id)
    return PathPosition(PathStep.PROVE, _("Everything is done: the lists can be printed."), _("Documents"), address)


def describe_open_attendance(progress: SeminarProgress) -> PathPosition:
    """Return the step of a seminar that was held, where marks are missing or have to be decided on."""
    seminar = progress.seminar
    if progress.unmarked:
        sentence = ngettext(
            "Attendance of %(num)d person is not marked.",
            "Attendance of %(num)d people is not marked.",
            progress.unmarked,
        )
        address = url_for("attendance_desk.view_attendance", seminar_id=seminar.id)
        return PathPosition(PathStep.HOLD, sentence, _("Mark attendance"), address)
    sentence = ngettext(
        "%(num)d question about attendance is open.", "%(num)d questions about attendance are open.", progress.undecided
    )
    address = url_for("attendance_conflicts.view_conflicts", seminar_id=seminar.id)
    return PathPosition(PathStep.HOLD, sentence, _("Decide"), address)

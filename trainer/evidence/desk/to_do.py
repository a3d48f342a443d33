"""What waits for the organizer: photos and publications that show people who withdrew their consent."""

from collections.abc import Iterable

from flask import url_for
from sqlalchemy import select

from trainer.evidence.withdrawals import select_shown_count
from trainer.language.translate import lazy_gettext as _l
from trainer.language.translate import ngettext
from trainer.seminars.to_do import Desk, TaskToDo, WaitingWork


def find_withdrawn_photos(desk: Desk) -> Iterable[WaitingWork]:
    """Find what shows people who withdrew their consent; it comes before everything that has a time."""
    for project in desk.projects:
        count = desk.session.scalar(select(select_shown_count(project.id))) or 0
        yield WaitingWork(count, url_for("evidence_withdrawals.view_withdrawals"))


tasks_to_do = (
    TaskToDo(
        "withdrawn_photos",
        lambda count: ngettext(
            "%(num)d photo or publication shows someone who withdrew photo consent",
            "%(num)d photos and publications show people who withdrew photo consent",
            count,
        ),
        _l("Decide"),
        find_withdrawn_photos,
    ),
)

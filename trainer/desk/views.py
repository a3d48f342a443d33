"""The organizer's home and a seminar's overview."""

from dataclasses import dataclass

from flask import current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from trainer.accounts.access import desk_blueprint
from trainer.clock import now
from trainer.extensions import db
from trainer.issuing import eligibility, register
from trainer.projects.models import Project
from trainer.registration.seats import enrolment
from trainer.seminars import registration_window
from trainer.seminars.models import Seminar
from trainer.seminars.views import seminar_or_404
from trainer.settings import Settings
from trainer.surveys.responses import answered

blueprint = desk_blueprint("desk", __name__)


@dataclass(frozen=True)
class Card:
    """A seminar in the list."""

    seminar: Seminar
    registered: int
    certificates: int
    open: bool
    over: bool


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """List every seminar with its figures."""
    moment = now()
    registered, certificates = enrolment.counts(db.session()), register.counts(db.session())
    cards = [
        Card(
            each,
            registered.get(each.id, 0),
            certificates.get(each.id, 0),
            registration_window.is_open(each, moment),
            is_over(each),
        )
        for each in registration_window.all_seminars(db.session())
    ]
    return render_template("desk/home.html", cards=cards, projects=db.session.scalars(select(Project)).all())


def is_over(seminar: Seminar) -> bool:
    """Whether the last session has ended."""
    return seminar.ends_at is not None and seminar.ends_at <= now()


@blueprint.get("/seminars/<int:seminar_id>")
def seminar(seminar_id: int) -> ResponseReturnValue:
    """Show a seminar at a glance: its link, its figures, its programme."""
    found = seminar_or_404(seminar_id)
    settings: Settings = current_app.extensions["settings"]
    standings = eligibility.standings(db.session(), found, now())
    return render_template(
        "desk/seminar.html",
        seminar=found,
        link=settings.address + url_for("registration_public.seminar", slug=found.slug),
        public=settings.public,
        open=registration_window.is_open(found, now()),
        over=is_over(found),
        registered=len(standings),
        attended=sum(each.attended.present > 0 for each in standings),
        answered=len(answered(db.session(), found)),
        eligible=sum(each.eligible for each in standings),
        certificates=len(register.certificates_of(db.session(), found)),
    )

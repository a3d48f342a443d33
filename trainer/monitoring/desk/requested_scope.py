"""The scope that a page is asked for by its address: a period, and the day as of which."""

from datetime import datetime

from flask import request

from trainer.monitoring.desk.forms import ScopeForm
from trainer.monitoring.scope import Scope, build_scope
from trainer.projects.models import Project


def read_requested_scope(project: Project, now: datetime) -> tuple[Scope, ScopeForm]:
    """Return the scope of the query string with its form; with a date that can't be read, the whole project as of now."""
    form = ScopeForm(request.args)
    if not form.validate():
        return build_scope(project, now), form
    return build_scope(project, now, form.start.data, form.end.data, form.as_of.data), form

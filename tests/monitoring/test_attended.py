"""Who was present is the same, whether the facts count it or the page that asks has counted it before."""

from random import Random

import hypothesis
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.factories import NOON
from tests.monitoring.worlds import create_world
from trainer.desk.path.progress import list_progress
from trainer.monitoring.facts.project_facts import ProjectFacts
from trainer.monitoring.scope import build_scope
from trainer.projects.models import Project
from trainer.seminars.scopes import list_seminars_of_project


@hypothesis.settings(max_examples=15, phases=[hypothesis.Phase.generate])
@hypothesis.given(seed=st.integers(0, 10**6), known=st.integers(0, 4))
def test_attendance_that_was_counted_before_gives_the_same_people(
    session: Session, project: Project, seed: int, known: int
) -> None:
    create_world(session, project, Random(seed))
    scope = build_scope(project, NOON)
    progress = list_progress(session, list_seminars_of_project(session, project)[:known], NOON)
    attended_ids = {each.seminar.id: each.attended_ids for each in progress}
    counted, given_before = ProjectFacts(session, scope), ProjectFacts(session, scope, attended_ids)
    assert given_before.present_people == counted.present_people
    session.rollback()

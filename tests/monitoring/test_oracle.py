"""In random small worlds, every figure is what a plain count of all rows says, and its rows add up to it."""

from datetime import date, timedelta
from random import Random

import hypothesis
import hypothesis.strategies as st
from sqlalchemy.orm import Session

from tests.factories import NOON
from tests.monitoring.oracle import Oracle
from tests.monitoring.worlds import create_world
from trainer.monitoring.facts.project_facts import ProjectFacts
from trainer.monitoring.figures import measure_plan
from trainer.monitoring.scope import Scope
from trainer.projects.models import Project

PERIODS = st.sampled_from(
    [(None, None), (date(2025, 6, 1), None), (None, date(2025, 6, 1)), (date(2025, 5, 31), date(2025, 6, 3))]
)


@hypothesis.settings(
    max_examples=20, phases=[hypothesis.Phase.explicit, hypothesis.Phase.reuse, hypothesis.Phase.generate]
)
@hypothesis.given(seed=st.integers(0, 10**6), period=PERIODS, hours=st.integers(-60, 60), is_live=st.booleans())
def test_every_figure_is_what_a_plain_count_says(
    session: Session, project: Project, seed: int, period: tuple[date | None, date | None], hours: int, is_live: bool
) -> None:
    create_world(session, project, Random(seed))
    moment = NOON + timedelta(days=5, hours=100) if is_live else NOON + timedelta(hours=hours)
    figures = measure_plan(ProjectFacts(session, Scope(project, moment, *period, is_live=is_live)))
    oracle = Oracle(session, project, moment, *period)
    for figure in figures.values():
        for target, measured in zip(figure.indicator.planned, figure.targets, strict=True):
            answer = (measured.required, measured.actual, measured.is_reached, measured.is_exceeded)
            assert answer == oracle.figure(figure.indicator, target), (figure.indicator.kind, target)
            if measured.target.per == "project" and not measured.is_percent:
                assert sum(row.amount for row in measured.rows) == measured.actual
    session.rollback()

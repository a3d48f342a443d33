"""The search everywhere: people, seminars, certificates and surveys of the organizer's projects."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from trainer.accounts.models import ProjectRole, User
from trainer.desk.people import PeoplePage, load_people_page
from trainer.desk.seminar_list import find_seminars
from trainer.issuing.models import IssuedCertificate
from trainer.issuing.register import list_certificates_by_serial
from trainer.language.collation import fold_text
from trainer.projects.ownership import list_projects_of_user
from trainer.seminars.models import Seminar
from trainer.seminars.scopes import list_seminars_of_user
from trainer.surveys.catalogue import list_surveys_of_seminars
from trainer.surveys.models import Survey

MOST_SHOWN = 10  # of each kind
SHORTEST_QUERY = 2  # characters


@dataclass(frozen=True)
class SearchResults:
    """What a search found, at most MOST_SHOWN of each kind; `people` knows the number of all."""

    people: PeoplePage
    seminars: Sequence[Seminar]
    certificates: Sequence[IssuedCertificate]
    surveys: Sequence[Survey]

    @property
    def is_empty(self) -> bool:
        """Return whether nothing was found."""
        return not (self.people.portion.rows or self.seminars or self.certificates or self.surveys)


def search_everywhere(session: Session, user: User, roles: Collection[ProjectRole], query: str) -> SearchResults:
    """Search the projects in which a user has one of these roles for a query of at least SHORTEST_QUERY characters."""
    projects = list_projects_of_user(session, user, roles)
    seminars = list_seminars_of_user(session, user, projects=projects)
    return SearchResults(
        load_people_page(session, projects, None, query, 1, MOST_SHOWN),
        find_seminars(seminars, query)[:MOST_SHOWN],
        list_certificates_by_serial(session, [seminar.id for seminar in seminars], query, MOST_SHOWN),
        find_surveys(list_surveys_of_seminars(session, [seminar.id for seminar in seminars]), query)[:MOST_SHOWN],
    )


def find_surveys(surveys: Sequence[Survey], query: str) -> list[Survey]:
    """Return the surveys in whose titles every word of a query occurs, in their order."""
    words = fold_text(query).split()
    titles = [(survey, fold_text(" ".join(survey.title.to_mapping().values()))) for survey in surveys]
    return [survey for survey, title in titles if words and all(word in title for word in words)]

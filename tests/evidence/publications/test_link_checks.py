"""A job asks once a week whether publications are still at their addresses; nothing is called dead after one look."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from threading import Event

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOON
from tests.fetching.site import PUBLIC_NUMBER, Site, build_answer, redirect_to, run_site
from tests.monitoring.factories import create_publication
from tests.visitor import Visitor
from trainer.evidence.publications.link_checks import check_links
from trainer.evidence.publications.models import Publication
from trainer.fetching import Outside
from trainer.projects.models import Project

LIST = "/desk/evidence/publications"
ARTICLE = "http://lada.kz/news/1"
HERE, GONE, BROKEN = build_answer(b"<p>"), build_answer(b"", "410 Gone"), build_answer(b"", "502 Bad Gateway")


@pytest.fixture
def site() -> Iterator[Site]:
    """Yield the site of a newspaper with one article."""
    with run_site() as running:
        running.answers["/news/1"] = HERE
        yield running


@pytest.fixture
def publication(session: Session, project: Project) -> Publication:
    """Return a publication at a newspaper."""
    publication = create_publication(session, project, network="media", address=ARTICLE)
    session.commit()
    return publication


def check(session: Session, outside: Outside, clock: time_machine.Traveller, days: float) -> str:
    """Run the job so many days after noon, and return the state of the only publication."""
    clock.move_to(NOON + timedelta(days=days))
    session.commit()
    check_links(session, Event(), outside)
    session.expire_all()
    return session.scalars(select(Publication)).one().link_state


def test_an_address_is_asked_once_a_week(
    session: Session, publication: Publication, site: Site, clock: time_machine.Traveller
) -> None:
    states = [check(session, site.build_outside(), clock, days) for days in (0, 1, 6.9, 7)]
    assert states == ["alive"] * 4
    assert len(site.requests) == 2
    assert publication.link_checked_at == NOON + timedelta(days=7)


def test_gone_twice_on_different_days_is_dead(
    session: Session, publication: Publication, site: Site, clock: time_machine.Traveller
) -> None:
    site.answers["/news/1"] = GONE
    states = [check(session, site.build_outside(), clock, days) for days in (0, 0.2, 0.9, 1, 2, 8)]
    assert states == ["doubtful", "doubtful", "doubtful", "dead", "dead", "dead"]
    site.answers["/news/1"] = HERE
    assert check(session, site.build_outside(), clock, 15) == "alive", "it came back"


def test_a_server_in_repair_kills_nothing(
    session: Session, publication: Publication, site: Site, clock: time_machine.Traveller
) -> None:
    site.answers["/news/1"] = BROKEN
    assert [check(session, site.build_outside(), clock, day) for day in (0, 1, 2)] == ["unreachable"] * 3
    site.answers["/news/1"] = GONE
    assert check(session, site.build_outside(), clock, 3) == "doubtful"
    site.answers["/news/1"] = BROKEN
    assert check(session, site.build_outside(), clock, 4) == "doubtful"
    site.answers["/news/1"] = HERE
    assert check(session, site.build_outside(), clock, 5) == "alive"


def test_a_name_that_is_gone_is_dead_and_a_lookup_that_fails_is_not(
    session: Session, publication: Publication, clock: time_machine.Traveller
) -> None:
    def build_outside(error: int, is_offline: bool = False) -> Outside:
        def resolve(host: str, _port: int) -> list[str]:
            if host == "example.org" and not is_offline:
                return [PUBLIC_NUMBER]
            raise socket.gaierror(error, "no")

        return Outside(resolve)

    assert check(session, build_outside(socket.EAI_AGAIN), clock, 0) == "unreachable"
    offline = build_outside(socket.EAI_NONAME, is_offline=True)
    assert check(session, offline, clock, 1) == "unreachable", "the server knows no name at all"
    states = [check(session, build_outside(socket.EAI_NONAME), clock, day) for day in (2, 3)]
    assert states == ["doubtful", "dead"]


@pytest.mark.parametrize(
    "answer", [build_answer(b"", "403 Forbidden"), redirect_to("/login?next=1"), redirect_to("/accounts/login/")]
)
def test_a_site_that_asks_strangers_to_sign_in_can_not_be_checked(
    session: Session, publication: Publication, site: Site, clock: time_machine.Traveller, answer: bytes
) -> None:
    site.answers |= {"/news/1": answer, "/login?next=1": HERE, "/accounts/login/": HERE}
    assert check(session, site.build_outside(), clock, 0) == "uncheckable"


def test_networks_with_a_login_page_are_not_asked(
    session: Session, publication: Publication, site: Site, clock: time_machine.Traveller
) -> None:
    publication.network = "instagram"
    assert check(session, site.build_outside(), clock, 0) == "uncheckable"
    assert site.requests == []


def test_an_answer_of_a_network_proves_nothing_and_a_page_that_is_gone_does(
    session: Session, publication: Publication, site: Site, clock: time_machine.Traveller
) -> None:
    publication.network = "telegram"
    assert check(session, site.build_outside(), clock, 0) == "uncheckable"
    site.answers["/news/1"] = GONE
    assert [check(session, site.build_outside(), clock, day) for day in (7, 8)] == ["doubtful", "dead"]


def test_what_has_no_address_or_was_removed_is_not_asked(
    session: Session, publication: Publication, site: Site, clock: time_machine.Traveller
) -> None:
    create_publication(session, publication.project, address="")
    publication.removed_at = NOON
    session.commit()
    check_links(session, Event(), site.build_outside())
    assert site.requests == []


def test_a_dead_address_is_shown_listed_and_left_or_corrected(
    organizer: Visitor, session: Session, publication: Publication, site: Site, clock: time_machine.Traveller
) -> None:
    site.answers["/news/1"] = GONE
    assert check(session, site.build_outside(), clock, 0) == "doubtful"
    assert "Page gone" not in organizer.get(f"{LIST}?lang=en").text
    assert "Check the addresses" not in organizer.get("/desk/?lang=en").text
    check(session, site.build_outside(), clock, 1)
    assert "Page gone" in organizer.get(f"{LIST}?lang=en").text
    assert f"{LIST}?show=dead" in organizer.get("/desk/?lang=en").list_links()
    for show, found in (("dead", True), ("removed", False)):
        assert (f"{LIST}/{publication.id}" in organizer.get(f"{LIST}?show={show}").list_links()) is found
    assert "not found on two days" in organizer.get(f"{LIST}/{publication.id}?lang=en").text
    organizer.post_with_token(f"{LIST}/{publication.id}", "address")
    assert f"{LIST}?show=dead" not in organizer.get("/desk/").list_links()
    assert f"{LIST}/{publication.id}" in organizer.get(f"{LIST}?show=dead").list_links()
    assert check(session, site.build_outside(), clock, 8) == "accepted"
    organizer.submit(f"{LIST}/{publication.id}/edit", {"address": "http://lada.kz/news/2"}, "publication")
    session.expire_all()
    assert (publication.link_state, publication.link_checked_at) == ("unchecked", None)


def test_an_address_that_works_is_not_accepted_as_dead(
    organizer: Visitor, publication: Publication, session: Session
) -> None:
    publication.link_state = "alive"
    session.commit()
    token = organizer.get(f"{LIST}/{publication.id}").read_form(-1)[1]["csrf_token"]
    organizer.post(f"{LIST}/{publication.id}/address", {"csrf_token": token})
    session.expire_all()
    assert publication.link_state == "alive"

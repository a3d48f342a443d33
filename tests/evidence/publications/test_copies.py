"""The page of a publication is fetched by a job and stored; if that fails, the page says why and what to do."""

from collections.abc import Iterator
from threading import Event

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.accounts.colleagues import create_colleague
from tests.fake_smtp import BackgroundWorker
from tests.fetching.site import Site, build_answer, run_site
from tests.monitoring.factories import create_publication
from tests.visitor import Visitor, sign_in
from trainer.accounts.models import ProjectRole
from trainer.evidence.publications.copies import store_copies
from trainer.evidence.publications.models import CopyState, Publication
from trainer.evidence.publications.wording import FETCH_ERRORS
from trainer.fetching import FetchFailure, Outside
from trainer.projects.models import Project

LIST = "/desk/evidence/publications"
ARTICLE = "http://lada.kz/news/1"
BODY = b"<!doctype html><script>alert(1)</script>Open"


@pytest.fixture
def site() -> Iterator[Site]:
    """Yield the site of a newspaper with one article."""
    with run_site() as running:
        running.answers["/news/1"] = build_answer(BODY)
        yield running


def add(organizer: Visitor, project: Project, address: str) -> None:
    """Add a publication by the form."""
    fields = {"address": address, "kind": "article", "title-kk": "Мақала", "published_on": "2025-06-01"}
    organizer.submit(f"/desk/evidence/projects/{project.id}/publications/new", fields, "publication")


def get_only(session: Session) -> Publication:
    """Return the only publication."""
    session.expire_all()
    return session.scalars(select(Publication)).one()


def fetch(session: Session, outside: Outside) -> Publication:
    """Run the job, and return the only publication."""
    session.commit()
    with session.info["app"].app_context():
        store_copies(session, Event(), outside)
    return get_only(session)


def test_the_copy_of_an_article_is_stored_and_downloaded_never_shown(
    organizer: Visitor, session: Session, project: Project, site: Site
) -> None:
    add(organizer, project, ARTICLE)
    assert get_only(session).copy_state == CopyState.WAITING
    publication = fetch(session, site.build_outside())
    assert publication.copy_state == CopyState.STORED
    link = f"{LIST}/{publication.id}/copy"
    assert link in organizer.get(f"{LIST}/{publication.id}").list_links()
    response = organizer.client.get(link)
    assert response.data == BODY
    assert response.mimetype == "application/octet-stream"
    assert response.headers["Content-Disposition"].startswith("attachment; ")
    assert 'filename="lada.kz 2025-06-01.html"' in response.headers["Content-Disposition"]
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    site.answers.clear()
    assert fetch(session, site.build_outside()).copy_state == CopyState.STORED, (
        "a copy stays, whatever becomes of the page"
    )


@pytest.mark.parametrize(
    ("body", "media_type", "ending"),
    [(b"%PDF-1.7", "application/pdf", "pdf"), (b"\xff\xd8\xff", "image/jpeg", "jpg"), (BODY, "image/jpeg", "html")],
)
def test_the_name_of_a_copy_ends_as_its_content_asks_for(
    organizer: Visitor, session: Session, project: Project, site: Site, body: bytes, media_type: str, ending: str
) -> None:
    site.answers["/news/1"] = build_answer(body, media_type=media_type)
    add(organizer, project, ARTICLE)
    publication = fetch(session, site.build_outside())
    disposition = organizer.client.get(f"{LIST}/{publication.id}/copy").headers["Content-Disposition"]
    assert f'2025-06-01.{ending}"' in disposition


def test_a_failure_is_named_and_tried_again(organizer: Visitor, session: Session, project: Project, site: Site) -> None:
    site.answers["/news/1"] = build_answer(b"", "503 Service Unavailable")
    add(organizer, project, ARTICLE)
    publication = fetch(session, site.build_outside())
    assert (publication.copy_state, publication.copy_error) == ("failed", "server_error")
    organizer.get(f"{LIST}/{publication.id}/copy", status=404)
    page = organizer.get(f"{LIST}/{publication.id}?lang=en")
    assert "reports an error of its own" in page.text
    site.answers["/news/1"] = build_answer(BODY)
    assert fetch(session, site.build_outside()).copy_state == CopyState.FAILED, "nobody asked for it yet"
    organizer.post_with_token(f"{LIST}/{publication.id}", "copy")
    assert "a minute" in organizer.get(f"{LIST}/{publication.id}?lang=en").text
    assert fetch(session, site.build_outside()).copy_state == CopyState.STORED


def test_an_address_that_leads_inside_is_not_opened(
    organizer: Visitor, session: Session, project: Project, site: Site
) -> None:
    site.names["lada.kz"] = ["127.0.0.1"]
    add(organizer, project, ARTICLE)
    assert fetch(session, site.build_outside()).copy_error == "internal"
    assert site.connections == []


@pytest.mark.parametrize(
    "address", ["https://www.instagram.com/p/DKabc/", "facebook.com/x/posts/1", "tiktok.com/@a/video/1"]
)
def test_where_strangers_see_a_login_page_no_copy_is_made(
    organizer: Visitor, session: Session, project: Project, site: Site, address: str
) -> None:
    add(organizer, project, address)
    publication = fetch(session, site.build_outside())
    assert publication.copy_state == CopyState.NOT_WANTED
    organizer.post_with_token(f"{LIST}/{publication.id}", "copy")
    assert fetch(session, site.build_outside()).copy_state == CopyState.NOT_WANTED
    assert site.requests == []


def test_another_address_asks_for_another_copy_and_the_same_page_does_not(
    organizer: Visitor, session: Session, project: Project, site: Site
) -> None:
    add(organizer, project, ARTICLE)
    publication = fetch(session, site.build_outside())
    digest = publication.copy_sha256
    edit = f"{LIST}/{publication.id}/edit"
    organizer.submit(edit, {"address": f"{ARTICLE}?utm_source=x"}, "publication")
    assert get_only(session).copy_sha256 == digest
    organizer.submit(edit, {"address": "http://lada.kz/news/2"}, "publication")
    publication = get_only(session)
    assert (publication.copy_state, publication.copy_sha256) == ("waiting", "")
    organizer.submit(edit, {"address": "", "outlet": "Лада"}, "publication")
    assert get_only(session).copy_state == CopyState.NOT_WANTED


def test_what_was_changed_while_the_page_was_fetched_is_not_overwritten(
    session: Session, project: Project, site: Site
) -> None:
    publication = create_publication(session, project, address=ARTICLE, copy_state=CopyState.WAITING)

    def resolve(host: str, port: int) -> list[str]:
        publication.address = "http://lada.kz/news/2"
        session.commit()
        return site.resolve(host, port)

    found = fetch(session, Outside(resolve, site.connect))
    assert site.requests
    assert (found.copy_state, found.copy_sha256) == ("waiting", "")


def test_the_worker_fetches_and_checks_and_opens_nothing_inside(
    session: Session, project: Project, worker: BackgroundWorker
) -> None:
    create_publication(session, project, address="http://127.0.0.1:9/", copy_state=CopyState.WAITING)
    session.commit()
    assert worker.run_jobs("copies of publications", "addresses of publications")
    publication = get_only(session)
    assert (publication.copy_error, publication.link_state) == ("internal", "unreachable")


def test_a_removed_publication_is_not_fetched(session: Session, project: Project, site: Site) -> None:
    publication = create_publication(session, project, address=ARTICLE, copy_state=CopyState.WAITING)
    publication.removed_at = publication.added_at
    assert fetch(session, site.build_outside()).copy_state == CopyState.WAITING
    assert site.requests == []


def test_a_monitor_downloads_no_copy_and_asks_for_none(app: Flask, session: Session, project: Project) -> None:
    publication = create_publication(session, project, address=ARTICLE, network="media", copy_state=CopyState.FAILED)
    publication.copy_error, publication.copied_at = "gone", publication.added_at
    monitor = sign_in(app, session, create_colleague(session, project.id, ProjectRole.MONITOR))
    page = monitor.get(f"{LIST}/{publication.id}")
    assert not [form for form in page.list_forms() if LIST in (form.get("action") or "")]
    monitor.get(f"{LIST}/{publication.id}/copy", status=403)


@pytest.mark.one_database
@pytest.mark.parametrize("failure", FetchFailure)
def test_every_failure_has_a_sentence(app: Flask, failure: FetchFailure) -> None:
    with app.test_request_context():
        assert str(FETCH_ERRORS[failure]).endswith(".")

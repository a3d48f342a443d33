"""The organizer's browser."""

from playwright.sync_api import Browser, Page
from sqlalchemy.orm import Session

from trainer.accounts.sign_in import create_sign_in_link, get_or_create_organizer
from trainer.clock import now
from trainer.projects.ownership import claim_ownerless_projects


def create_desk_link(session: Session, language: str = "kk") -> str:
    """Return the token of a sign-in link of the organizer, who owns the projects that nobody owns."""
    user = get_or_create_organizer(session, "organizer@example.org", name="Сәуле", language=language)
    claim_ownerless_projects(session, now())
    link = create_sign_in_link(session, user, now())
    session.commit()
    return link


def open_desk(browser: Browser, address: str, session: Session, *, scripts: bool = True, width: int = 1280) -> Page:
    """Return a page of a browser in which the organizer is signed in."""
    link = create_desk_link(session, language="ru")
    context = browser.new_context(
        viewport={"width": width, "height": 800}, base_url=address, java_script_enabled=scripts
    )
    page = context.new_page()
    page.goto(f"/desk/sign-in/{link}")
    page.locator("main form button").click()
    page.wait_for_url("**/desk/")
    return page

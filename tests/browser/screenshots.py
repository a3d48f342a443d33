"""`python -m tests.browser.screenshots FOLDER`: a picture of every page of the example at 360, 820 and 1280 px, in kk and ru."""

import os
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import select

from tests import databases
from tests.browser.layout import HORIZONTAL_OVERFLOW
from tests.browser.server import CHROMIUM, CHROMIUM_ARGUMENTS, find_free_port, serve_in_thread
from trainer import create_app
from trainer.accounts.models import User
from trainer.accounts.sign_in import create_sign_in_link, get_or_create_organizer
from trainer.clock import now
from trainer.example.load import load_example
from trainer.extensions import db, limiter
from trainer.issuing.issuance.context import build_issuing_context
from trainer.issuing.models import IssuedCertificate
from trainer.registration.models import Registration, RegistrationQuestion
from trainer.seminars.models import Seminar

WIDTHS = (360, 820, 1280)
LANGUAGES = ("kk", "ru")


def list_page_addresses() -> dict[str, str]:
    """Return the addresses of the example's pages by name."""
    seminars = list(db.session.scalars(select(Seminar).order_by(Seminar.id)))
    past, coming = seminars[0], seminars[-1]
    certificate = db.session.scalars(select(IssuedCertificate)).first()
    assert certificate is not None
    owner = db.session.get_one(Registration, certificate.registration_id)
    waiting = db.session.scalars(select(Registration).where(Registration.seminar_id == coming.id)).first()
    owing = db.session.scalars(select(Registration).where(Registration.seminar_id == seminars[2].id)).all()[3]
    question = db.session.scalars(select(RegistrationQuestion)).first()
    assert waiting is not None
    assert question is not None
    return {
        "home": "/",
        "seminar": f"/s/{coming.slug}",
        "register": f"/s/{coming.slug}/register",
        "register-closed": f"/s/{past.slug}/register",
        "seminar-held": f"/s/{past.slug}",
        "page-waiting": f"/r/{waiting.token}",
        "page-ready": f"/r/{owner.token}",
        "page-owing": f"/r/{owing.token}",
        "pass": f"/r/{waiting.token}/pass",
        "cancel": f"/r/{waiting.token}/cancel",
        "details": f"/r/{waiting.token}/details",
        "withdraw": f"/r/{waiting.token}/withdraw",
        "erase": f"/r/{owner.token}/erase",
        "my-data": f"/r/{owner.token}/my-data",
        "lost": "/lost",
        "lost-sent": "/lost/sent",
        "erased": "/erased",
        "survey": f"/r/{owing.token}/survey/1",
        "verdict-valid": f"/v/{certificate.code}",
        "verdict-mistyped": "/v/ABCDEFGH",
        "verify": "/verify",
        "privacy": "/privacy",
        "missing": "/nothing",
        "sign-in": "/desk/sign-in",
        "desk": "/desk/",
        "desk-seminars": "/desk/seminars",
        "desk-people": "/desk/people",
        "desk-search": "/desk/search?query=Ерлан",
        "desk-search-empty": "/desk/search",
        "desk-settings": "/desk/settings",
        "desk-messages-overview": "/desk/messages",
        "desk-documents": f"/desk/seminars/{past.id}/documents",
        "desk-seminar": f"/desk/seminars/{coming.id}",
        "desk-edit": f"/desk/seminars/{coming.id}/edit",
        "desk-questions": f"/desk/seminars/{coming.id}/questions",
        "desk-question": f"/desk/questions/{question.id}",
        "desk-registrations": f"/desk/seminars/{past.id}/registrations",
        "desk-registration": f"/desk/registrations/{owner.id}",
        "desk-registration-new": f"/desk/seminars/{coming.id}/registrations/new",
        "desk-import": f"/desk/seminars/{coming.id}/import",
        "desk-duplicates": f"/desk/seminars/{coming.id}/duplicates",
        "desk-conflicts": f"/desk/seminars/{past.id}/conflicts",
        "desk-tablets": "/desk/tablets",
        "desk-tablet-new": "/desk/tablets/new",
        "desk-attendance": f"/desk/seminars/{past.id}/attendance",
        "desk-papers": f"/desk/seminars/{past.id}/papers",
        "desk-survey": f"/desk/seminars/{past.id}/survey",
        "desk-surveys": f"/desk/seminars/{past.id}/surveys",
        "desk-survey-starts": f"/desk/seminars/{past.id}/surveys/new",
        "desk-survey-new": f"/desk/seminars/{past.id}/surveys/new/trip",
        "desk-survey-edit": f"/desk/seminars/{past.id}/surveys/1/edit",
        "desk-survey-question": f"/desk/seminars/{past.id}/surveys/1/edit/question/overall",
        "desk-survey-matrix": f"/desk/seminars/{past.id}/surveys/1/edit/new/matrix",
        "desk-survey-close": f"/desk/seminars/{past.id}/surveys/1/close",
        "desk-survey-xlsform": f"/desk/seminars/{past.id}/surveys/1/xlsform",
        "desk-survey-hall": f"/desk/seminars/{seminars[2].id}/surveys/1/hall",
        "desk-survey-paper": f"/desk/seminars/{seminars[2].id}/surveys/1/keying",
        "desk-survey-key-in": f"/desk/seminars/{seminars[2].id}/surveys/1/keying/{owing.id}",
        "desk-survey-preview": f"/desk/seminars/{past.id}/surveys/1/preview",
        "desk-survey-decisions": f"/desk/seminars/{past.id}/surveys/1/decisions",
        "desk-certificates": f"/desk/seminars/{seminars[2].id}/certificates",
        "desk-certificates-check": f"/desk/seminars/{seminars[2].id}/certificates/check",
        "desk-certificates-issued": f"/desk/seminars/{past.id}/certificates",
        "desk-certificate": f"/desk/certificates/{certificate.serial}",
        "desk-messages": f"/desk/seminars/{coming.id}/messages",
        "desk-messages-log": f"/desk/seminars/{coming.id}/messages/log",
        "name": f"/r/{waiting.token}/name",
        "correction": f"/r/{owner.token}/name",
        "desk-plan": "/desk/plan",
        "desk-project": f"/desk/project/{coming.project.id}",
        "desk-account": "/desk/account",
        "desk-password": "/desk/password",
    }


def take_screenshots(
    browser: Browser, base: str, addresses: dict[str, str], link: str, folder: Path, language: str, width: int
) -> None:
    """Take a screenshot of every page in one language and width."""
    context = browser.new_context(viewport={"width": width, "height": 800}, base_url=base)
    context.add_cookies([{"name": "language", "value": language, "url": base}])
    page = context.new_page()
    page.goto(f"/desk/sign-in/{link}")
    page.locator("main form button").click()
    page.wait_for_url("**/desk/")
    for name, address in addresses.items():
        page.goto(address)
        page.screenshot(path=folder / f"{name}-{language}-{width}.png", full_page=True)
        overflow = page.evaluate(HORIZONTAL_OVERFLOW)
        if overflow > 0:
            print(f"{name} {language} {width}: scrolls sideways by {overflow} px")
    context.close()


def main(folder: Path, names: list[str]) -> None:
    """Load the example into a temporary instance and take the screenshots; `names` limits them to some pages."""
    folder.mkdir(parents=True, exist_ok=True)
    port = find_free_port()
    with tempfile.TemporaryDirectory() as instance:
        settings = databases.build_settings(Path(instance), "", PORT=str(port))
        databases.create_migrated_instance(Path(instance))
        app = create_app(settings)
        limiter.enabled = False
        with app.app_context():
            get_or_create_organizer(db.session(), "organizer@example.org", name="Ұйымдастырушы")
            load_example(db.session(), build_issuing_context(settings), now())
            user = db.session.scalars(select(User)).one()
            links = [create_sign_in_link(db.session(), user, now()) for _view in range(len(WIDTHS) * len(LANGUAGES))]
            db.session.commit()
            addresses = {name: path for name, path in list_page_addresses().items() if not names or name in names}
        with serve_in_thread(app, port) as base, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(CHROMIUM_ARGUMENTS))
            views = [(language, width) for language in LANGUAGES for width in WIDTHS]
            for link, (language, width) in zip(links, views, strict=True):
                take_screenshots(browser, base, addresses, link, folder, language, width)
            browser.close()


if __name__ == "__main__":
    os.environ.pop("INSTANCE", None)
    main(Path(sys.argv[1]), sys.argv[2:])

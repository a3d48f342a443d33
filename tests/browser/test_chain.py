"""All steps on the real plan, from the registration link to the verified certificate, for 17 people of both audiences.

One medical worker and one assistant use a browser on a phone, the organizer and the verifier browsers of their own;
the other fifteen people send the same forms without a browser.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import pypdfium2
import pytest
import time_machine
import zxingcpp
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.browser.desk import create_desk_link
from tests.databases import open_session
from tests.factories import create_project
from tests.visitor import Visitor
from trainer.clock import now
from trainer.example.people import ASSISTANTS, MEDICAL_WORKERS
from trainer.example.seminars import EXAMPLE_SEMINARS, build_example_seminar
from trainer.issuing.models import IssuedCertificate
from trainer.registration.models import Registration
from trainer.registration.seats.applicant import Applicant
from trainer.seminars.models import Seminar

PUBLIC = "https://seminar.example.org"  # the address that is printed; the browser here reaches the same copy by another
ZONE = ZoneInfo("Asia/Aqtau")
QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
SPECIAL_LETTERS = set("әғқңөұүһі")


class Trainee(Protocol):
    """A person who goes through all steps, with a browser or without."""

    address: str

    def register(self, link: str, applicant: Applicant) -> None:
        """Fill in the form behind the link."""

    def join(self) -> None:
        """Register for the other seminar from the personal page."""

    def answer(self) -> None:
        """Answer the survey from the personal page."""

    def certificate(self) -> bytes:
        """Download the certificate from the personal page."""


def build_typed_fields(applicant: Applicant) -> dict[str, str]:
    """Return what a person types into the registration form; the phone number as people write it."""
    return {
        "surname": applicant.surname,
        "given_name": applicant.given_name,
        "patronymic": applicant.patronymic,
        "phone": "8 " + applicant.phone[2:],
        "email": applicant.email,
        "workplace": applicant.workplace,
        "position": applicant.position,
    }


@dataclass
class PhoneTrainee:
    """A trainee with a browser on a phone."""

    page: Page
    base: str
    address: str = ""

    def register(self, link: str, applicant: Applicant) -> None:
        self.page.goto(link.removeprefix(PUBLIC))
        self.page.locator("main a.button[href$='/register']").click()
        for name, value in build_typed_fields(applicant).items():
            self.page.locator(f"[name={name}]").fill(value)
        self.page.locator(f"[name=language][value={applicant.language}]").check()
        self.page.locator("[name=consent]").check()
        self.page.locator("#registration .button").click()
        self.page.wait_for_url("**/r/*")
        self.address = self.page.url

    def join(self) -> None:
        self.page.goto(self.address)
        self.page.locator("form[action*=join] button").click()
        self.page.wait_for_url(lambda url: "/r/" in url and url != self.address)
        self.address = self.page.url

    def answer(self) -> None:
        self.page.goto(self.address)
        self.page.locator("a.button[href*=survey]").click()
        self.page.locator("[name=q_overall][value='5']").check()
        self.page.locator("[name=q_useful][value='4']").check()
        self.page.locator("[name=q_change]").fill("Теріні күн сайын тексеремін.")
        self.page.locator("#survey button:not([name])").click()
        self.page.wait_for_url(self.address)

    def certificate(self) -> bytes:
        self.page.goto(self.address)
        with self.page.expect_download() as download:
            self.page.locator("a.button[href$='certificate.pdf']").click()
        return download.value.path().read_bytes()


@dataclass
class PlainTrainee:
    """A trainee whose forms are sent without a browser."""

    visitor: Visitor
    address: str = ""

    def register(self, link: str, applicant: Applicant) -> None:
        form = link.removeprefix(PUBLIC) + "/register"
        self.address = str(
            self.visitor.submit(
                form, {**build_typed_fields(applicant), "language": applicant.language, "consent": "y"}
            ).location
        )

    def join(self) -> None:
        [form] = [form for form in self.visitor.get(self.address).list_forms() if "/join/" in form.get("action")]
        fields = {field.get("name"): field.get("value") for field in form.iter() if field.get("name")}
        self.address = str(self.visitor.post(form.get("action"), fields).location)

    def answer(self) -> None:
        self.visitor.submit(f"{self.address}/survey/1", {"q_overall": "4", "q_clear": "5"})

    def certificate(self) -> bytes:
        return self.visitor.get(f"{self.address}/certificate.pdf").response.get_data()


@dataclass
class SeminarChain:
    """The served application, its clock and the organizer's browser."""

    app: Flask
    base: str
    clock: time_machine.Traveller
    session: Session
    browser: Browser
    desk: Page

    def phone(self, language: str) -> BrowserContext:
        """Return the context of a phone 360 px wide whose browser prefers a language."""
        return self.browser.new_context(
            viewport={"width": 360, "height": 740}, locale=language, base_url=self.base, accept_downloads=True
        )

    def trainee(self, in_browser: bool, language: str) -> Trainee:
        """Return a new trainee."""
        if in_browser:
            return PhoneTrainee(self.phone(language).new_page(), self.base)
        return PlainTrainee(Visitor(self.app.test_client(), self.session))


@pytest.fixture
def chain(served: tuple[Flask, str], browser: Browser) -> Iterator[SeminarChain]:
    """Yield the served application with the plan's four seminars, not announced yet, and the organizer signed in."""
    app, base = served
    with time_machine.travel(datetime(2025, 5, 5, 9, 0, tzinfo=ZONE)) as clock, open_session(app) as session:
        project = create_project(session)
        for example in EXAMPLE_SEMINARS:
            activity = next(candidate for candidate in project.activities if candidate.code == example.activity)
            seminar = build_example_seminar(example, activity, timedelta(), ZONE, now())
            seminar.opened_at = None
            session.add(seminar)
        link = create_desk_link(session)
        desk = browser.new_context(viewport={"width": 1280, "height": 800}, locale="kk", base_url=base).new_page()
        desk.goto(f"/desk/sign-in/{link}")
        desk.locator("main form button").click()
        desk.wait_for_url("**/desk/")
        yield SeminarChain(app, base, clock, session, browser, desk)


def open_registration(walk: SeminarChain, seminar: Seminar) -> str:
    """Open the registration as the organizer and return the copied link."""
    walk.desk.goto(f"/desk/seminars/{seminar.id}")
    walk.desk.locator("form:has([name=state][value=open]) button").first.click()
    return walk.desk.locator("#link").input_value()


def mark_attendance(walk: SeminarChain, seminar: Seminar, late: Registration) -> None:
    """Mark both sessions as the organizer: one person is late, everybody else is present."""
    for meeting in seminar.sessions:
        walk.desk.goto(f"/desk/seminars/{seminar.id}/attendance?session={meeting.id}")
        people = walk.desk.locator(".roll > li").count()  # the button leads to another page, which is empty at first
        walk.desk.locator(f"label.late:has([name=status-{late.id}])").click()
        walk.desk.locator("button[name=everybody]").click()
        expect(walk.desk.locator(".roll input:checked")).to_have_count(people)


def issue_certificates_at_desk(walk: SeminarChain, seminar: Seminar, people: int) -> None:
    """Issue certificates to everybody who is eligible, as the organizer, who looks at the check sheet first."""
    walk.desk.goto(f"/desk/seminars/{seminar.id}/certificates")
    walk.desk.locator("main .list-head a.button").first.click()
    walk.desk.locator("#issue button").click()
    expect(walk.desk.locator("td .badge.good")).to_have_count(people)


def hold_seminar(walk: SeminarChain, seminar: Seminar, trainees: list[Trainee]) -> None:
    """Hold a seminar: people attend, answer the survey and receive their certificates."""
    starts, ends = seminar.sessions[0].starts_at, seminar.sessions[-1].ends_at
    late = walk.session.scalars(select(Registration).where(Registration.seminar_id == seminar.id)).all()[-1]
    walk.session.commit()
    walk.clock.move_to(ends - timedelta(minutes=10))
    assert starts < now()
    mark_attendance(walk, seminar, late)
    for trainee in trainees:
        trainee.answer()
    walk.clock.move_to(ends + timedelta(hours=1))
    issue_certificates_at_desk(walk, seminar, len(trainees))


def check_certificate(walk: SeminarChain, trainee: Trainee, applicant: Applicant, verifier: Page | None) -> None:
    """Read the code from the certificate as a camera would, and open its address."""
    with pypdfium2.PdfDocument(trainee.certificate()) as document:
        page = document[0]
        printed = page.get_textpage().get_text_bounded()
        [seen] = zxingcpp.read_barcodes(page.render(scale=100 / 72).to_pil(), formats=QR)
    name = " ".join(part for part in (applicant.surname, applicant.given_name, applicant.patronymic) if part)
    assert name in " ".join(printed.split())
    address, _mark, seal = seen.text.partition("#")
    assert address.startswith(f"{PUBLIC.upper()}/V/")
    assert len(seal) > 200
    path = address.removeprefix(PUBLIC.upper())
    verdict = walk.app.test_client().get(path, headers={"Accept": "application/json"}).get_json()
    assert (verdict["verdict"], verdict["recipient"]) == ("valid", name)
    assert verdict["serial"] in printed
    if verifier is not None:
        verifier.goto(f"{path}#{seal}")
        assert verifier.locator(".verdict.valid").count() == 1
        for fact in (name, verdict["serial"], verdict["title"]["en"]):
            assert fact in verifier.locator("main").inner_text()


@pytest.mark.browser
def test_seventeen_people_go_from_the_link_to_the_checked_certificate(chain: SeminarChain) -> None:
    people = (*MEDICAL_WORKERS, *ASSISTANTS)
    assert (
        set("".join(f"{person.surname}{person.given_name}{person.patronymic}" for person in people).lower())
        >= SPECIAL_LETTERS
    )
    verifier = chain.phone("en").new_page()
    for activity, audience, in_browser in (("T2.A1", MEDICAL_WORKERS, 4), ("T4.A1", ASSISTANTS, 0)):
        seminars = [
            seminar
            for seminar in chain.session.scalars(select(Seminar).order_by(Seminar.id))
            if seminar.activity.code == activity
        ]
        chain.session.commit()
        link, _second = [open_registration(chain, seminar) for seminar in seminars]
        trainees = [chain.trainee(place == in_browser, applicant.language) for place, applicant in enumerate(audience)]
        for trainee, applicant in zip(trainees, audience, strict=True):
            trainee.register(link, applicant)
        for further, seminar in enumerate(seminars):
            if further:
                for trainee in trainees:
                    trainee.join()
            hold_seminar(chain, seminar, trainees)
            for place, (trainee, applicant) in enumerate(zip(trainees, audience, strict=True)):
                check_certificate(chain, trainee, applicant, verifier if place == in_browser else None)
    issued = list(chain.session.scalars(select(IssuedCertificate)))
    assert len({certificate.registration_id for certificate in issued}) == len(issued) == 34
    assert [certificate.number for certificate in sorted(issued, key=lambda certificate: certificate.number)] == list(
        range(1, 35)
    )

"""The tablet's pages as the server gives them: no person in them, installable, a worker that names every part."""

import json
import re
from contextlib import closing

import pytest
from flask import Flask

from tests.factories import register_person
from tests.visitor import Visitor
from trainer.attendance.tablet.app_wording import TABLET_TEXTS, build_tablet_texts
from trainer.paths import PACKAGE_FOLDER
from trainer.seminars.models import Seminar

SCRIPTS = PACKAGE_FOLDER / "static" / "js" / "tablet"


def test_the_application_holds_no_person_and_all_words(stranger: Visitor, seminar: Seminar) -> None:
    person = register_person(stranger.session, seminar).person
    page = stranger.client.get("/tablet/")
    assert person.surname not in page.text
    assert "Set-Cookie" not in page.headers
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    [texts] = re.findall(r'<script type="application/json" id="words">(.*?)</script>', page.text)
    words_by_language = json.loads(texts)
    assert set(words_by_language) == {"kk", "ru", "en"}
    assert all(set(words) == set(TABLET_TEXTS) for words in words_by_language.values())


def test_every_sentence_that_the_scripts_and_the_page_ask_for_is_there(app: Flask) -> None:
    asked = set()
    for script in SCRIPTS.glob("*.js"):
        asked |= set(re.findall(r'\btranslate\("([a-z-]+)"', script.read_text(encoding="utf-8")))
    for page in (PACKAGE_FOLDER.parent / "templates" / "attendance" / "tablet").glob("*.html"):
        asked |= set(re.findall(r'\b(?:word|label)\("([a-z-]+)"\)', page.read_text(encoding="utf-8")))
    assert len(asked) > 60
    assert asked <= set(TABLET_TEXTS)
    with app.test_request_context():
        assert "%%" not in json.dumps(build_tablet_texts())


def test_the_worker_names_its_version_and_every_part_that_exists(stranger: Visitor) -> None:
    answer = stranger.client.get("/tablet/worker.js")
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache"
    version, parts = (
        json.loads(re.findall(rf"^const {name} = (.*);$", answer.text, re.MULTILINE)[0])
        for name in ("VERSION", "PARTS")
    )
    assert f'data-version="{version}"' in stranger.client.get("/tablet/").text
    assert {f"/static/js/tablet/{item.name}" for item in SCRIPTS.glob("*.js") if item.name != "worker.js"} <= set(parts)
    for part in parts:
        with closing(stranger.client.get(part)) as result:
            assert result.status_code == 200
            text = result.text if part.endswith(".js") else ""
        for wanted in re.findall(r'(?:from|import\() ?"(\.{1,2}/[^"]+)"', text):
            assert re.sub(r"[^/]+/\.\./", "", part.rpartition("/")[0] + "/" + wanted.removeprefix("./")) in parts or (
                "vendor" in wanted
            ), (part, wanted)


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_manifest_installs_the_application(stranger: Visitor, language: str) -> None:
    result = json.loads(stranger.client.get(f"/tablet/manifest.webmanifest?lang={language}").text)
    assert (result["start_url"], result["scope"], result["display"]) == ("/tablet/", "/tablet/", "standalone")
    assert result["lang"] == language
    for icon in result["icons"]:
        with closing(stranger.client.get(icon["src"])) as picture:
            assert picture.data.startswith(b"\x89PNG")


def test_opening_a_pairing_address_does_not_reveal_whether_the_code_is_valid(stranger: Visitor) -> None:
    page = stranger.client.get("/tablet/pair/" + "A" * 26)
    assert page.status_code == 200
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"

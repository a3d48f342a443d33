"""A page as a test sees it: every answer is judged for what all pages promise, then asked for what this one says."""

import re
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import html5lib
from werkzeug.test import TestResponse

NAMESPACE = "{http://www.w3.org/1999/xhtml}"
MAX_PAGE_BYTES = 100_000


class Page:
    """An answer of the application; an HTML page must keep the promises of every page."""

    def __init__(self, response: TestResponse, *, status: int = 200) -> None:
        assert response.status_code == status, (
            f"{response.status_code} instead of {status}: {describe_response(response)}"
        )
        self.response, self.status, self.location = response, status, response.location
        self.text = response.text if response.mimetype in ("text/html", "application/json", "text/plain") else ""
        self.tree: Any = None
        if response.mimetype == "text/html" and not self.location:
            self.check_promises()

    def check_promises(self) -> None:
        """Hold the page to what every page promises."""
        self.tree, wrong = parse_html(self.text)
        assert not wrong, f"not valid HTML: {wrong[:3]}"
        assert len(self.text.encode()) < MAX_PAGE_BYTES, "the page is larger than 100 kB"
        assert len(self.find_all("h1")) == 1, f"a page has one h1, not {len(self.find_all('h1'))}"
        assert self.get_element("html").get("lang") in ("kk", "ru", "en")
        ids = [each.get("id") for each in self.tree.iter() if each.get("id")]
        assert len(ids) == len(set(ids)), f"an id stands twice: {[each for each in ids if ids.count(each) > 1]}"
        assert not re.search(r'\sstyle="|<script(?![^>]*\ssrc=)|\son\w+="', self.text), (
            "inline style or script: the policy blocks it"
        )
        for each in self.tree.iter():
            if each.tag == NAMESPACE + "a" and each.get("rel") == "noreferrer" and each.get("target") == "_blank":
                continue  # a link to another site that is meant, and tells it nothing of us
            for name in ("src", "href", "action"):
                host = urlsplit(each.get(name) or "").netloc
                assert host in ("", "localhost") or is_external_link(each), (
                    f"something foreign is loaded or linked: {host}"
                )
        self.check_labels(ids)

    def check_labels(self, ids: list[str]) -> None:
        """Every control has a label, every description exists."""
        labelled = {each.get("for") for each in self.find_all("label")}
        inside = {id(control) for label in self.find_all("label") for control in label.iter()}
        for control in (*self.find_all("input"), *self.find_all("select"), *self.find_all("textarea")):
            if control.get("type") in ("hidden", "submit"):
                continue
            named = control.get("id") in labelled or id(control) in inside or control.get("aria-label")
            assert named, f"a control without a label: {control.attrib}"
            for described in (control.get("aria-describedby") or "").split():
                assert described in ids, f"aria-describedby names nothing: {described}"

    def find_all(self, tag: str) -> list[Any]:
        """Every element with a tag."""
        return list(self.tree.iter(NAMESPACE + tag))

    def get_element(self, tag: str) -> Any:
        """The first element with a tag."""
        return self.find_all(tag)[0] if tag != "html" else self.tree

    @property
    def heading(self) -> str:
        """The words of the h1."""
        return get_words(self.get_element("h1"))

    @property
    def words(self) -> str:
        """All words of the main part."""
        return get_words(self.get_element("main"))

    @property
    def language(self) -> str:
        """The language that the page says it is in."""
        return str(self.get_element("html").get("lang"))

    def get_error(self, field: str) -> str:
        """The words next to a field that is wrong."""
        return next((get_words(each) for each in self.tree.iter() if each.get("id") == f"{field}-error"), "")

    def get_value(self, field: str) -> str:
        """What stands in a field."""
        return next(
            str(self.read_form(index)[1].get(field, ""))
            for index in range(len(self.list_forms()))
            if field in self.read_form(index)[1]
        )

    def list_forms(self) -> list[Any]:
        """The forms of the main part."""
        return list(self.get_element("main").iter(NAMESPACE + "form"))

    def read_form(self, which: int | str = -1) -> tuple[str, dict[str, Any]]:
        """The target of a form, named by its place or its id, and what it would send untouched."""
        form = (
            self.list_forms()[which]
            if isinstance(which, int)
            else next(f for f in self.list_forms() if f.get("id") == which)
        )
        fields: dict[str, Any] = {}
        for control in form.iter():
            name, tag = control.get("name"), str(control.tag).removeprefix(NAMESPACE)
            if not name or tag == "button":
                continue
            if tag == "select":
                options = list(control.iter(NAMESPACE + "option"))
                chosen = next(
                    (option for option in options if option.get("selected") is not None),
                    options[0] if options else None,
                )
                fields[name] = chosen.get("value") if chosen is not None else ""
            elif control.get("type") in ("checkbox", "radio"):
                if control.get("checked") is not None:
                    value = control.get("value", "on")
                    fields[name] = value if name not in fields else [*to_list(fields[name]), value]
            elif control.get("type") != "file":
                fields[name] = (
                    (control.text or "").removeprefix("\n") if tag == "textarea" else control.get("value", "")
                )
        return form.get("action") or "", fields

    def list_links(self) -> list[str]:
        """The addresses that the page links to within the site."""
        return [each.get("href") for each in self.find_all("a") if (each.get("href") or "").startswith("/")]


@lru_cache(maxsize=16)
def parse_html(text: str) -> tuple[Any, list[Any]]:
    """The tree of a page and what is wrong with it; a page that comes again as it was is not read again."""
    parser = html5lib.HTMLParser(strict=False)
    tree = parser.parse(text)
    return tree, [error for error in parser.errors if error[1] != "non-void-element-with-trailing-solidus"]


def to_list(value: Any) -> list[Any]:
    """A value of a field as a list."""
    return value if isinstance(value, list) else [value]


def is_external_link(element: Any) -> bool:
    """Whether an element loads nothing but leads to another site, without telling it from where; or names this page's address."""
    rel = (element.get("rel") or "").split()
    if element.tag == NAMESPACE + "link":
        return bool({"canonical", "alternate"} & set(rel))
    return bool(element.tag == NAMESPACE + "a" and "noreferrer" in rel)


def get_words(element: Any) -> str:
    """The words inside an element, runs of blanks made one."""
    return " ".join("".join(element.itertext()).split())


def describe_response(response: TestResponse) -> str:
    """What an unexpected answer says, shortened."""

    class Text(HTMLParser):
        found = ""

        def handle_data(self, data: str) -> None:
            self.found += data

    if response.mimetype != "text/html":
        return response.get_data()[:500].decode(errors="replace")
    text = Text()
    text.feed(response.text)
    return " ".join(text.found.split())[:1500]

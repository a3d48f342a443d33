"""A response as tests read it: every HTML page is checked for validity, size, labels and links; then tests ask for its parts."""

import re
from functools import cache, lru_cache
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import html5lib
import lxml.html
from werkzeug.test import TestResponse

MAX_PAGE_BYTES = 100_000
SPECIAL = r'<>&"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f'
PLAIN = f"(?:[^{SPECIAL}]|&(?:amp|lt|gt|#34|#39);)"  # with what Jinja escapes


def is_seminar_head(header: Any) -> bool:
    """Return whether a header is that of a seminar, with its title, status and present step."""
    return bool(header.get("class") == "seminar-head")


class Page:
    """A response with an expected status; an HTML page must pass the checks that hold for every page."""

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
        """Check what holds for every page.

        Valid HTML under 100 kB, one h1, a language, unique ids, no inline style or script, nothing loaded from other sites.
        """
        self.tree, errors = parse_html(self.text), list_html_errors(reduce_to_shape(self.text))
        assert not errors, f"not valid HTML: {errors[:3]}"
        assert len(self.text.encode()) < MAX_PAGE_BYTES, "the page is larger than 100 kB"
        assert len(self.find_all("h1")) == 1, f"a page has one h1, not {len(self.find_all('h1'))}"
        assert self.get_element("html").get("lang") in ("kk", "ru", "en")
        ids = [element.get("id") for element in self.tree.iter() if element.get("id")]
        assert len(ids) == len(set(ids)), f"an id occurs twice: {[name for name in ids if ids.count(name) > 1]}"
        assert not re.search(r'\sstyle="|<script(?![^>]*\ssrc=)|\son\w+="', self.text), (
            "inline style or script: the content security policy blocks it"
        )
        for element in self.tree.iter():
            for name in ("src", "href", "action"):
                host = urlsplit(element.get(name) or "").netloc
                assert host in ("", "localhost") or is_external_link(element), (
                    f"another site is loaded or linked: {host}"
                )
        self.check_labels(ids)

    def check_labels(self, ids: list[str]) -> None:
        """Check that every form control has a label and that every aria-describedby names an element."""
        labelled_ids = {label.get("for") for label in self.find_all("label")}
        inside_labels = {control for label in self.find_all("label") for control in label.iter()}
        for control in (*self.find_all("input"), *self.find_all("select"), *self.find_all("textarea")):
            if control.get("type") in ("hidden", "submit"):
                continue
            is_labelled = control.get("id") in labelled_ids or control in inside_labels or control.get("aria-label")
            assert is_labelled, f"a control without a label: {control.attrib}"
            for description in (control.get("aria-describedby") or "").split():
                assert description in ids, f"aria-describedby names no element: {description}"

    def find_all(self, tag: str) -> list[Any]:
        """Return all elements with a tag name."""
        return list(self.tree.iter(tag))

    def get_element(self, tag: str) -> Any:
        """Return the first element with a tag name."""
        return self.find_all(tag)[0] if tag != "html" else self.tree

    @property
    def heading(self) -> str:
        """The text of the h1."""
        return get_words(self.get_element("h1"))

    @property
    def words(self) -> str:
        """The text of the main element."""
        return get_words(self.get_element("main"))

    @property
    def language(self) -> str:
        """The language code of the page."""
        return str(self.get_element("html").get("lang"))

    def get_error(self, field: str) -> str:
        """Return the error message of a form field, or an empty string."""
        return next((get_words(element) for element in self.tree.iter() if element.get("id") == f"{field}-error"), "")

    def get_value(self, field: str) -> str:
        """Return the value of a form field, from the first form that has it."""
        return next(
            str(self.read_form(index)[1].get(field, ""))
            for index in range(len(self.list_forms()))
            if field in self.read_form(index)[1]
        )

    def list_forms(self) -> list[Any]:
        """Return the forms of the main element, without the button of the present step in a seminar's head."""
        main = self.get_element("main")
        head = {form for header in main.iter("header") if is_seminar_head(header) for form in header.iter("form")}
        return [form for form in main.iter("form") if form not in head]

    def read_form(self, which: int | str = -1) -> tuple[str, dict[str, Any]]:
        """Return the action of a form, chosen by index or id, and the fields that it would send unchanged."""
        forms = self.list_forms()
        form = forms[which] if isinstance(which, int) else next(form for form in forms if form.get("id") == which)
        fields: dict[str, Any] = {}
        for control in form.iter():
            name, tag = control.get("name"), control.tag
            if not name or tag == "button":
                continue
            if tag == "select":
                options = list(control.iter("option"))
                selected = [option for option in options if option.get("selected") is not None] or options
                fields[name] = selected[0].get("value") if selected else ""
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
        """Return the addresses of all links within the site."""
        return [link.get("href") for link in self.find_all("a") if (link.get("href") or "").startswith("/")]


@lru_cache(maxsize=16)
def parse_html(text: str) -> Any:
    """Return the tree of a page. The last pages are cached. libxml2 is forty times as fast as html5lib, but reports few errors."""
    return lxml.html.document_fromstring(text)


@cache
def list_html_errors(shape: str) -> list[Any]:
    """Return the errors in the HTML of a page, from the parser of the HTML standard."""
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(shape)
    return [error for error in parser.errors if error[1] != "non-void-element-with-trailing-solidus"]


def reduce_to_shape(text: str) -> str:
    """Return a page with plain words and plain attribute values shortened, so that pages that differ in nothing else are checked once.

    What can make HTML invalid stays: tags, attribute names, `&`, control characters, and whether there is text at all.
    """
    values_shortened = re.sub(f'="{PLAIN}+"', '="x"', text)
    return re.sub(rf">(?=[^<]*[^\s<]){PLAIN}+<", ">x<", values_shortened)


def to_list(value: Any) -> list[Any]:
    """Return a value that is a list as it is, any other in a list."""
    return value if isinstance(value, list) else [value]


def is_external_link(element: Any) -> bool:
    """Return whether an element is a link to another site that sends no referrer, or a link element that names this page's address."""
    rel = (element.get("rel") or "").split()
    if element.tag == "link":
        return bool({"canonical", "alternate"} & set(rel))
    return bool(element.tag == "a" and "noreferrer" in rel)


def get_words(element: Any) -> str:
    """Return the text of an element, with runs of whitespace replaced by one space."""
    return " ".join("".join(element.itertext()).split())


def describe_response(response: TestResponse) -> str:
    """Return the shortened text of an unexpected response."""

    class TextReader(HTMLParser):
        text = ""

        def handle_data(self, data: str) -> None:
            self.text += data

    if response.mimetype != "text/html":
        return response.get_data()[:500].decode(errors="replace")
    reader = TextReader()
    reader.feed(response.text)
    return " ".join(reader.text.split())[:1500]

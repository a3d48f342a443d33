"""Following every link of the dashboard from its first page, each kind of page a few times."""

from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from flask import Flask
from lxml import html
from werkzeug.exceptions import HTTPException

from tests.visitor import Visitor

PAGES_OF_A_KIND = 3


@dataclass
class Crawl:
    """What was opened: the text by address, and what was forbidden, with the page that offered it."""

    texts: dict[str, str] = field(default_factory=dict)
    refused: list[tuple[str, str]] = field(default_factory=list)


def find_endpoint(app: Flask, address: str, method: str = "GET") -> str:
    """Return the endpoint of an address of this site; empty for none, or none with this method."""
    try:
        endpoint, _values = app.url_map.bind("localhost").match(urlsplit(address).path, method=method)
    except HTTPException:
        return ""
    return str(endpoint)


def list_targets(text: str) -> list[str]:
    """Return the addresses below /desk that the links and the searching forms of a page lead to."""
    tree = html.document_fromstring(text)
    forms = [form.get("action") for form in tree.iter("form") if (form.get("method") or "get").lower() == "get"]
    targets = [*(link.get("href") for link in tree.iter("a")), *forms]
    return [target.partition("#")[0] for target in targets if target and target.startswith("/desk")]


def list_actions(text: str) -> list[str]:
    """Return the addresses below /desk to which the buttons of a page send something."""
    tree = html.document_fromstring(text)
    posting = [form for form in tree.iter("form") if (form.get("method") or "").lower() == "post"]
    forms = [
        form.get("action") for form in posting if form.xpath(".//button[not(@type='button') and not(@formaction)]")
    ]
    buttons = [button.get("formaction") for button in tree.iter("button")]
    return [target for target in (*forms, *buttons) if target and target.startswith("/desk")]


def crawl_desk(app: Flask, visitor: Visitor) -> Crawl:
    """Open everything that is offered below /desk, at most PAGES_OF_A_KIND addresses of each endpoint."""
    crawl, counts, queue = Crawl(), Counter[str](), [("/desk/", "")]
    seen = {"/desk/"}
    while queue:
        address, origin = queue.pop(0)
        endpoint = find_endpoint(app, address)
        counts[endpoint] += 1
        if not endpoint or counts[endpoint] > PAGES_OF_A_KIND or endpoint.startswith("security."):
            continue
        response = visitor.client.get(address, buffered=True)
        if response.status_code == 403:
            crawl.refused.append((address, origin))
        if response.status_code != 200 or response.mimetype != "text/html":
            continue
        crawl.texts[address] = response.text
        for target in list_targets(response.text):
            if target not in seen:
                seen.add(target)
                queue.append((target, address))
    return crawl

"""Words for publications: kinds, networks, and why an address is refused."""

from babel.numbers import format_decimal

from trainer.evidence.publications.listing import Shown
from trainer.evidence.publications.models import LinkState, PublicationKind
from trainer.evidence.publications.networks import MEDIA, NETWORKS, Refusal
from trainer.fetching import FetchFailure
from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l

PUBLICATION_KIND_NAMES = {
    PublicationKind.POST: _l("Post"),
    PublicationKind.ARTICLE: _l("Article"),
    PublicationKind.VIDEO: _l("Video"),
    PublicationKind.INFOGRAPHIC: _l("Infographic"),
    PublicationKind.BANNER: _l("Banner"),
}
REFUSAL_SENTENCES = {
    Refusal.UNREADABLE: _l("This is not the address of a page. Copy it from the address bar of the browser."),
    Refusal.TOO_LONG: _l("The address is too long. Use the short one from “Share”."),
    Refusal.NOT_WEB: _l("Only addresses that start with https:// or http:// can be opened by others."),
    Refusal.WITH_PASSWORD: _l(
        "The address holds a user name or a password. Remove everything before the @, and the @."
    ),
    Refusal.INTERNAL: _l("This address works only inside your own network. Enter one that everyone can open."),
}

FETCH_ERRORS = {
    FetchFailure.NOT_WEB: _l("The address does not lead to a web page. Attach a screenshot."),
    FetchFailure.INTERNAL: _l(
        "The address leads into an internal network, so it is not opened. Enter the address that everyone can open."
    ),
    FetchFailure.UNKNOWN_HOST: _l("There is no site with this name. Check the address."),
    FetchFailure.UNREACHABLE: _l("The site can’t be reached. Try again later, or attach a screenshot."),
    FetchFailure.CERTIFICATE: _l(
        "The site does not prove that it is genuine, so nothing is taken. Attach a screenshot."
    ),
    FetchFailure.TOO_SLOW: _l("The site took too long to answer. Try again later, or attach a screenshot."),
    FetchFailure.TOO_LARGE: _l("The page is larger than 10 MB. Attach a screenshot."),
    FetchFailure.TOO_MANY_REDIRECTS: _l(
        "The address leads on from page to page. Open it in the browser, and enter the address that is shown in the end."
    ),
    FetchFailure.GONE: _l(
        "There is no page at this address. Check the address; if the publication was deleted, attach a screenshot."
    ),
    FetchFailure.REFUSED: _l("The site does not show this page to strangers. Attach a screenshot."),
    FetchFailure.SERVER_ERROR: _l("The site reports an error of its own. Try again later, or attach a screenshot."),
    FetchFailure.UNREADABLE: _l("The site’s answer can’t be read. Try again later, or attach a screenshot."),
    FetchFailure.WRONG_TYPE: _l(
        "There is no page, PDF or picture at this address. Enter the address of the page itself."
    ),
}
"""Why there is no copy, and what can be done, by `Publication.copy_error`."""
SHOWN_NAMES = {
    Shown.ALL: _l("All"),
    Shown.DEAD: _l("Page gone"),
    Shown.VIEWS: _l("Views to enter"),
    Shown.REMOVED: _l("Removed"),
}
"""Which publications a list shows."""
LINK_STATE_NAMES = {
    LinkState.UNCHECKED: _l("not checked yet"),
    LinkState.ALIVE: _l("works"),
    LinkState.UNREACHABLE: _l("the site did not answer; it is asked again tomorrow"),
    LinkState.DOUBTFUL: _l("not certain; it is checked again tomorrow"),
    LinkState.DEAD: _l("the page is gone"),
    LinkState.ACCEPTED: _l("the page is gone"),
    LinkState.UNCHECKABLE: _l("can’t be checked: the site requires signing in, or shows a page for deleted posts too"),
}


def name_network(network: str, outlet: str) -> str:
    """Return where something was published: the network, or the outlet of the mass media."""
    if network == MEDIA:
        return outlet or _("Mass media")
    name = _("WhatsApp channel") if network == "whatsapp" else NETWORKS.get(network, network)
    return f"{name}: {outlet}" if outlet else name


def format_views(views: int) -> str:
    """Return a number of views as the page's language writes it."""
    return format_decimal(views, locale=get_page_language())

"""Words for publications: kinds, networks, and why an address is refused."""

from babel.numbers import format_decimal

from trainer.evidence.publications.models import PublicationKind
from trainer.evidence.publications.networks import MEDIA, NETWORKS, Refusal
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


def name_network(network: str, outlet: str) -> str:
    """Return where something was published: the network, or the outlet of the mass media."""
    if network == MEDIA:
        return outlet or _("Mass media")
    name = _("WhatsApp channel") if network == "whatsapp" else NETWORKS.get(network, network)
    return f"{name}: {outlet}" if outlet else name


def format_views(views: int) -> str:
    """Return a number of views as the page's language writes it."""
    return format_decimal(views, locale=get_page_language())

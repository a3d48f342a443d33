"""The relying party (WebAuthn): the host that passkeys belong to, and the only origin from which their answers are taken."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import request

from trainer.language.translate import gettext as _
from trainer.settings import get_settings


class PasskeysUnavailable(Exception):
    """Browsers offer no passkeys at this address."""


@dataclass(frozen=True)
class RelyingParty:
    """Where passkeys are made and used."""

    host: str
    """The relying party's identifier, which authenticators bind a passkey to."""
    origin: str
    """Scheme, host and port, as browsers put them into the signed answer."""


def build_relying_party(address: str) -> RelyingParty:
    """Return the relying party for an address of this deployment. Raises PasskeysUnavailable.

    Browsers require https, except on localhost, and a host name: an IP address is no identifier (WebAuthn, section 5.1.3).
    """
    parts = urlsplit(address)
    host = parts.hostname or ""
    if is_ip_address(host) or not (parts.scheme == "https" or is_localhost(host)):
        raise PasskeysUnavailable
    return RelyingParty(host, f"{parts.scheme}://{parts.netloc}")


def is_ip_address(host: str) -> bool:
    """Return whether a host is written as an IP address."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def is_localhost(host: str) -> bool:
    """Return whether a host name means the machine of the browser."""
    return host == "localhost" or host.endswith(".localhost")


def get_relying_party() -> RelyingParty:
    """Return the relying party of BASE_URL; without it, as in development, of this request. Raises PasskeysUnavailable."""
    return build_relying_party(get_settings().base_url or request.host_url.rstrip("/"))


def find_passkey_origin() -> str:
    """Return the origin at which passkeys work; empty if they work nowhere."""
    try:
        return get_relying_party().origin
    except PasskeysUnavailable:
        return ""


def explain_unavailability() -> str:
    """Return why passkeys do not work at this address, as a sentence; empty if they do."""
    if find_passkey_origin():
        return ""
    if request.host.partition(":")[0] == "127.0.0.1":
        address = f"http://localhost:{get_settings().port}/desk/sign-in"
        return _("Passkeys don’t work at this address. On this computer, open %(address)s instead.", address=address)
    return _("Passkeys need an https address with a host name. Ask your administrator to set it (BASE_URL).")

"""Where a typed code, a pasted link or a scanned QR text leads: to a verdict here, to another site, or nowhere.

People type codes with quotes and full stops, and paste whole links, which mail has wrapped or cut. What can be read of them
is read by `certificates.parse_link`; the seal names its code where the link has lost it.
"""

from dataclasses import replace

from flask import url_for

from certificates import CertificateLink, SealVerdict, parse_link, unseal
from trainer.issuing.issuance.keys import NoSigningKey, load_keyring
from trainer.settings import Settings


class CodeUnreadable(Exception):
    """A text without a code that could be looked up."""


class IssuedElsewhere(Exception):
    """A link of another site, whose host is the argument, with no seal of ours."""


def find_verdict_address(text: str, settings: Settings) -> str:
    """Return the address of the verdict on a text, with its seal. Raises CodeUnreadable, IssuedElsewhere."""
    link, verdict = parse_link(text), check_seal(text, settings)
    if not verdict.is_genuine and link.host not in ("", settings.host_name):
        raise IssuedElsewhere(link.host)
    code = link.code or (verdict.facts.code if verdict.is_genuine and verdict.facts else "")
    if not code:
        raise CodeUnreadable
    return build_verdict_address(replace(link, code=code))


def build_verdict_address(link: CertificateLink) -> str:
    """Return the address of the verdict on a code; the seal stands in the fragment, which browsers do not send."""
    fragment = f"{link.seal}{link.remainder}" if link.seal else None
    return url_for("verification.view_verdict", code=link.code, _anchor=fragment)


def check_seal(text: str, settings: Settings) -> SealVerdict:
    """Check the seal of a text by our own keys; without keys no seal is genuine."""
    try:
        keys = load_keyring(settings).public_keys
    except NoSigningKey:
        keys = {}
    return unseal(text, keys)

"""Reading the address of a publication: which network or outlet it belongs to, and what tells it from other publications.

Nothing is opened or looked up here: an address is read as text.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import SplitResult, quote, unquote_to_bytes, urlsplit

from trainer.fingerprint import hash_text

MEDIA = "media"
"""The network of everything that is no social network: outlets of the mass media, also print and television."""
NETWORKS = {
    "instagram": "Instagram",
    "facebook": "Facebook",
    "tiktok": "TikTok",
    "youtube": "YouTube",
    "telegram": "Telegram",
    "vk": "VK",
    "x": "X",
    "threads": "Threads",
    "linkedin": "LinkedIn",
    "whatsapp": "WhatsApp",
}
"""Names of the networks, which are the same in every language."""
LOGIN_NETWORKS = ("instagram", "facebook", "tiktok")
"""Networks that answer strangers with a login page, so that only a screenshot proves what they show."""
NETWORKS_OF_HOSTS = {
    "instagram.com": "instagram",
    "instagr.am": "instagram",
    "facebook.com": "facebook",
    "fb.com": "facebook",
    "fb.watch": "facebook",
    "fb.me": "facebook",
    "tiktok.com": "tiktok",
    "youtube.com": "youtube",
    "youtube-nocookie.com": "youtube",
    "youtu.be": "youtube",
    "t.me": "telegram",
    "telegram.me": "telegram",
    "vk.com": "vk",
    "vk.ru": "vk",
    "vkvideo.ru": "vk",
    "vk.cc": "vk",
    "x.com": "x",
    "twitter.com": "x",
    "t.co": "x",
    "threads.com": "threads",
    "threads.net": "threads",
    "linkedin.com": "linkedin",
    "lnkd.in": "linkedin",
    "whatsapp.com": "whatsapp",
}
"""By the host or what it ends with."""
SAME_HOSTS = {
    "instagr.am": "instagram.com",
    "fb.com": "facebook.com",
    "youtube-nocookie.com": "youtube.com",
    "telegram.me": "t.me",
    "vk.ru": "vk.com",
    "vkvideo.ru": "vk.com",
    "twitter.com": "x.com",
    "threads.net": "threads.com",
}
"""Hosts that show the same pages as others."""
MOBILE_LABELS = ("www", "m", "mobile")
TRACKING = re.compile(
    r"utm_.*|__.*|_openstat|_ga|_gl|fbclid|gclid|gbraid|wbraid|dclid|yclid|ysclid|msclkid|twclid|ttclid|li_fat_id"
    r"|igsh|igshid|ig_rid|img_index|mc_cid|mc_eid|mibextid|rdid|sfnsn|share_url|ref_src|ref_url|is_from_webapp|sender_device"
)
"""Parameters that say where a reader came from, and not what is read."""
INTERNAL_ENDINGS = (
    "localhost",
    "local",
    "internal",
    "intranet",
    "lan",
    "home",
    "corp",
    "test",
    "example",
    "invalid",
    "arpa",
)
"""Ends of names that lead nowhere but into a network of one's own."""
MAX_LENGTH = 1000
SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(.*)", re.IGNORECASE | re.DOTALL)
ESCAPES = re.compile(r"(?:%[0-9a-f]{2})+", re.IGNORECASE)
LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")


class Refusal(StrEnum):
    """Why an address is not taken."""

    UNREADABLE = "unreadable"
    TOO_LONG = "too_long"
    NOT_WEB = "not_web"
    WITH_PASSWORD = "with_password"  # noqa: S105  # a reason, no password
    INTERNAL = "internal"


class AddressRefused(Exception):
    """Raised for an address under which nobody else can find a publication, or that must not be stored."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class PublicationAddress:
    """An address that was read: as it is stored, what identifies the publication, its network, and its host as outlet."""

    address: str
    key: str
    network: str
    outlet: str


def parse_address(typed: str) -> PublicationAddress:
    """Read the address of a publication; without https:// it gets one. Raises AddressRefused."""
    address = add_scheme(typed.strip())
    if len(address) > MAX_LENGTH:
        raise AddressRefused(Refusal.TOO_LONG)
    if "\\" in address or not all(letter.isprintable() and letter != " " for letter in address):
        raise AddressRefused(Refusal.UNREADABLE)
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise AddressRefused(Refusal.UNREADABLE) from error
    if "@" in parts.netloc:
        raise AddressRefused(Refusal.WITH_PASSWORD)
    host = read_host(parts.hostname or "")
    network = recognise_network(host, parts.path)
    shown_port = "" if port in (None, 80, 443) else f":{port}"
    key = build_key(shorten_host(host), shown_port, network, parts)
    return PublicationAddress(address, key, network, name_host(shorten_host(host)) if network == MEDIA else "")


def add_scheme(typed: str) -> str:
    """Return an address with its scheme, https unless it names one. Raises AddressRefused for another one than of the web."""
    match = SCHEME.fullmatch(typed)
    if match is None or re.match(r"\d", match[2]):  # a host and its port
        return f"https://{typed.removeprefix('//')}"
    if match[1].lower() not in ("http", "https"):
        raise AddressRefused(Refusal.NOT_WEB)
    if not match[2].startswith("//"):
        raise AddressRefused(Refusal.UNREADABLE)
    return typed


def read_host(name: str) -> str:
    """Return a host in lower case, as punycode. Raises AddressRefused for none, and for one inside a network of one's own."""
    number = parse_number(name)
    if number is not None:
        if not number.is_global or number.is_multicast:
            raise AddressRefused(Refusal.INTERNAL)
        return f"[{number}]" if number.version == 6 else str(number)
    try:
        host = unicodedata.normalize("NFKC", name).encode("idna").decode("ascii").lower().rstrip(".")
    except UnicodeError as error:
        raise AddressRefused(Refusal.UNREADABLE) from error
    labels = host.split(".")
    if not all(LABEL.fullmatch(label) for label in labels):
        raise AddressRefused(Refusal.UNREADABLE)
    is_number = re.fullmatch(r"\d+|0x[0-9a-f]*", labels[-1])  # browsers read 0x7f.1 and 2130706433 as 127.0.0.1
    if len(labels) == 1 or is_number or labels[-1] in INTERNAL_ENDINGS:
        raise AddressRefused(Refusal.INTERNAL)
    return host


def parse_number(name: str) -> IPv4Address | IPv6Address | None:
    """Return the IP address that a host is, also one of version 4 within version 6; None for a name."""
    try:
        number = ip_address(unicodedata.normalize("NFKC", name).rstrip("."))
    except ValueError:
        return None
    return (number.ipv4_mapped or number) if isinstance(number, IPv6Address) else number


def shorten_host(host: str) -> str:
    """Return a host without www., m. and mobile. before a name that stands without them."""
    while host.count(".") >= 2 and host.partition(".")[0] in MOBILE_LABELS:
        host = host.partition(".")[2]
    return host


def name_host(host: str) -> str:
    """Return a host as people write it, in letters of its own alphabet; as it is where its punycode can't be read."""
    try:
        return host.encode("ascii").decode("idna") if "xn--" in host else host
    except UnicodeError:
        return host


def recognise_network(host: str, path: str) -> str:
    """Return the network that a host belongs to. WhatsApp has publications in channels only."""
    labels = host.split(".")
    endings = (".".join(labels[start:]) for start in range(len(labels)))
    network = next((NETWORKS_OF_HOSTS[ending] for ending in endings if ending in NETWORKS_OF_HOSTS), MEDIA)
    return MEDIA if network == "whatsapp" and not path.startswith("/channel/") else network


def build_key(host: str, port: str, network: str, parts: SplitResult) -> str:
    """Return what two addresses have in common if they lead to the same publication."""
    host = SAME_HOSTS.get(host, host)
    path = decode_escapes(parts.path).rstrip("/")
    pairs = sorted(decode_escapes(pair) for pair in parts.query.split("&") if pair)
    pairs = [pair for pair in pairs if not TRACKING.fullmatch(pair.partition("=")[0].lower())]
    find = POST_FINDERS.get(network)
    found = find(host, path, dict(pair.partition("=")[::2] for pair in pairs)) if find else None
    key = found or f"{host}{port}{path}{'?' if pairs else ''}{'&'.join(pairs)}"
    return key if len(key) <= MAX_LENGTH else f"sha256:{hash_text(key)}"


def decode_escapes(text: str) -> str:
    """Return a part of an address in one spelling: letters and digits as themselves, everything else that was escaped as such."""
    return unicodedata.normalize("NFC", ESCAPES.sub(lambda match: decode_run(match[0]), text))


def decode_run(escapes: str) -> str:
    """Return consecutive escapes with those of letters, digits and unreserved characters decoded."""
    try:
        letters = unquote_to_bytes(escapes).decode()
    except UnicodeDecodeError:
        return escapes.upper()
    kept = (letter.isprintable() and (ord(letter) > 127 or letter.isalnum() or letter in "-._~") for letter in letters)
    return "".join(letter if is_kept else quote(letter, safe="") for letter, is_kept in zip(letters, kept, strict=True))


FindPost = Callable[[str, str, dict[str, str]], str | None]
"""A function of host, path and parameters that returns the key of a post; None where the address is that of something else."""


def match_path(pattern: str, template: str) -> FindPost:
    """Return the function that finds the number of a post in a path."""
    compiled = re.compile(pattern)

    def find(_host: str, path: str, _parameters: dict[str, str]) -> str | None:
        match = compiled.match(path)
        return match.expand(template) if match else None

    return find


def find_telegram_post(_host: str, path: str, _parameters: dict[str, str]) -> str | None:
    """Find the post of a channel, whose name is the same in capitals, also in the preview in a browser."""
    match = re.fullmatch(r"(?:/s)?/(\w+)/(\d+)", path)
    return f"t.me/{match[1].lower()}/{match[2]}" if match else None


def find_youtube_video(host: str, path: str, parameters: dict[str, str]) -> str | None:
    """Find the number of a video, however it is shared."""
    if host == "youtu.be":
        match = re.match(r"/([\w-]{6,})$", path)
    else:
        match = re.match(r"/(?:shorts|live|embed|v)/([\w-]{6,})$", path)
    number = match[1] if match else parameters.get("v", "") if path == "/watch" else ""
    return f"youtube.com/watch?v={number}" if number else None


def find_vk_post(_host: str, path: str, parameters: dict[str, str]) -> str | None:
    """Find a post, a video or a photo in the path, or in the parameter of the window that is open above a page."""
    opened = parameters.get("w", "") or parameters.get("z", "")
    match = re.match(r"(?:wall|video|clip|photo|story)-?\d+_\d+", opened or path.rpartition("/")[2])
    return f"vk.com/{match[0]}" if match else None


POST_FINDERS: dict[str, FindPost] = {
    "instagram": match_path(r"/(?:[^/]+/)?(?:p|reels?|tv)/([\w-]+)$", r"instagram.com/p/\1"),
    "tiktok": match_path(r"/@[^/]+/(?:video|photo)/(\d+)$", r"tiktok.com/video/\1"),
    "youtube": find_youtube_video,
    "telegram": find_telegram_post,
    "vk": find_vk_post,
    "x": match_path(r"/\w+(?:/web)?/status(?:es)?/(\d+)", r"x.com/status/\1"),
    "threads": match_path(r"/@[^/]+/post/([\w-]+)$", r"threads.com/post/\1"),
    "linkedin": match_path(r".*activity[:-](\d+)", r"linkedin.com/activity/\1"),
}
"""How the post is found where one has several addresses. In other networks, and for other pages, the whole address counts."""

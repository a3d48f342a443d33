"""The way to servers outside: looking up a name, checking where it leads, and connecting to exactly what was checked."""

import socket
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

ADDRESSES_TRIED = 3
TRANSLATED = IPv6Network("64:ff9b::/96")
"""Addresses of version 4 as networks that only speak version 6 write them (RFC 6052)."""
EXISTING_NAME = "example.org"
"""A name that always exists (RFC 2606)."""
Resolve = Callable[[str, int], Sequence[str]]
"""A function of host and port that returns IP addresses. Raises OSError (socket.gaierror)."""
Connect = Callable[[str, int, float], socket.socket]
"""A function of IP address, port and seconds that returns a connected socket. Raises OSError."""


class AddressInternal(Exception):
    """The name leads to an address that only this server, its machine or its network can reach."""


def resolve_name(host: str, port: int) -> list[str]:
    """Return the IP addresses of a host by the resolver of the system, which has limits of time of its own."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def connect_to_number(number: str, port: int, seconds: float) -> socket.socket:
    """Return a connection to an IP address. Nothing is looked up."""
    return socket.create_connection((number, port), seconds)


@dataclass(frozen=True)
class Outside:
    """How names are looked up, how connections are made, and whose certificates are trusted. Tests have one of their own."""

    resolve: Resolve = resolve_name
    connect: Connect = connect_to_number
    build_tls: Callable[[], ssl.SSLContext] = ssl.create_default_context


INTERNET = Outside()


def is_public(number: str) -> bool:
    """Return whether an IP address is one of the public internet, also where it holds one of version 4."""
    address = ip_address(number.partition("%")[0])
    held = list_held_addresses(address) if isinstance(address, IPv6Address) else []
    return all(each.is_global and not each.is_multicast for each in held or [address])


def list_held_addresses(address: IPv6Address) -> list[IPv4Address | IPv6Address]:
    """Return the addresses of version 4 that one of version 6 leads to: mapped, translated, and those of tunnels."""
    found = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in TRANSLATED:
        found.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return [each for each in found if each is not None]


def can_resolve(outside: Outside) -> bool:
    """Return whether names can be looked up at all: without the internet, every name seems not to exist."""
    try:
        return bool(outside.resolve(EXISTING_NAME, 443))
    except OSError:
        return False


def open_connection(outside: Outside, host: str, port: int, seconds: Callable[[], float]) -> socket.socket:
    """Return a connection to a host: to one of the IP addresses that were checked, without looking the name up again.

    One address inside is enough to refuse the host: an answer with both kinds is an attempt to get in. `seconds` returns how
    much time is left. Raises AddressInternal and OSError.
    """
    numbers = outside.resolve(host, port)
    if not numbers or not all(is_public(number) for number in numbers):
        raise AddressInternal(host)
    *first, last = numbers[:ADDRESSES_TRIED]
    for number in first:
        try:
            return outside.connect(number, port, seconds() / 2)
        except OSError:  # the next one is tried
            continue
    return outside.connect(last, port, seconds())

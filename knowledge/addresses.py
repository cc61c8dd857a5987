"""Which addresses are the public web's, and not a house's or a computer's own."""

import ipaddress
import socket
from collections.abc import Callable, Sequence

Resolve = Callable[[str, int], Sequence[str]]

_UNICAST = ipaddress.ip_network("2000::/3")  # IPv6's only public part; RFC 4291, 2.4
# Public by their number to `ipaddress`, but a way in: Azure's and Oracle's own services on each of
# their machines, and what carries IPv4 inside IPv6 and the other way round.
_WAYS_IN = tuple(
    ipaddress.ip_network(each)
    for each in ("168.63.129.16/32", "192.0.0.0/24", "192.88.99.0/24", "2002::/16")
)


def is_public(address: str) -> bool:
    """Return whether a numeric address is one on the public web."""
    try:
        number = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(number, ipaddress.IPv6Address) and number not in _UNICAST:
        return False  # IPv4 in IPv6's clothes among them
    if any(number in network for network in _WAYS_IN):
        return False
    return number.is_global and not number.is_multicast and not number.is_reserved


def resolved(host: str, port: int) -> list[str]:
    """Return a host's numeric addresses, best first; none when there is no such host."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(address[0]) for *_, address in found))

"""Where notices may go: only to what the operator has opened, and never to a link-local or metadata address."""

import ipaddress
import socket
from collections.abc import Collection
from dataclasses import dataclass

from board.domain.errors import AddressNotAllowed, NotDelivered

_TIMEOUT_S = 10.0
# Clouds give out credentials there; the other such addresses are link-local.
_METADATA = {ipaddress.ip_address("fd00:ec2::254"), ipaddress.ip_address("100.100.100.200")}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Address:
    """A host and port that were opened."""

    host: str
    port: int

    def resolve(self) -> tuple[str, bool]:
        """Return the network address to connect to, and whether it is this machine.

        It is looked up once and connected to as it is: a name that changes its mind in between changes nothing.

        Raises
        ------
        AddressNotAllowed
            One of the name's addresses must not be connected to.
        NotDelivered
            The name is not known.
        """
        try:
            found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as problem:
            raise NotDelivered(f"{self.host} cannot be looked up") from problem
        addresses = [_plain(str(info[4][0])) for info in found]
        for address in addresses:
            if (
                address.is_link_local
                or address in _METADATA
                or address.is_multicast
                or address.is_unspecified
                or address.is_reserved
            ):
                raise AddressNotAllowed(f"{self.host} is at {address}, to which nothing is sent")
        return str(addresses[0]), all(address.is_loopback for address in addresses)

    def connect(self, address: str) -> socket.socket:
        """Open a connection to a resolved address."""
        return socket.create_connection((address, self.port), timeout=_TIMEOUT_S)


def opened(host: str, port: int, allowed: Collection[str]) -> Address:
    """Return an address that the operator has opened; raises AddressNotAllowed."""
    name = f"[{host}]" if ":" in host else host
    if f"{name}:{port}".lower() not in {entry.lower() for entry in allowed}:
        raise AddressNotAllowed(f"{name}:{port} is not among notify_allow")
    return Address(host, port)


def _plain(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Read an address; one that stands for an IPv4 address is that."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return address.ipv4_mapped
        if address.sixtofour:
            return address.sixtofour
        if address in _NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address

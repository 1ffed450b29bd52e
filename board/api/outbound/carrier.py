"""Takes notices out by mail or webhook."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from board.api.outbound.address import Address, opened
from board.api.outbound.mail import send_mail
from board.api.outbound.webhook import post
from board.domain.errors import InvalidFields
from board.domain.notices import MAIL, Channel, Notice

_PORTS = {"https": 443, "http": 80}


class NetworkCarrier:
    """See `Carrier`."""

    def __init__(self, allowed: Sequence[str], member: str, url: str) -> None:
        self._allowed, self._member, self._url = tuple(allowed), member, url.rstrip("/")

    def check(self, channel: Channel) -> None:
        """See `Carrier.check`."""
        self._address(channel)

    def deliver(self, channel: Channel, secret: str, notice: Notice) -> str:
        """See `Carrier.deliver`."""
        address = self._address(channel)  # once more: the operator may have closed it
        send = send_mail if channel.kind == MAIL else post
        return send(channel, secret, notice, address, self._member, self._url)

    def _address(self, channel: Channel) -> Address:
        parts = urlsplit(f"//{channel.address}" if channel.kind == MAIL else channel.address)
        try:
            host, port = parts.hostname, parts.port or _PORTS.get(parts.scheme)
        except ValueError as problem:
            raise InvalidFields("address: the port is not a number") from problem
        if not host or not port or parts.username or parts.password or parts.fragment:
            shape = "host:port" if channel.kind == MAIL else "an address https://host/path"
            raise InvalidFields(f"address: give {shape}, without a password in it")
        if channel.kind != MAIL and parts.scheme not in _PORTS:
            raise InvalidFields("address: a webhook goes to https, or to http on this machine")
        return opened(host, port, self._allowed)

"""Notices by mail: plain text over SMTP, with TLS unless the server is on this machine."""

import smtplib
import socket
import ssl
from email.message import EmailMessage
from email.utils import formatdate

from board.api.outbound.address import Address
from board.domain.errors import AddressNotAllowed, NotDelivered
from board.domain.notices import Channel, Notice, place, title

_TIMEOUT_S = 15.0


class _Smtp(smtplib.SMTP):
    """Connects to the address that was looked at, under the name that was asked for."""

    def __init__(self, address: Address, where: str, tls: ssl.SSLContext | None) -> None:
        self._address, self._where, self._tls = address, where, tls
        super().__init__(timeout=_TIMEOUT_S)
        self._host = address.host  # what STARTTLS verifies the certificate against

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:  # noqa: ARG002  smtplib's own hook
        plain = self._address.connect(self._where)
        plain.settimeout(timeout)
        return self._tls.wrap_socket(plain, server_hostname=self._address.host) if self._tls else plain


def send_mail(channel: Channel, secret: str, notice: Notice, address: Address, member: str, url: str) -> str:
    """Send a notice to all recipients of a channel; return how many did not get it, if some did.

    Raises
    ------
    NotDelivered, AddressNotAllowed
    """
    where, here = address.resolve()
    if channel.security == "none" and not here:
        raise AddressNotAllowed("mail without TLS goes to this machine only", hint="Choose starttls or tls.")
    context = ssl.create_default_context()
    try:
        with _Smtp(address, where, context if channel.security == "tls" else None) as smtp:
            smtp.connect(address.host, address.port)
            if channel.security == "starttls":
                smtp.starttls(context=context)
            if channel.user:
                smtp.login(channel.user, secret)
            refused = smtp.send_message(_message(channel, notice, member, url))
    except (OSError, smtplib.SMTPException, ValueError) as problem:
        raise NotDelivered(f"the mail server did not take it: {_short(problem)}") from problem
    # Sent again it would reach those anew who have it.
    return f"the mail server refused {len(refused)} of {len(channel.recipients)} recipients" if refused else ""


def _message(channel: Channel, notice: Notice, member: str, url: str) -> EmailMessage:
    message, told = EmailMessage(), title(notice, channel.language)
    message["From"], message["To"] = channel.sender, ", ".join(channel.recipients)
    message["Subject"], message["Date"] = f"[Hanse {member}] {told}", formatdate(notice.at_ms / 1000)
    message["Message-ID"] = f"<{notice.notice}@{member}.hanse>"
    message["Auto-Submitted"] = "auto-generated"
    lines = [told, "", *(f"{name}: {value}" for name, value in sorted(notice.values.items()))]
    message.set_content("\n".join([*lines, "", *([f"{url}{place(notice)}"] if url else [])]))
    return message


def _short(problem: Exception) -> str:
    """Say what went wrong without what the server said at length, which may repeat what was sent."""
    if isinstance(problem, smtplib.SMTPResponseException):
        return f"answer {problem.smtp_code}"
    return type(problem).__name__

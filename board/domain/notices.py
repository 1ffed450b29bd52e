"""What people are told outside the browser: events and their words; never a row, and no text that a partner wrote."""

from collections.abc import Mapping
from dataclasses import dataclass, field

MAIL, WEBHOOK = "mail", "webhook"
WAITS, SUCCEEDED, FAILED = "decision_waits", "job_succeeded", "job_failed"
REFUSED, UNHEALTHY, TEST = "run_refused", "service_unhealthy", "test"
EVENTS = (WAITS, SUCCEEDED, FAILED, REFUSED, UNHEALTHY)
#: Values that may leave: ids and codes. Names and reasons that people or partners wrote stay on the page.
_TOLD = frozenset({"kind", "member", "job", "code", "party", "service"})
_SUBJECTS = {
    "en": {
        WAITS: "A decision waits for you",
        SUCCEEDED: "Job {job} has succeeded",
        FAILED: "Job {job} has not succeeded",
        REFUSED: "A scheduled run was refused ({code})",
        UNHEALTHY: "The service {service} does not answer",
        TEST: "A test: notifications arrive",
    },
    "zh": {
        WAITS: "有事项等待您决定",
        SUCCEEDED: "任务 {job} 已成功",
        FAILED: "任务 {job} 未成功",
        REFUSED: "一次定时运行被拒绝（{code}）",
        UNHEALTHY: "服务 {service} 没有响应",
        TEST: "测试：通知可以送达",
    },
}
_PLACES = {WAITS: "/inbox", REFUSED: "/schedules", UNHEALTHY: "/status", TEST: "/notifications"}


@dataclass(frozen=True, slots=True)
class Channel:
    """A way out of the house: a mail server with recipients, or an address that takes webhooks."""

    channel: str
    kind: str
    name: str
    address: str  # host:port of the mail server, or the webhook's URL
    events: tuple[str, ...]
    language: str = "en"
    security: str = "starttls"  # of mail: starttls, tls, none
    sender: str = ""
    recipients: tuple[str, ...] = ()
    user: str = ""
    secret: bytes = field(default=b"", repr=False)  # sealed: the mail password, or the key of the webhook's signature
    enabled: bool = True
    created_ms: int = 0
    created_by: str = ""
    sent_ms: int = 0
    problem: str = ""  # of the last try; empty: it arrived


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell; its id is the same in every try."""

    notice: str
    event: str
    subject: str
    at_ms: int
    values: Mapping[str, str] = field(default_factory=dict)


def told(values: Mapping[str, str]) -> dict[str, str]:
    """Return the values that may leave."""
    return {name: " ".join(value.split())[:80] for name, value in values.items() if name in _TOLD}


def title(notice: Notice, language: str) -> str:
    """Return a notice in one line."""
    about = {"job": "", "code": "", "service": ""} | dict(notice.values)
    return " ".join(_SUBJECTS[language][notice.event].format(**about).split())


def place(notice: Notice) -> str:
    """Return the page where one reads more."""
    job = notice.values.get("job", "")
    return _PLACES.get(notice.event, "") or f"/jobs/{job}"

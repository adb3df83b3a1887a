"""What lies in the directory of mails, read as a mail program reads it."""

from email import message_from_bytes, policy
from email.message import EmailMessage

from api.bootstrap import Services


def delivered(services: Services) -> list[EmailMessage]:
    """Deliver what waits, and take every mail out of the directory, in the order in which they were put down."""
    while services.delivery.deliver_due().sent:
        pass
    return [message_from_bytes(raw, policy=policy.default) for raw in take_files(services)]


def take_files(services: Services) -> list[bytes]:
    """Take the files of delivered mails, in the order in which the mails were put down."""
    files = list((services.settings.var / "outbox").glob("*.eml"))
    found = sorted(
        (message_from_bytes(file.read_bytes(), policy=policy.default)["Message-ID"], file.read_bytes())
        for file in files
    )
    for file in files:
        file.unlink()
    return [raw for _, raw in found]


def body(message: EmailMessage, kind: str = "plain") -> str:
    """Return one of the bodies of a mail."""
    part = message.get_body((kind,))
    assert part is not None
    content: str = part.get_content()
    return content

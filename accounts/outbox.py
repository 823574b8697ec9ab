"""The mails that a demo writes into files instead of sending them."""

import email
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from pathlib import Path

NEWEST = 50  # files
LARGEST = 256 * 1024  # bytes of one file that are read
SEPARATOR = b"\n" + b"-" * 79 + b"\n"  # as Django's file backend ends each message


@dataclass(frozen=True)
class Mail:
    """One message as plain text."""

    at: datetime
    to: str
    sender: str
    subject: str
    text: str


def mails(folder: Path) -> list[Mail]:
    """The messages of the newest files, newest first; an empty or missing folder has none."""
    files = sorted(folder.glob("*.log"), key=lambda file: file.stat().st_mtime_ns, reverse=True)[:NEWEST]
    return sorted((mail for file in files for mail in read(file)), key=lambda mail: mail.at, reverse=True)


def read(file: Path) -> list[Mail]:
    written = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    with file.open("rb") as source:
        parts = source.read(LARGEST).split(SEPARATOR)
    return [message(part, written) for part in parts if part.strip()]


def message(source: bytes, written: datetime) -> Mail:
    """The message in these bytes; one without a date has that of its file."""
    parsed = email.message_from_bytes(source, policy=policy.default)
    body = parsed.get_body(preferencelist=("plain",))
    to, sender, subject = (str(parsed.get(name, "")) for name in ("To", "From", "Subject"))
    date = parsed.get("Date")
    return Mail(
        date.datetime if date and date.datetime else written, to, sender, subject, body.get_content() if body else ""
    )

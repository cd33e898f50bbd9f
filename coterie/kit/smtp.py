"""Hands mails of the outbox over to the mail server."""

from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

import structlog
from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from coterie.kit.outbox import Failure, Mail
from coterie.kit.settings import Smtp

TIMEOUT_S = 20

log = structlog.get_logger()


async def send_all(smtp: Smtp, mails: Sequence[Mail]) -> dict[str, Failure]:
    """Send over one connection; what did not go out, by its id."""
    failures = {
        mail.id: Failure("the mail server was not reached", permanent=False) for mail in mails
    }
    try:
        async with SMTP(
            hostname=smtp.host,
            port=smtp.port,
            username=smtp.user,
            password=smtp.password,
            timeout=TIMEOUT_S,
        ) as client:
            for mail in mails:
                failure = await send_one(client, smtp.sender, mail)
                if failure:
                    failures[mail.id] = failure
                else:
                    del failures[mail.id]
    except (SMTPException, OSError) as error:
        log.warning(
            "mail waits for its server", host=smtp.host, error=str(error), mails=len(failures)
        )
    return failures


async def send_one(client: SMTP, sender: str, mail: Mail) -> Failure | None:
    """Hand one mail over. A lost connection is raised: it ends the batch, not the mail."""
    try:
        await client.send_message(written(mail, sender), sender=parseaddr(sender)[1])
    except SMTPRecipientsRefused as error:
        refused = error.recipients[0]
        return Failure(f"{refused.code} {refused.message}", permanent=refused.code >= 500)
    except SMTPResponseException as error:
        return Failure(f"{error.code} {error.message}", permanent=error.code >= 500)
    except (ValueError, SMTPNotSupported) as error:
        return Failure(f"it can't be written: {error}", permanent=True)
    return None


def written(mail: Mail, sender: str) -> EmailMessage:
    """The mail as it travels. Its id names it, so that a repeat can be known as one."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = mail.recipient
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = f"<{mail.id}@{parseaddr(sender)[1].rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body)
    return message

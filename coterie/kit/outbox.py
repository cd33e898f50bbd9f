"""Mail that leaves the house: queued in the caller's transaction, sent by the ticker, tried again until it is through.

A mail is leased before it is sent and noted after, so that two tickers never send one at the same time. After a crash
in between it goes out once more: at least once, never lost.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from coterie.kit.db import Pool, Tx, execute, rows, transaction
from coterie.kit.ids import new_id
from coterie.kit.settings import Settings

BATCH = 20
LEASE = timedelta(minutes=2)
FIRST_RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(hours=1)
MOST_ATTEMPTS = 12  # about four hours
KEPT = timedelta(days=30)
"""So long we know that a mail went out, and to whom; its text goes when it is through."""


@dataclass(frozen=True, slots=True)
class Mail:
    id: str
    recipient: str
    subject: str
    body: str
    attempts: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a mail is not through. A permanent one is not tried again."""

    why: str
    permanent: bool


async def queue_mail(tx: Tx, now: datetime, recipient: str, subject: str, body: str) -> str:
    """Have a mail sent once this transaction is committed. Answers its id."""
    mail_id = new_id()
    await execute(
        tx,
        """
        INSERT INTO outbox (id, channel, recipient, subject, body, created_at, due_at)
        VALUES (%s, 'email', %s, %s, %s, %s, %s)
        """,
        [mail_id, recipient, subject, body, now, now],
    )
    return mail_id


async def send_due(pool: Pool, settings: Settings, now: datetime) -> int:
    """Send what is due, a batch over one connection; answers how many went out. Without a mail server all of it waits."""
    if settings.smtp is None:
        return 0
    async with transaction(pool) as tx:
        mails = await lease_due(tx, now)
    if not mails:
        return 0
    from coterie.kit.smtp import send_all  # noqa: PLC0415 - a house without mail never loads it

    failures = await send_all(settings.smtp, mails)
    async with transaction(pool) as tx:
        for mail in mails:
            await note(tx, now, mail, failures.get(mail.id))
    return len(mails) - len(failures)


async def note(tx: Tx, now: datetime, mail: Mail, failure: Failure | None) -> None:
    if failure is None:
        await note_sent(tx, now, mail.id)
    elif failure.permanent or mail.attempts >= MOST_ATTEMPTS:
        await note_failed(tx, mail.id, failure.why)
    else:
        await note_retry(tx, mail.id, now + retry_after(mail.attempts), failure.why)


def retry_after(attempts: int) -> timedelta:
    """Three times longer each time, up to an hour."""
    longer: int = 3 ** min(attempts - 1, 10)
    return min(FIRST_RETRY * longer, LONGEST_RETRY)


async def lease_due(tx: Tx, now: datetime) -> list[Mail]:
    """Claim what is due. The lease keeps it from others; if we die it is due again when the lease ends."""
    return await rows(
        tx,
        Mail,
        """
        UPDATE outbox o
        SET attempts = o.attempts + 1, due_at = %s
        FROM (
            SELECT id
            FROM outbox
            WHERE state = 'waiting' AND due_at <= %s AND channel = 'email'
            ORDER BY due_at
            LIMIT %s
            FOR UPDATE SKIP LOCKED
        ) due
        WHERE o.id = due.id
        RETURNING o.id, o.recipient, o.subject, o.body, o.attempts, o.created_at
        """,
        [now + LEASE, now, BATCH],
    )


async def note_sent(tx: Tx, now: datetime, mail_id: str) -> None:
    """A sent item keeps no text."""
    await execute(
        tx,
        """
        UPDATE outbox
        SET state = 'sent', due_at = NULL, sent_at = %s, subject = '', body = '', error = NULL
        WHERE id = %s
        """,
        [now, mail_id],
    )


async def note_failed(tx: Tx, mail_id: str, why: str) -> None:
    await execute(
        tx,
        """
        UPDATE outbox
        SET state = 'failed', due_at = NULL, subject = '', body = '', error = %s
        WHERE id = %s
        """,
        [why, mail_id],
    )


async def note_retry(tx: Tx, mail_id: str, due_at: datetime, why: str) -> None:
    await execute(
        tx, "UPDATE outbox SET due_at = %s, error = %s WHERE id = %s", [due_at, why, mail_id]
    )


async def forget_done(pool: Pool, now: datetime) -> int:
    """Drop what is through, or never will be, after its time."""
    async with transaction(pool) as tx:
        return await execute(
            tx, "DELETE FROM outbox WHERE state <> 'waiting' AND created_at < %s", [now - KEPT]
        )

"""Mail leaves the house once, survives a server that is away, and gives up in words. The mail server is a real one."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from coterie.kit import db, outbox
from coterie.kit.settings import Settings, Smtp
from tests.mail_sink import MailSink, mail_sink

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def sink() -> Iterator[MailSink]:
    with mail_sink() as sink:
        yield sink


@pytest.fixture
def settings(sink: MailSink) -> Settings:
    smtp = Smtp("127.0.0.1", sink.port, "Care <care@example.org>")
    return Settings(Path("/nowhere"), "http://127.0.0.1", "secret", smtp=smtp)


@pytest.fixture
async def pool(database: str) -> AsyncIterator[db.Pool]:
    pool = await db.open_pool(database, min_size=1, max_size=2)
    yield pool
    await pool.close()


async def queue(pool: db.Pool, recipient: str = "li@example.org") -> None:
    async with db.transaction(pool) as tx:
        await outbox.queue_mail(tx, NOON, recipient, "Grüße", "Your code is 123456.")


async def only_row(pool: db.Pool) -> tuple[Any, ...]:
    async with db.transaction(pool) as tx:
        cursor = await tx.execute(
            "SELECT state, attempts, subject || body, due_at, error FROM outbox"
        )
        row: tuple[Any, ...]
        (row,) = await cursor.fetchall()
        return row


async def test_a_mail_is_sent_once_and_keeps_no_text(
    pool: db.Pool, settings: Settings, sink: MailSink
) -> None:
    await queue(pool)
    assert await outbox.send_due(pool, settings, NOON) == 1
    assert await outbox.send_due(pool, settings, NOON + timedelta(days=1)) == 0
    (mail,) = sink.mails
    assert mail["To"] == "li@example.org"
    assert mail["From"] == "Care <care@example.org>"
    assert mail.get_payload(decode=True) == b"Your code is 123456.\r\n"
    assert await only_row(pool) == ("sent", 1, "", None, None)


async def test_a_rolled_back_transaction_sends_nothing(
    pool: db.Pool, settings: Settings, sink: MailSink
) -> None:
    async def queue_and_fail() -> None:
        async with db.transaction(pool) as tx:
            await outbox.queue_mail(tx, NOON, "li@example.org", "Hello", "Hello")
            raise LookupError

    with pytest.raises(LookupError):
        await queue_and_fail()
    assert await outbox.send_due(pool, settings, NOON) == 0
    assert sink.mails == []


async def test_a_busy_server_is_tried_again_later_and_later(
    pool: db.Pool, settings: Settings, sink: MailSink
) -> None:
    await queue(pool)
    sink.busy = True
    assert await outbox.send_due(pool, settings, NOON) == 0
    state, attempts, body, due_at, error = await only_row(pool)
    assert (state, attempts, due_at) == ("waiting", 1, NOON + timedelta(seconds=5))
    assert "123456" in body
    assert "busy" in error
    assert await outbox.send_due(pool, settings, NOON + timedelta(seconds=4)) == 0
    sink.busy = False
    assert await outbox.send_due(pool, settings, NOON + timedelta(seconds=5)) == 1
    assert outbox.retry_after(2) == timedelta(seconds=15)
    assert outbox.retry_after(12) == timedelta(hours=1)


async def test_an_unknown_recipient_fails_at_once_and_the_next_mail_goes_out(
    pool: db.Pool, settings: Settings, sink: MailSink
) -> None:
    await queue(pool, "nobody@example.org")
    assert await outbox.send_due(pool, settings, NOON) == 0
    state, _, body, due_at, error = await only_row(pool)
    assert (state, body, due_at) == ("failed", "", None)
    assert "no nobody here" in error
    await queue(pool)
    assert await outbox.send_due(pool, settings, NOON) == 1


async def test_a_mail_that_the_server_can_not_take_holds_up_none_behind_it(
    pool: db.Pool, settings: Settings
) -> None:
    """An address in letters that this server doesn't know."""
    await queue(pool, "l\xfc@example.org")
    await queue(pool)
    with mail_sink(utf8=False) as old:
        smtp = Smtp("127.0.0.1", old.port, "care@example.org")
        assert await outbox.send_due(pool, replace(settings, smtp=smtp), NOON) == 1
    assert [mail["To"] for mail in old.mails] == ["li@example.org"]
    async with db.transaction(pool) as tx:
        failed = await db.value(tx, "SELECT recipient FROM outbox WHERE state = 'failed'")
    assert failed == "l\xfc@example.org"


async def test_a_server_that_is_away_loses_nothing_and_gives_up_after_hours(
    pool: db.Pool, settings: Settings
) -> None:
    away = replace(settings, smtp=Smtp("127.0.0.1", 9, "care@example.org"))
    await queue(pool)
    now = NOON
    for _ in range(outbox.MOST_ATTEMPTS):
        assert await outbox.send_due(pool, away, now) == 0
        now += outbox.LONGEST_RETRY
    assert (await only_row(pool))[0] == "failed"
    assert now - NOON > timedelta(hours=4)


async def test_what_died_between_lease_and_sending_is_due_again(
    pool: db.Pool, settings: Settings, sink: MailSink
) -> None:
    await queue(pool)
    async with db.transaction(pool) as tx:
        assert len(await outbox.lease_due(tx, NOON)) == 1
    assert await outbox.send_due(pool, settings, NOON) == 0
    assert await outbox.send_due(pool, settings, NOON + outbox.LEASE) == 1
    assert len(sink.mails) == 1


async def test_a_line_break_in_a_subject_is_no_header(pool: db.Pool, settings: Settings) -> None:
    async with db.transaction(pool) as tx:
        await outbox.queue_mail(tx, NOON, "li@example.org", "Hi\nBcc: x@example.org", "Hello")
    assert await outbox.send_due(pool, settings, NOON) == 0
    assert (await only_row(pool))[0] == "failed"

"""What was said by and to an erased customer goes; that it was said, when and by whom, stays."""

from coterie.kit.db import Tx, execute

ERASED = "(erased)"


async def erase_conversation(tx: Tx, customer_id: str) -> None:
    """Texts, titles, attachments, drafts, briefs and remarks of one customer's thread, and files that wait for their message."""
    for statement in (
        """
        DELETE FROM attachments
        WHERE thread_id IN (SELECT id FROM threads WHERE customer_id = %s)
        """,
        """
        DELETE FROM attachments
        WHERE message_id IS NULL
          AND owner_id IN (SELECT id FROM browsers WHERE customer_id = %s)
        """,
        """
        DELETE FROM drafts
        WHERE thread_id IN (SELECT id FROM threads WHERE customer_id = %s)
        """,
        """
        UPDATE resolutions
        SET how = ''
        WHERE case_id IN (SELECT id FROM cases WHERE customer_id = %s)
        """,
        """
        UPDATE episodes
        SET waits_on = CASE WHEN waits_on IS NULL THEN NULL ELSE '' END
        WHERE thread_id IN (SELECT id FROM threads WHERE customer_id = %s)
        """,
        """
        UPDATE handovers
        SET brief = ''
        WHERE case_id IN (SELECT id FROM cases WHERE customer_id = %s)
        """,
        """
        DELETE FROM briefs
        WHERE case_id IN (SELECT id FROM cases WHERE customer_id = %s)
        """,
        """
        UPDATE promises
        SET text = ''
        WHERE thread_id IN (SELECT id FROM threads WHERE customer_id = %s)
        """,
        "DELETE FROM bad_ratings WHERE customer_id = %s",
        "UPDATE cases SET title = '', topic = '' WHERE customer_id = %s",
    ):
        await execute(tx, statement, [customer_id])
    await execute(
        tx,
        """
        UPDATE messages
        SET text = %s
        WHERE thread_id IN (SELECT id FROM threads WHERE customer_id = %s)
        """,
        [ERASED, customer_id],
    )

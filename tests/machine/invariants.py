"""What must hold over all rows after every step: each is a sentence and the SQL that finds who breaks it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, LiteralString

import psycopg

Broken = dict[str, list[Any]]

ALWAYS: Mapping[str, LiteralString] = {
    "an episode that needs us is attended or queued: never both, never neither": """
        SELECT id, state, attending_id, guest_id, time_given
        FROM episodes
        WHERE CASE state
            WHEN 'attended' THEN num_nonnulls(attending_id, guest_id) <> 1 OR time_given IS NOT NULL
            WHEN 'queued' THEN num_nonnulls(attending_id, guest_id) <> 0 OR time_given IS NULL
            ELSE attending_id IS NOT NULL OR time_given IS NOT NULL
        END
    """,
    "nobody is asked how it was twice in a month": """
        SELECT a.id, b.id
        FROM surveys a
        JOIN cases x ON x.id = a.case_id
        JOIN surveys b ON b.id <> a.id AND b.asked_at >= a.asked_at AND b.asked_at < a.asked_at + interval '31 days'
        JOIN cases y ON y.id = b.case_id
        WHERE coalesce(x.record_id, x.customer_id) = coalesce(y.record_id, y.customer_id)
    """,
    "who attends is present and a member": """
        SELECT e.id, e.attending_id, p.state, m.until
        FROM episodes e
        LEFT JOIN presence p ON p.expert_id = e.attending_id
        LEFT JOIN memberships m ON m.expert_id = e.attending_id AND m.community_id = e.community_id
        WHERE e.state = 'attended' AND e.guest_id IS NULL
          AND (p.state IS DISTINCT FROM 'present' OR m.until IS NOT NULL OR m.since IS NULL)
    """,
    "a guest has a running crossing, is present where they attend, and is of another community": """
        SELECT e.id, e.guest_id, x.id, p.state
        FROM episodes e
        LEFT JOIN crossings x
            ON x.case_id = e.case_id AND x.expert_id = e.guest_id AND x.ended_at IS NULL
        LEFT JOIN presence p ON p.expert_id = e.guest_id
        WHERE e.guest_id IS NOT NULL
          AND (x.id IS NULL OR x.to_id = e.community_id OR x.community_id <> e.community_id
               OR (e.state = 'attended' AND p.state IS DISTINCT FROM 'present'))
    """,
    "a running overflow has a live episode that its guest serves, of a case with an owner": """
        SELECT x.id, e.state, e.guest_id, c.owner_id
        FROM crossings x
        JOIN cases c ON c.id = x.case_id
        JOIN episodes e ON e.id = x.episode_id
        WHERE x.kind = 'overflow' AND x.ended_at IS NULL
          AND (e.state NOT IN ('attended', 'waiting_customer') OR e.guest_id IS DISTINCT FROM x.expert_id
               OR c.owner_id IS NULL OR e.channel NOT IN ('messenger', 'sms', 'voice'))
    """,
    "special care runs only with consent, on a case that is not over": """
        SELECT x.id, k.vulnerable, k.consent, c.state
        FROM crossings x
        JOIN cases c ON c.id = x.case_id
        JOIN customers k ON k.id = c.customer_id
        WHERE x.kind = 'special_care' AND x.ended_at IS NULL
          AND (c.state = 'closed' OR NOT k.vulnerable OR (k.consent ->> 'special_care')::boolean IS NOT TRUE)
    """,
    "a crossing names the case's own community": """
        SELECT x.id
        FROM crossings x
        JOIN cases c ON c.id = x.case_id
        WHERE x.community_id <> c.community_id
    """,
    "the owner of an open or watched case is a member of its community": """
        SELECT c.id, c.owner_id
        FROM cases c
        LEFT JOIN memberships m
            ON m.expert_id = c.owner_id AND m.community_id = c.community_id AND m.until IS NULL
        WHERE c.state <> 'closed' AND c.owner_id IS NOT NULL AND m.expert_id IS NULL
    """,
    "the last handover that has not come back went to the owner": """
        SELECT c.id, c.owner_id, h.to_id
        FROM cases c
        JOIN LATERAL (
            SELECT to_id
            FROM handovers
            WHERE case_id = c.id AND returned_at IS NULL
            ORDER BY at DESC, id DESC
            LIMIT 1
        ) h ON true
        WHERE c.owner_id IS DISTINCT FROM h.to_id
    """,
    "who is absent is off": """
        SELECT a.id, p.state
        FROM absences a
        JOIN presence p ON p.expert_id = a.expert_id
        WHERE a.begun_at IS NOT NULL AND a.ended_at IS NULL AND p.state <> 'off'
    """,
    "of one person no two absences overlap": """
        SELECT a.id, b.id
        FROM absences a
        JOIN absences b ON b.expert_id = a.expert_id AND b.id <> a.id
        WHERE a.ended_at IS NULL AND a.cancelled_at IS NULL AND b.ended_at IS NULL AND b.cancelled_at IS NULL
          AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at
    """,
    "what was handed over for an absence is back once that is over, unless somebody gave it on by hand": """
        SELECT h.id, h.case_id, h.from_id, c.owner_id
        FROM handovers h
        JOIN absences a ON a.id = h.absence_id AND a.ended_at IS NOT NULL
        JOIN cases c ON c.id = h.case_id AND c.state <> 'closed'
        JOIN memberships m ON m.expert_id = h.from_id AND m.community_id = h.community_id AND m.until IS NULL
        WHERE h.returned_at IS NULL
          AND NOT EXISTS (
              SELECT FROM handovers l WHERE l.case_id = h.case_id AND l.at >= h.at AND l.reason = 'by_hand')
    """,
    "an answered or resolved case has an owner": """
        SELECT id, state
        FROM cases
        WHERE owner_id IS NULL AND (
            state = 'watched' OR answered_at IS NOT NULL
            OR id IN (SELECT case_id FROM messages WHERE kind = 'reply'))
    """,
    "a case has at most one live episode, and none once it is closed": """
        SELECT c.id, c.state, count(*)
        FROM episodes e
        JOIN cases c ON c.id = e.case_id
        WHERE e.state <> 'quiet'
        GROUP BY c.id, c.state
        HAVING count(*) > 1 OR c.state = 'closed'
    """,
    "a case that needs us is open": """
        SELECT c.id, c.state, e.state
        FROM episodes e
        JOIN cases c ON c.id = e.case_id
        WHERE e.state IN ('queued', 'attended') AND c.state <> 'open'
    """,
    "what a customer wrote and nobody answered is somebody's, or put aside": """
        SELECT c.id, m.id, e.state
        FROM messages m
        JOIN cases c ON c.id = m.case_id AND c.state = 'open'
        LEFT JOIN episodes e ON e.case_id = c.id AND e.state <> 'quiet'
        WHERE m.kind = 'customer' AND NOT m.needs_nothing
          AND m.number > coalesce(
              (SELECT max(r.number) FROM messages r WHERE r.case_id = c.id AND r.kind = 'reply'), 0)
          AND m.at > coalesce((
              SELECT max(s.at)
              FROM resolutions s
              WHERE s.case_id = c.id AND s.undone_by IS DISTINCT FROM 'expert'), '-infinity')
          AND coalesce(e.state, 'none') NOT IN ('queued', 'attended', 'snoozed', 'waiting_third')
    """,
    "a watched case has one resolution in force, an open one none": """
        SELECT c.id, c.state, count(s.case_id)
        FROM cases c
        LEFT JOIN resolutions s ON s.case_id = c.id AND s.undone_at IS NULL
        WHERE c.state <> 'closed'
        GROUP BY c.id, c.state
        HAVING count(s.case_id) <> (c.state = 'watched')::int
    """,
    "every customer has exactly one home, and their thread is there": """
        SELECT c.id, c.community_id, count(h.customer_id), t.community_id
        FROM customers c
        LEFT JOIN homes h ON h.customer_id = c.id AND h.until IS NULL
        LEFT JOIN threads t ON t.customer_id = c.id
        GROUP BY c.id, c.community_id, t.community_id
        HAVING count(h.customer_id) <> 1 OR min(h.community_id::text) <> c.community_id::text
            OR t.community_id <> c.community_id
    """,
    "homes follow each other without gap or overlap": """
        SELECT customer_id, since, until
        FROM (
            SELECT customer_id, since, until, lead(since) OVER (PARTITION BY customer_id ORDER BY since) AS following
            FROM homes
        ) h
        WHERE until IS DISTINCT FROM following
    """,
    "a merged record has nothing of its own any more: its customer has it": """
        SELECT r.id
        FROM customers r
        LEFT JOIN customers s ON s.id = r.merged_id
        WHERE r.merged_id IS NOT NULL AND (
            s.merged_id IS NOT NULL
            OR EXISTS (SELECT FROM threads t WHERE t.customer_id = r.id)
            OR EXISTS (SELECT FROM cases c WHERE c.customer_id = r.id)
            OR EXISTS (SELECT FROM identities i WHERE i.customer_id = r.id)
            OR EXISTS (SELECT FROM browsers b WHERE b.customer_id = r.id)
            OR 1 <> (SELECT count(*) FROM merges m WHERE r.id = ANY(m.member_ids) AND m.customer_id = s.id
                AND m.undone_at IS NULL))
    """,
    "a case is its thread's customer's": """
        SELECT c.id FROM cases c JOIN threads t ON t.id = c.thread_id WHERE t.customer_id <> c.customer_id
    """,
    "what hangs on a case hangs on its thread": """
        SELECT p.id FROM promises p JOIN cases c ON c.id = p.case_id WHERE p.thread_id <> c.thread_id
        UNION ALL
        SELECT x.id FROM crossings x JOIN cases c ON c.id = x.case_id WHERE x.thread_id <> c.thread_id
        UNION ALL
        SELECT a.id FROM attachments a JOIN messages m ON m.id = a.message_id WHERE a.thread_id <> m.thread_id
    """,
    "nobody has got further in a thread than it goes": """
        SELECT id, last_number, customer_read, our_read
        FROM threads
        WHERE greatest(customer_delivered, customer_read, our_read) > last_number OR customer_read > customer_delivered
    """,
    "who lives together and is not pinned is at home together": """
        SELECT household_id, array_agg(id)
        FROM customers
        WHERE household_id IS NOT NULL AND merged_id IS NULL AND erased_at IS NULL AND pin_id IS NULL
        GROUP BY household_id
        HAVING count(DISTINCT community_id) > 1
    """,
    "a pin goes before every rule, and whoever has neither pin nor household is where their area is": """
        SELECT c.id, c.community_id, c.pin_id, t.community_id
        FROM customers c
        LEFT JOIN territories t ON t.area = c.area AND t.until IS NULL
        WHERE c.merged_id IS NULL AND c.erased_at IS NULL AND (
            c.community_id <> c.pin_id
            OR (c.pin_id IS NULL AND c.household_id IS NULL AND c.community_id <> coalesce(
                t.community_id, (SELECT id FROM communities WHERE catch_all))))
    """,
    "a thread numbers its messages from 1 without gaps": """
        SELECT t.id, t.last_number, count(m.id)
        FROM threads t
        LEFT JOIN messages m ON m.thread_id = t.id
        GROUP BY t.id
        HAVING count(m.id) <> t.last_number OR coalesce(max(m.number), 0) <> t.last_number
    """,
    "a message, its episode and its case belong together": """
        SELECT m.id
        FROM messages m
        JOIN episodes e ON e.id = m.episode_id
        JOIN cases c ON c.id = m.case_id
        WHERE (e.case_id, e.thread_id, e.community_id) IS DISTINCT FROM (c.id, c.thread_id, c.community_id)
           OR (m.thread_id, m.community_id) IS DISTINCT FROM (c.thread_id, c.community_id)
    """,
    "a stream numbers its events from 1 without gaps": """
        SELECT s.id, s.last_number, count(e.number)
        FROM streams s
        LEFT JOIN events e ON e.stream_id = s.id
        GROUP BY s.id
        HAVING count(e.number) <> s.last_number OR coalesce(max(e.number), 0) <> s.last_number
    """,
    "the order of all streams keeps the order of each": """
        SELECT stream_id, number
        FROM (
            SELECT stream_id, number, transaction,
                lag(transaction) OVER (PARTITION BY stream_id ORDER BY number) AS earlier
            FROM events
        ) e
        WHERE earlier > transaction
    """,
    "a handover is between members, and the one that stands names the owner": """
        SELECT h.id, h.case_id, h.to_id, c.owner_id
        FROM handovers h
        JOIN cases c ON c.id = h.case_id
        WHERE h.returned_at IS NULL AND h.to_id IS DISTINCT FROM c.owner_id
          AND NOT EXISTS (
              SELECT FROM handovers l
              WHERE l.case_id = h.case_id AND l.returned_at IS NULL AND (l.at, l.id) > (h.at, h.id))
    """,
    "a case is watched at least until what was promised on it is due": """
        SELECT c.id, c.watch_ends_at, p.due_at
        FROM promises p
        JOIN cases c ON c.id = p.case_id
        WHERE c.state = 'watched' AND p.kept_at IS NULL AND p.broken_at IS NULL AND p.due_at > c.watch_ends_at
    """,
    "each message was told of once": """
        SELECT m.id, count(e.number)
        FROM messages m
        LEFT JOIN events e
            ON e.ids ->> 'message' = m.id::text AND e.kind IN ('message_received', 'reply_sent', 'note_written')
        GROUP BY m.id
        HAVING count(e.number) <> 1
    """,
    "who stands in the queue has a wait that runs, and nobody who needs nothing has": """
        SELECT e.id, e.state, w.at
        FROM episodes e
        LEFT JOIN waits w ON w.episode_id = e.id AND w.ended_at IS NULL
        WHERE (e.state = 'queued' AND w.at IS NULL)
           OR (e.state NOT IN ('queued', 'attended') AND w.at IS NOT NULL)
    """,
    "the last decision says where the episode is": """
        SELECT e.id, e.state, e.attending_id, e.time_given, d.chosen_id, d.time_given
        FROM episodes e
        LEFT JOIN LATERAL (
            SELECT chosen_id, time_given
            FROM decisions
            WHERE episode_id = e.id
            ORDER BY at DESC, id DESC
            LIMIT 1
        ) d ON true
        WHERE e.state IN ('queued', 'attended')
          AND (coalesce(e.attending_id, e.guest_id) IS DISTINCT FROM d.chosen_id OR e.time_given IS DISTINCT FROM d.time_given)
    """,
    "an open ask waits for somebody, and has a time unless it is for a language": """
        SELECT a.id, a.state, a.step_ends_at
        FROM asks a
        WHERE (a.state = 'open' AND NOT EXISTS (SELECT FROM asked p WHERE p.ask_id = a.id AND p.state = 'waiting'))
           OR (a.state = 'open' AND (a.step_ends_at IS NULL) <> (a.language <> ''))
    """,
    "an ask has one holder while it is accepted, and nobody waits for it": """
        SELECT a.id, a.state, p.expert_id, p.state
        FROM asks a
        LEFT JOIN asked p ON p.ask_id = a.id AND p.state IN ('waiting', 'accepted')
        WHERE (a.state = 'accepted' AND (p.state = 'waiting' OR p.expert_id IS DISTINCT FROM a.accepted_by))
           OR (a.state = 'answered' AND (p.state = 'waiting' OR p.expert_id IS DISTINCT FROM a.answered_by))
           OR (a.state IN ('withdrawn', 'unanswered') AND p.state IS NOT NULL)
    """,
    "nobody is asked who asks, nor, without a language, who is gone": """
        SELECT a.id, p.expert_id, p.state
        FROM asks a
        JOIN asked p ON p.ask_id = a.id AND p.state = 'waiting'
        LEFT JOIN presence h ON h.expert_id = p.expert_id
        LEFT JOIN memberships m
            ON m.expert_id = p.expert_id AND m.community_id = a.community_id AND m.until IS NULL
        WHERE p.expert_id = a.asked_by OR m.expert_id IS NULL
           OR (a.language = '' AND h.state IS DISTINCT FROM 'present')
    """,
}

AFTER_A_TICK: Mapping[str, LiteralString] = {
    "who waits in the queue has a time still to come": """
        SELECT id, time_given FROM episodes WHERE state = 'queued' AND time_given <= %(now)s
    """,
    "nobody who is absent for long owns a case that somebody else could take": """
        SELECT c.id, a.expert_id
        FROM cases c
        JOIN absences a ON a.expert_id = c.owner_id AND a.community_id = c.community_id
        WHERE c.state <> 'closed' AND a.begun_at IS NOT NULL AND a.ended_at IS NULL AND a.hands_over
          AND EXISTS (
              SELECT FROM memberships m
              WHERE m.community_id = c.community_id AND m.until IS NULL AND m.expert_id NOT IN (
                  SELECT expert_id
                  FROM absences
                  WHERE hands_over AND ended_at IS NULL AND cancelled_at IS NULL AND starts_at <= %(now)s))
    """,
    "no timer is overdue": """
        SELECT id, state
        FROM episodes
        WHERE (state = 'snoozed' AND wake_at <= %(now)s) OR (state = 'waiting_customer' AND quiet_at <= %(now)s)
        UNION ALL
        SELECT id, state FROM cases WHERE state = 'watched' AND watch_ends_at <= %(now)s
        UNION ALL
        SELECT id, 'absence'
        FROM absences
        WHERE ended_at IS NULL AND cancelled_at IS NULL
          AND (ends_at <= %(now)s OR (begun_at IS NULL AND starts_at <= %(now)s))
        UNION ALL
        SELECT id, 'crossing' FROM crossings WHERE ended_at IS NULL AND ends_at <= %(now)s
        UNION ALL
        SELECT id, 'promise' FROM promises WHERE kept_at IS NULL AND broken_at IS NULL AND due_at <= %(now)s
        UNION ALL
        SELECT id, 'ask' FROM asks WHERE step_ends_at <= %(now)s
    """,
}


def broken(database: psycopg.Connection[Any], now: datetime, *, ticked: bool) -> Broken:
    """Every sentence that does not hold, with the rows that break it."""
    wanted = {**ALWAYS, **(AFTER_A_TICK if ticked else {})}
    found = {what: database.execute(sql, {"now": now}).fetchall() for what, sql in wanted.items()}
    return {what: rows for what, rows in found.items() if rows}

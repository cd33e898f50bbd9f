-- The log: what the server would have told of all this, numbered by stream without gaps, in the order of time.

INSERT INTO events (stream_id, number, era, at, kind, ids, values)
SELECT
    p.community_id,
    s.last_number + row_number() OVER (PARTITION BY p.community_id ORDER BY p.n),
    (SELECT max(number) FROM eras),
    p.created_at,
    'customer_registered',
    jsonb_build_object('customer', p.id),
    '{"reason": "territory"}'
FROM loading.people p
JOIN streams s ON s.id = p.community_id;

UPDATE streams s
SET last_number = last_number + joined.number
FROM (SELECT community_id, count(*) AS number FROM loading.people GROUP BY community_id) joined
WHERE s.id = joined.community_id;

-- What is told of a case: when, and which ids it carries beside case, thread and customer.
CREATE TABLE loading.steps (
    step int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    turn int, after interval, kind text, ids text[], values jsonb);
INSERT INTO loading.steps (turn, after, kind, ids, values) VALUES
    (0, '0 min', 'case_opened', '{}', '{}'),
    (0, '0 min', 'message_received', '{episode,message}', '{"channel": "messenger"}'),
    (0, '0 min', 'episode_needs_us', '{episode}', '{"channel": "messenger", "new": true}'),
    (0, '0 min', 'episode_placed', '{episode,expert,decision}',
        '{"reason": "first", "channel": "messenger", "seconds": 0, "ahead": null, "kept": null}'),
    (1, '3 min', 'message_received', '{episode,message,expert}', '{"channel": "messenger"}'),
    (2, '6 min', 'message_received', '{episode,message,expert}', '{"channel": "messenger"}'),
    (3, '9 min', 'owner_set', '{owner,expert}', '{"reason": "first_answer"}'),
    (3, '9 min', 'reply_sent', '{owner,episode,message,expert}',
        '{"channel": "messenger", "first": true, "seconds": 540, "kept": true, "guest": false}'),
    (3, '9 min', 'episode_waits', '{owner,episode,message,expert}', '{"state": "waiting_customer"}'),
    (4, '12 min', 'reply_sent', '{owner,episode,message,expert}',
        '{"channel": "messenger", "first": false, "seconds": null, "kept": null, "guest": false}'),
    (4, '12 min', 'episode_waits', '{owner,episode,message,expert}', '{"state": "waiting_customer"}'),
    (5, '15 min', 'message_received', '{owner,episode,message}', '{"channel": "messenger"}'),
    (5, '15 min', 'episode_needs_us', '{owner,episode}', '{"channel": "messenger", "new": false}'),
    (5, '15 min', 'episode_placed', '{owner,episode,expert,decision}',
        '{"reason": "stays", "channel": "messenger", "seconds": 0, "ahead": null, "kept": null}'),
    (6, '18 min', 'message_received', '{owner,episode,message,expert}', '{"channel": "messenger"}'),
    (7, '21 min', 'message_received', '{owner,episode,message,expert}', '{"channel": "messenger"}'),
    (8, '24 min', 'reply_sent', '{owner,episode,message,expert}',
        '{"channel": "messenger", "first": false, "seconds": 540, "kept": true, "guest": false}'),
    (8, '24 min', 'episode_waits', '{owner,episode,message,expert}', '{"state": "waiting_customer"}'),
    (9, '27 min', 'reply_sent', '{owner,episode,message,expert}',
        '{"channel": "messenger", "first": false, "seconds": null, "kept": null, "guest": false}'),
    (9, '27 min', 'episode_waits', '{owner,episode,message,expert}', '{"state": "waiting_customer"}'),
    (NULL, '3 hours', 'episode_ended', '{owner,episode}', '{"reason": "resolved"}'),
    (NULL, '3 hours', 'case_resolved', '{owner,by}', '{"resolution": "answer"}'),
    (NULL, '7 days 3 hours', 'case_closed', '{owner}', '{"reason": "watched"}');
ANALYZE loading.steps;

INSERT INTO events (stream_id, number, era, at, kind, ids, values)
SELECT
    c.community_id,
    h.last_number + told.number,
    (SELECT max(number) FROM eras),
    told.at,
    s.kind,
    jsonb_strip_nulls(jsonb_build_object(
        'case', c.case_id,
        'thread', c.thread_id,
        'customer', c.customer_id,
        'episode', CASE WHEN 'episode' = ANY(s.ids) THEN c.episode_id END,
        'message', CASE WHEN 'message' = ANY(s.ids) THEN loading.id(told.at, 5, c.first_message + s.turn) END,
        'decision', CASE WHEN 'decision' = ANY(s.ids) THEN loading.id(told.at, 6, c.first_message + s.turn) END,
        'owner', CASE WHEN 'owner' = ANY(s.ids) THEN c.expert_id END,
        'expert', CASE WHEN 'expert' = ANY(s.ids) THEN c.expert_id END,
        'by', CASE WHEN 'by' = ANY(s.ids) THEN c.expert_id END)),
    CASE
        WHEN s.kind IN ('message_received', 'reply_sent')
        THEN s.values || jsonb_build_object('number', c.said_before + s.turn + 1)
        ELSE s.values
    END
FROM (
    -- Sorted while it is still narrow.
    SELECT
        c.m,
        s.step,
        c.opened_at + s.after AS at,
        row_number() OVER (PARTITION BY c.place ORDER BY c.opened_at + s.after, c.m, s.step) AS number
    FROM loading.cases c
    CROSS JOIN loading.steps s
    WHERE c.opened_at + s.after <= (SELECT now FROM loading.wanted)
) told
JOIN loading.cases c ON c.m = told.m
JOIN loading.steps s ON s.step = told.step
JOIN streams h ON h.id = c.community_id;

UPDATE streams s
SET last_number = head.number
FROM (SELECT stream_id, max(number) AS number FROM events GROUP BY stream_id) head
WHERE s.id = head.stream_id;

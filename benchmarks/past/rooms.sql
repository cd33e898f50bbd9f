-- Everything but the log, a table at a time, in the order of time.

-- Each community has a territory of one area, from before the first customer.

INSERT INTO areas (area, name)
SELECT 'A' || place, 'Area ' || place
FROM loading.communities;

INSERT INTO territories (area, community_id, since)
SELECT 'A' || c.place, c.id, w.now - interval '3 years'
FROM loading.communities c
CROSS JOIN loading.wanted w;

INSERT INTO customers (id, ref, name, area, community_id, created_at)
SELECT id, ref, 'Li ' || n, 'A' || place, community_id, created_at
FROM loading.people
ORDER BY n;

INSERT INTO identities (kind, value, scope, customer_id, since)
SELECT i.kind, i.value, '', p.id, p.created_at
FROM loading.people p
CROSS JOIN LATERAL (VALUES ('ref', p.ref), ('email', 'li.' || p.n || '@example.org')) AS i (kind, value)
ORDER BY p.n;

INSERT INTO homes (customer_id, since, community_id, reason, detail)
SELECT id, created_at, community_id, 'territory', 'A' || place
FROM loading.people
ORDER BY n;

-- What a customer's last case says of their thread.
INSERT INTO threads (
    id, customer_id, community_id, last_number, last_at, customer_delivered, customer_read, our_read, created_at)
SELECT
    c.thread_id, c.customer_id, c.community_id, c.said_before + c.said, c.opened_at + t.after,
    c.said_before + t.answered, c.said_before + t.answered, c.said_before + t.answered, c.thread_began_at
FROM (SELECT DISTINCT ON (n) * FROM loading.cases ORDER BY n, m DESC) c
JOIN loading.turns t ON t.turn = c.said - 1
ORDER BY c.thread_began_at;

INSERT INTO cases (
    id, thread_id, customer_id, community_id, topic, title, state, opened_at, spoken_at, owner_id, owned_at,
    answered_at, watch_ends_at, closed_at)
SELECT
    c.case_id, c.thread_id, c.customer_id, c.community_id, 'billing', 'My bill is wrong',
    CASE WHEN c.closed_at IS NOT NULL THEN 'closed' WHEN c.resolved_at IS NOT NULL THEN 'watched' ELSE 'open' END,
    c.opened_at,
    c.opened_at + t.after,
    CASE WHEN t.answered > 0 THEN c.expert_id END,
    CASE WHEN t.answered > 0 THEN c.opened_at + interval '9 min' END,
    CASE WHEN t.answered > 0 THEN c.opened_at + interval '9 min' END,
    CASE WHEN c.closed_at IS NULL THEN c.resolved_at + interval '7 days' END,
    c.closed_at
FROM loading.cases c
JOIN loading.turns t ON t.turn = c.said - 1
ORDER BY c.m;

-- One that needs us has since the first of the customer's three messages.
INSERT INTO episodes (
    id, case_id, thread_id, community_id, channel, state, attending_id, served_by, opened_at, waiting_since, answer_by,
    turn_at, quiet_at, ended_at, placed_because)
SELECT
    c.episode_id, c.case_id, c.thread_id, c.community_id, 'messenger',
    e.state,
    CASE WHEN e.state = 'attended' THEN c.expert_id END,
    c.expert_id,
    c.opened_at,
    CASE WHEN e.state = 'attended' THEN c.opened_at + t.began END,
    CASE WHEN e.state = 'attended' THEN c.opened_at + t.promised END,
    CASE WHEN t.answered > 0 THEN last.at END,
    CASE WHEN e.state = 'waiting_customer' THEN last.at + interval '4 hours' END,
    c.resolved_at,
    CASE WHEN t.turn < 5 THEN 'first' ELSE 'stays' END
FROM loading.cases c
JOIN loading.turns t ON t.turn = c.said - 1
CROSS JOIN LATERAL (SELECT CASE WHEN c.resolved_at IS NOT NULL THEN 'quiet' ELSE t.state END AS state) e
CROSS JOIN LATERAL (SELECT c.opened_at + (t.answered - 1) * interval '3 min' AS at) last
ORDER BY c.m;

INSERT INTO messages (
    id, thread_id, number, community_id, case_id, episode_id, kind, channel, author_id, text, at)
SELECT
    loading.id(c.opened_at + t.after, 5, c.first_message + t.turn),
    c.thread_id, c.said_before + t.turn + 1, c.community_id, c.case_id, c.episode_id, t.kind, 'messenger',
    CASE WHEN t.kind = 'reply' THEN c.expert_id END,
    t.text || ' (' || c.m || ')',
    c.opened_at + t.after
FROM loading.cases c
JOIN loading.turns t ON t.turn < c.said
ORDER BY c.m, t.turn;

INSERT INTO resolutions (case_id, at, expert_id, how, kind)
SELECT case_id, resolved_at, expert_id, 'Took the line off the account and gave back what was paid', 'answer'
FROM loading.cases
WHERE resolved_at IS NOT NULL
ORDER BY m;

-- Each time that an episode came to need somebody: at its first and at its sixth message.
INSERT INTO decisions (
    id, episode_id, community_id, at, policy, settings_version, situation, codes, reason, chosen_id)
SELECT
    loading.id(c.opened_at + t.after, 6, c.first_message + t.turn),
    c.episode_id, c.community_id, c.opened_at + t.after, 2, 1, k.situation, k.codes,
    CASE WHEN t.turn = 0 THEN 5 ELSE 1 END,
    c.expert_id
FROM loading.cases c
JOIN loading.turns t ON t.turn < c.said AND t.turn IN (0, 5)
JOIN loading.communities k ON k.place = c.place
ORDER BY c.m, t.turn;

-- Every message of a customer came with a key.
INSERT INTO keys (owner_id, key, body, answer, at)
SELECT
    w.key_owner,
    c.ref || '/' || c.first_message + t.turn,
    sha256(c.ref::bytea),
    jsonb_build_object(
        'message_id', loading.id(c.opened_at + t.after, 5, c.first_message + t.turn),
        'number', c.said_before + t.turn + 1,
        'thread_id', c.thread_id,
        'episode_id', c.episode_id,
        'case_id', c.case_id,
        'customer_id', c.customer_id,
        'community_id', c.community_id,
        'owner_id', CASE WHEN t.answered > 0 THEN c.expert_id END,
        'attending_id', c.expert_id,
        'answer_by', c.opened_at + t.promised,
        'time_given', NULL,
        'reason', CASE t.turn WHEN 0 THEN 'first' WHEN 5 THEN 'stays' ELSE 'attended' END),
    c.opened_at + t.after
FROM loading.cases c
JOIN loading.turns t ON t.turn < c.said AND t.kind = 'customer'
CROSS JOIN loading.wanted w
ORDER BY c.m, t.turn;

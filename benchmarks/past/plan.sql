-- What there is to be, computed once: who works where, who the customers are, which cases they had.

-- An id as the server makes them (UUID version 7), its random bits replaced by what it is the id of.
CREATE FUNCTION loading.id(at timestamptz, what integer, number bigint) RETURNS uuid LANGUAGE sql STABLE
RETURN (
    lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0')
    || '7' || lpad(to_hex(what), 3, '0') || 'a' || lpad(to_hex(number), 15, '0'))::uuid;

-- The house was there before its customers.
UPDATE communities SET created_at = (SELECT now - interval '3 years' FROM loading.wanted);
UPDATE experts SET created_at = (SELECT now - interval '3 years' FROM loading.wanted);
UPDATE memberships SET since = (SELECT now - interval '3 years' FROM loading.wanted);
UPDATE events SET at = (SELECT now - interval '3 years' FROM loading.wanted);

-- The community that takes what has no home is the first. `situation` is what a decision there sees.
CREATE TABLE loading.communities AS
SELECT
    c.id,
    row_number() OVER (ORDER BY NOT c.catch_all, c.id) - 1 AS place,
    m.experts,
    array_fill(0::smallint, ARRAY[cardinality(m.experts)]) AS codes,
    jsonb_build_object(
        'contact', '[-1, -1, -1]'::jsonb, 'ids', m.experts,
        'present', ones, 'on_shift', ones, 'seat', ones, 'speaks', ones,
        'skill', array_fill(0, ARRAY[cardinality(m.experts)]),
        'load', m.loads, 'capacity', array_fill(4.0, ARRAY[cardinality(m.experts)]),
        'idle_s', m.idle) AS situation
FROM communities c
CROSS JOIN LATERAL (
    SELECT
        array_agg(expert_id ORDER BY expert_id) AS experts,
        array_agg(round(random()::numeric * 3, 1)) AS loads,
        array_agg(round(random()::numeric * 1000, 3)) AS idle
    FROM memberships
    WHERE community_id = c.id
) m
CROSS JOIN LATERAL (SELECT array_fill(1, ARRAY[cardinality(m.experts)]) AS ones) o;

-- They joined evenly over two years, which ended before the first case.
CREATE UNLOGGED TABLE loading.people AS
SELECT
    n,
    loading.id(created_at, 1, n) AS id,
    md5(n::text) AS ref,
    created_at,
    c.place,
    c.id AS community_id
FROM loading.wanted w
CROSS JOIN generate_series(0, w.customers - 1) AS n
CROSS JOIN LATERAL (
    SELECT w.now - w.cases * w.every - interval '730 days' * (1 - n::float8 / w.customers) AS created_at
) j
JOIN loading.communities c ON c.place = n / 5 % (SELECT count(*) FROM loading.communities);
ALTER TABLE loading.people ADD PRIMARY KEY (n);

-- A case is ten messages, three minutes apart: the customer's three, two answers, and that again.
-- `state` is the episode's after that message, `answered` the number of our last answer so far; `began` is when the
-- customer began to wait, and `promised` by when we have to answer.
CREATE TABLE loading.turns (
    turn int PRIMARY KEY, after interval, kind text, state text, answered int, began interval, promised interval,
    text text);
INSERT INTO loading.turns
SELECT
    turn, turn * interval '3 min', kind, state, answered,
    CASE WHEN turn < 5 THEN '0 min' ELSE '15 min' END::interval,
    CASE WHEN turn < 5 THEN '10 min' ELSE '45 min' END::interval,
    text
FROM (
    VALUES
        (0, 'customer', 'attended', 0, 'My bill is wrong. It says I owe for a line that I gave back in March.'),
        (1, 'customer', 'attended', 0, 'The line was at our old place, and the technician took the box with him.'),
        (2, 'customer', 'attended', 0, 'Can you take it off, please? I have been paying for it all this time.'),
        (3, 'reply', 'waiting_customer', 4, 'I see it: the line is still on your account. I am taking it off now.'),
        (4, 'reply', 'waiting_customer', 5, 'You get back what you paid since March with your next bill.'),
        (5, 'customer', 'attended', 5, 'Thank you. And will the rest of my plan stay as it is?'),
        (6, 'customer', 'attended', 5, 'My daughter has her phone on it, too.'),
        (7, 'customer', 'attended', 5, 'She needs it for school, so it must not stop.'),
        (8, 'reply', 'waiting_customer', 9, 'Everything else stays, your daughter''s phone as well.'),
        (9, 'reply', 'waiting_customer', 10, 'Write to me here if the next bill looks odd in any way.')
) AS said (turn, kind, state, answered, text);

-- Two customers in five have written, some of them twice, each time to the same expert. Neighbours in time are
-- strangers to each other, so what belongs to one customer lies far apart. `said` is how many of the ten messages
-- there are by now; three hours after it was opened a case is resolved, and seven days after that closed.
CREATE UNLOGGED TABLE loading.cases AS
SELECT
    m,
    10 * m AS first_message,
    10 * earlier AS said_before,
    p.n,
    p.id AS customer_id,
    p.ref,
    p.place,
    p.community_id,
    c.experts[1 + writer / (2 * (SELECT count(*) FROM loading.communities)) % cardinality(c.experts)] AS expert_id,
    loading.id(opened_at - earlier * w.writers * w.every, 2, writer) AS thread_id,
    opened_at - earlier * w.writers * w.every AS thread_began_at,
    loading.id(opened_at, 3, m) AS case_id,
    loading.id(opened_at, 4, m) AS episode_id,
    opened_at,
    least(10, 1 + floor(extract(epoch FROM w.now - opened_at) / 180))::int AS said,
    CASE WHEN opened_at + interval '3 hours' <= w.now THEN opened_at + interval '3 hours' END AS resolved_at,
    CASE
        WHEN opened_at + interval '7 days 3 hours' <= w.now THEN opened_at + interval '7 days 3 hours'
    END AS closed_at
FROM loading.wanted w
CROSS JOIN generate_series(0, w.cases - 1) AS m
CROSS JOIN LATERAL (SELECT m * 104729 % w.writers AS writer, m / w.writers AS earlier) h
CROSS JOIN LATERAL (
    SELECT w.now - interval '1 second' - (w.cases - 1 - m) * w.every AS opened_at, writer / 2 * 5 + writer % 2 AS n
) o
JOIN loading.people p ON p.n = o.n
JOIN loading.communities c ON c.place = p.place
ORDER BY m;
ALTER TABLE loading.cases ADD PRIMARY KEY (m);

ANALYZE loading.communities, loading.people, loading.turns, loading.cases;

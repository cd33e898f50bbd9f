-- Figures: what each customer's life answers to each of them, and the sums of a day. All of it is made from the log,
-- and can be made anew from it; so nothing here points at a row elsewhere.

-- A customer's whole life is read at once.
CREATE INDEX events_by_customer ON events (((ids ->> 'customer')::uuid)) WHERE ids ? 'customer';

-- One answer of one record. `day` is that of `at` in the community's zone.
CREATE TABLE figure_answers (
    customer_id  uuid NOT NULL,
    figure       text NOT NULL,
    record_id    uuid NOT NULL,
    community_id uuid NOT NULL,
    case_id      uuid NOT NULL,
    at           timestamptz NOT NULL,
    day          date NOT NULL,
    value        double precision NOT NULL,
    PRIMARY KEY (customer_id, figure, record_id)
);
CREATE INDEX figure_answers_by_day ON figure_answers (community_id, figure, day) INCLUDE (customer_id, value);

-- A day's answers by groups of customers: which groups, how many answers of each, and their sum. Who is in a group stays
-- in it, so days add up.
CREATE TABLE figure_days (
    community_id uuid NOT NULL,
    figure       text NOT NULL,
    day          date NOT NULL,
    groups       smallint[] NOT NULL,
    numbers      integer[] NOT NULL,
    sums         double precision[] NOT NULL,
    PRIMARY KEY (community_id, figure, day)
);

-- How far the log has been read, by which definitions. While `walked` is set, customers are still read one after the
-- other, in the order of their ids, up to that one.
CREATE TABLE figures_read (
    one         boolean PRIMARY KEY DEFAULT true CHECK (one),
    version     integer NOT NULL,
    era         smallint NOT NULL,
    transaction xid8 NOT NULL,
    stream_id   uuid NOT NULL,
    number      bigint NOT NULL,
    walked      uuid
);
INSERT INTO figures_read (version, era, transaction, stream_id, number)
VALUES (0, 0, '0', '00000000-0000-0000-0000-000000000000', 0);

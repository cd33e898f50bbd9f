-- What every room of the house stands on: events, accounts, sessions, keys, the outbox.

-- An era is one life of one database cluster. Transaction ids only grow within an era, so a restored backup
-- begins a new one at its first start and the order of all events stays total.
CREATE TABLE eras (
    number     smallint PRIMARY KEY,
    cluster    text NOT NULL,
    began_at   timestamptz NOT NULL
);

-- A stream numbers its own events without gaps, under the lock of its row. A community is a stream.
CREATE TABLE streams (
    id          uuid PRIMARY KEY,
    last_number bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 20);

-- Facts without persons: ids, codes and numbers, never text or identities. Whoever writes holds the stream's row.
CREATE TABLE events (
    stream_id   uuid NOT NULL,
    number      bigint NOT NULL,
    era         smallint NOT NULL,
    transaction xid8 NOT NULL DEFAULT pg_current_xact_id(),
    at          timestamptz NOT NULL,
    kind        text NOT NULL,
    ids         jsonb NOT NULL,
    values      jsonb NOT NULL,
    PRIMARY KEY (stream_id, number)
);
CREATE INDEX events_of_all ON events (era, transaction, stream_id, number);

CREATE TABLE accounts (
    id            uuid PRIMARY KEY,
    email         text NOT NULL,
    name          text NOT NULL CHECK (name <> ''),
    role          text NOT NULL CHECK (role IN ('admin', 'planner', 'manager', 'coach', 'expert', 'specialist')),
    password_hash text,
    zone          text,
    preferences   jsonb NOT NULL DEFAULT '{}',
    created_at    timestamptz NOT NULL,
    closed_at     timestamptz
);
CREATE UNIQUE INDEX accounts_by_email ON accounts (lower(email));

CREATE TABLE sessions (
    hash       bytea PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES accounts,
    created_at timestamptz NOT NULL,
    used_at    timestamptz NOT NULL,
    ends_at    timestamptz NOT NULL,
    agent      text NOT NULL DEFAULT ''
);
CREATE INDEX sessions_by_account ON sessions (account_id);

CREATE TABLE tokens (
    id         uuid PRIMARY KEY,
    hash       bytea NOT NULL UNIQUE,
    account_id uuid NOT NULL REFERENCES accounts,
    name       text NOT NULL,
    scopes     text[] NOT NULL,
    created_at timestamptz NOT NULL,
    ends_at    timestamptz,
    revoked_at timestamptz
);
CREATE INDEX tokens_by_account ON tokens (account_id);

-- Idempotency keys belong to a token (or to a browser of the messenger) and never expire.
CREATE TABLE keys (
    owner_id uuid NOT NULL,
    key      text NOT NULL,
    body     bytea NOT NULL,
    answer   jsonb NOT NULL,
    at       timestamptz NOT NULL,
    PRIMARY KEY (owner_id, key)
);

CREATE TABLE audit (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL,
    account_id uuid REFERENCES accounts,
    verb       text NOT NULL,
    object     text NOT NULL,
    object_id  text NOT NULL,
    change     jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_by_time ON audit (at DESC, id DESC);

-- What leaves the house. The ticker claims what is due; a sent item keeps no text.
CREATE TABLE outbox (
    id         uuid PRIMARY KEY,
    channel    text NOT NULL,
    recipient  text NOT NULL,
    subject    text NOT NULL DEFAULT '',
    body       text NOT NULL,
    created_at timestamptz NOT NULL,
    due_at     timestamptz,
    attempts   integer NOT NULL DEFAULT 0,
    state      text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'failed')),
    error      text,
    sent_at    timestamptz,
    CHECK ((state = 'waiting') = (due_at IS NOT NULL))
);
CREATE INDEX outbox_due ON outbox (due_at) WHERE state = 'waiting';

-- Threads that never end; the cases in them; the episodes of each case; what was said.

-- community_id is the customer's home now. The watermarks say how far each side has got.
CREATE TABLE threads (
    id                 uuid PRIMARY KEY,
    customer_id        uuid NOT NULL UNIQUE REFERENCES customers,
    community_id       uuid NOT NULL REFERENCES communities,
    last_number        integer NOT NULL DEFAULT 0,
    last_at            timestamptz NOT NULL,
    customer_delivered integer NOT NULL DEFAULT 0,
    customer_read      integer NOT NULL DEFAULT 0,
    our_read           integer NOT NULL DEFAULT 0,
    created_at         timestamptz NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX threads_by_community ON threads (community_id);

-- community_id is where the case was opened and never changes. The owner is a member of it: by a foreign key.
CREATE TABLE cases (
    id           uuid PRIMARY KEY,
    thread_id    uuid NOT NULL REFERENCES threads,
    customer_id  uuid NOT NULL REFERENCES customers,
    community_id uuid NOT NULL REFERENCES communities,
    topic        text NOT NULL DEFAULT '',
    title        text NOT NULL DEFAULT '',
    state        text NOT NULL CHECK (state IN ('open', 'watched', 'closed')),
    opened_at    timestamptz NOT NULL,
    spoken_at    timestamptz NOT NULL,
    owner_id     uuid,
    owned_at     timestamptz,
    answered_at  timestamptz,
    watch_ends_at timestamptz,
    closed_at    timestamptz,
    FOREIGN KEY (community_id, owner_id) REFERENCES memberships (community_id, expert_id),
    CHECK ((owner_id IS NULL) = (owned_at IS NULL)),
    CHECK ((state = 'watched') = (watch_ends_at IS NOT NULL)),
    CHECK ((state = 'closed') = (closed_at IS NOT NULL)),
    CHECK (answered_at IS NULL OR owner_id IS NOT NULL)
) WITH (fillfactor = 80);
CREATE INDEX cases_by_thread ON cases (thread_id);
CREATE INDEX cases_by_owner ON cases (community_id, owner_id) WHERE state <> 'closed';
CREATE INDEX cases_watch ON cases (watch_ends_at) WHERE state = 'watched';

CREATE FUNCTION case_keeps_community() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'case % cannot leave its community', OLD.id USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER case_keeps_community BEFORE UPDATE OF community_id ON cases
    FOR EACH ROW WHEN (OLD.community_id IS DISTINCT FROM NEW.community_id) EXECUTE FUNCTION case_keeps_community();

-- Who owns an open or watched case is a member now. Both sides are checked when the transaction ends.
CREATE FUNCTION case_owner_is_member() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM cases c
        JOIN memberships m ON m.community_id = c.community_id AND m.expert_id = c.owner_id
        WHERE c.id = NEW.id AND c.state <> 'closed' AND m.until IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'the owner of case % is no longer a member of its community', NEW.id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER case_owner_is_member AFTER INSERT OR UPDATE OF owner_id, state ON cases
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.owner_id IS NOT NULL AND NEW.state <> 'closed')
    EXECUTE FUNCTION case_owner_is_member();

CREATE FUNCTION membership_owns_nothing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM cases c
        JOIN memberships m ON m.community_id = c.community_id AND m.expert_id = c.owner_id
        WHERE c.community_id = NEW.community_id AND c.owner_id = NEW.expert_id
          AND c.state <> 'closed' AND m.until IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'expert % still owns cases that are open or in watch', NEW.expert_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER membership_owns_nothing AFTER UPDATE OF until ON memberships
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.until IS NOT NULL) EXECUTE FUNCTION membership_owns_nothing();

-- An episode that needs us is attended by one person or queued with a time given. Never both, never neither.
-- served_by: who attended last, kept while nobody needs to. placed_because: routing's code for where it stands. Timers are columns: quiet_at, wake_at, time_given.
CREATE TABLE episodes (
    id           uuid PRIMARY KEY,
    case_id      uuid NOT NULL REFERENCES cases,
    thread_id    uuid NOT NULL REFERENCES threads,
    community_id uuid NOT NULL REFERENCES communities,
    channel      text NOT NULL CHECK (channel IN ('messenger', 'email', 'sms', 'voice', 'forum', 'social')),
    state        text NOT NULL CHECK (state IN ('queued', 'attended', 'waiting_customer', 'waiting_third', 'snoozed', 'quiet')),
    attending_id uuid,
    served_by    uuid REFERENCES experts,
    opened_at    timestamptz NOT NULL,
    waiting_since timestamptz,
    answer_by    timestamptz,
    time_given   timestamptz,
    turn_at      timestamptz,
    quiet_at     timestamptz,
    wake_at      timestamptz,
    waits_on     text,
    ended_at     timestamptz,
    placed_because text,
    FOREIGN KEY (community_id, attending_id) REFERENCES memberships (community_id, expert_id),
    CONSTRAINT one_place CHECK (
        CASE state
            WHEN 'attended' THEN attending_id IS NOT NULL AND time_given IS NULL
            WHEN 'queued' THEN attending_id IS NULL AND time_given IS NOT NULL
            ELSE attending_id IS NULL AND time_given IS NULL
        END),
    CHECK ((state IN ('queued', 'attended')) = (waiting_since IS NOT NULL)),
    CHECK ((state IN ('queued', 'attended')) = (answer_by IS NOT NULL)),
    CHECK ((state = 'waiting_customer') = (quiet_at IS NOT NULL)),
    CHECK ((state = 'snoozed') = (wake_at IS NOT NULL)),
    CHECK ((state = 'waiting_third') = (waits_on IS NOT NULL)),
    CHECK ((state = 'quiet') = (ended_at IS NOT NULL))
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX episodes_live ON episodes (case_id) WHERE state <> 'quiet';
CREATE INDEX episodes_by_case ON episodes (case_id);
CREATE INDEX episodes_queue ON episodes (community_id, time_given, waiting_since) WHERE state = 'queued';
CREATE INDEX episodes_of_expert ON episodes (community_id, attending_id) WHERE state = 'attended';
CREATE INDEX episodes_recently ON episodes (community_id, served_by) WHERE state = 'waiting_customer';
CREATE INDEX episodes_quiet ON episodes (quiet_at) WHERE state = 'waiting_customer';
CREATE INDEX episodes_wake ON episodes (wake_at) WHERE state = 'snoozed';
CREATE INDEX episodes_given ON episodes (time_given) WHERE state = 'queued';

-- kind: customer, reply, note. author_id is an expert; empty where the customer wrote. The episode's own keys stand for
-- the thread and the community: each key that is checked costs every message.
CREATE TABLE messages (
    id           uuid PRIMARY KEY,
    thread_id    uuid NOT NULL,
    number       integer NOT NULL,
    community_id uuid NOT NULL,
    case_id      uuid NOT NULL REFERENCES cases,
    episode_id   uuid NOT NULL REFERENCES episodes,
    kind         text NOT NULL CHECK (kind IN ('customer', 'reply', 'note')),
    channel      text NOT NULL,
    author_id    uuid REFERENCES experts,
    text         text NOT NULL,
    quote_id     uuid,
    sent_at      timestamptz,
    at           timestamptz NOT NULL,
    needs_nothing boolean NOT NULL DEFAULT false,
    UNIQUE (thread_id, number),
    CHECK ((kind = 'customer') = (author_id IS NULL))
);
CREATE INDEX messages_by_case ON messages (case_id);

-- The bytes live in the database, so that a backup is whole. message_id is empty until the message is sent.
CREATE TABLE attachments (
    id         uuid PRIMARY KEY,
    thread_id  uuid REFERENCES threads,
    message_id uuid REFERENCES messages,
    owner_id   uuid NOT NULL,
    name       text NOT NULL,
    media_type text NOT NULL,
    size       integer NOT NULL CHECK (size > 0),
    bytes      bytea NOT NULL,
    at         timestamptz NOT NULL
);
ALTER TABLE attachments ALTER COLUMN bytes SET STORAGE EXTERNAL;
CREATE INDEX attachments_by_message ON attachments (message_id);
CREATE INDEX attachments_unsent ON attachments (at) WHERE message_id IS NULL;

-- Resolving is a row (who, when, how); reopening ends it.
CREATE TABLE resolutions (
    case_id   uuid NOT NULL REFERENCES cases,
    at        timestamptz NOT NULL,
    expert_id uuid REFERENCES experts,
    how       text NOT NULL,
    kind      text NOT NULL CHECK (kind IN ('answer', 'order')),
    undone_at timestamptz,
    undone_by text CHECK (undone_by IN ('expert', 'customer')),
    PRIMARY KEY (case_id, at),
    CHECK ((undone_at IS NULL) = (undone_by IS NULL))
);
CREATE UNIQUE INDEX resolutions_now ON resolutions (case_id) WHERE undone_at IS NULL;

-- The customer's word on a case.
CREATE TABLE confirmations (
    case_id   uuid NOT NULL REFERENCES cases,
    at        timestamptz NOT NULL,
    solved    boolean NOT NULL,
    effort    smallint CHECK (effort BETWEEN 1 AND 7),
    nps       smallint CHECK (nps BETWEEN 0 AND 10),
    csat      smallint CHECK (csat BETWEEN 1 AND 5),
    expert_id uuid REFERENCES experts,
    PRIMARY KEY (case_id, at)
);

CREATE TABLE drafts (
    expert_id uuid NOT NULL REFERENCES experts,
    thread_id uuid NOT NULL REFERENCES threads,
    mode      text NOT NULL CHECK (mode IN ('reply', 'note')),
    text      text NOT NULL,
    at        timestamptz NOT NULL,
    PRIMARY KEY (expert_id, thread_id, mode)
);

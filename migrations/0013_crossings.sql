-- Work across the boundary: who of another community serves a case for a while. The case never moves.

-- kind overflow: one episode, by the buddy. kind special_care: a case's episodes, by a named expert, by consent. community_id is the
-- case's, to_id the guest's. ends_at is the automatic end.
CREATE TABLE crossings (
    id           uuid PRIMARY KEY,
    kind         text NOT NULL CHECK (kind IN ('overflow', 'special_care')),
    case_id      uuid NOT NULL REFERENCES cases,
    thread_id    uuid NOT NULL REFERENCES threads,
    episode_id   uuid REFERENCES episodes,
    community_id uuid NOT NULL REFERENCES communities,
    to_id        uuid NOT NULL REFERENCES communities,
    expert_id    uuid NOT NULL,
    reason       text NOT NULL,
    by_id        uuid REFERENCES accounts,
    started_at   timestamptz NOT NULL,
    ends_at      timestamptz NOT NULL,
    ended_at     timestamptz,
    ended_why    text,
    FOREIGN KEY (to_id, expert_id) REFERENCES memberships (community_id, expert_id),
    CHECK (to_id <> community_id),
    CHECK ((kind = 'overflow') = (episode_id IS NOT NULL)),
    CHECK ((kind = 'special_care') = (by_id IS NOT NULL)),
    CHECK (ends_at > started_at),
    CHECK (ended_at >= started_at),
    CHECK ((ended_at IS NULL) = (ended_why IS NULL))
);
CREATE UNIQUE INDEX crossings_running ON crossings (case_id, kind) WHERE ended_at IS NULL;
CREATE INDEX crossings_of_guest ON crossings (expert_id) WHERE ended_at IS NULL;
CREATE INDEX crossings_to ON crossings (to_id) WHERE ended_at IS NULL;
CREATE INDEX crossings_due ON crossings (ends_at) WHERE ended_at IS NULL;
CREATE INDEX crossings_by_community ON crossings (community_id, started_at DESC, id DESC);
CREATE INDEX crossings_by_thread ON crossings (thread_id);
CREATE INDEX crossings_by_episode ON crossings (episode_id);

-- The guest who serves an episode: now, or again when the customer writes. Its crossing's keys stand for the guest.
ALTER TABLE episodes ADD COLUMN guest_id uuid;
ALTER TABLE episodes DROP CONSTRAINT one_place;
ALTER TABLE episodes ADD CONSTRAINT one_place CHECK (
    CASE state
        WHEN 'attended' THEN (attending_id IS NULL) <> (guest_id IS NULL) AND time_given IS NULL
        WHEN 'queued' THEN attending_id IS NULL AND guest_id IS NULL AND time_given IS NOT NULL
        WHEN 'waiting_customer' THEN attending_id IS NULL AND time_given IS NULL
        ELSE attending_id IS NULL AND guest_id IS NULL AND time_given IS NULL
    END);
CREATE INDEX episodes_of_guest ON episodes (guest_id) WHERE guest_id IS NOT NULL;
CREATE INDEX episodes_opened ON episodes (community_id, opened_at);

-- Once an hour at most: too much of what customers asked for was served by the buddy.
CREATE TABLE overflow_warnings (
    community_id uuid NOT NULL REFERENCES communities,
    at           timestamptz NOT NULL,
    episodes     integer NOT NULL,
    overflowed   integer NOT NULL,
    PRIMARY KEY (community_id, at)
);

-- Waits in the queue, each from the moment when its time was given: what the next honest time is made from, and how many
-- were kept. seconds: staffed ones, until the answer, or so far where its first time has passed. What was kept here before told neither the state nor the first time, and makes no honest time.
DROP TABLE waits;
CREATE TABLE waits (
    episode_id   uuid NOT NULL REFERENCES episodes,
    at           timestamptz NOT NULL,
    community_id uuid NOT NULL REFERENCES communities,
    family       text NOT NULL CHECK (family IN ('messaging', 'email', 'voice', 'forum')),
    language     text NOT NULL,
    began        text NOT NULL CHECK (began IN ('staffed', 'later', 'missing')),
    ahead        integer NOT NULL CHECK (ahead >= 0),
    positions    integer NOT NULL CHECK (positions >= 1),
    first_given  timestamptz NOT NULL,
    seconds      real CHECK (seconds >= 0),
    kept         boolean,
    ended_at     timestamptz,
    PRIMARY KEY (episode_id, at),
    CHECK ((seconds IS NULL) = (kept IS NULL)),
    CHECK (ended_at IS NULL OR kept IS NOT NULL)
);
CREATE UNIQUE INDEX waits_open ON waits (episode_id) WHERE ended_at IS NULL;
CREATE INDEX waits_running ON waits (community_id) WHERE ended_at IS NULL;
CREATE INDEX waits_recent ON waits (community_id, family, at DESC) WHERE seconds IS NOT NULL;
CREATE INDEX waits_ended ON waits (ended_at) WHERE ended_at IS NOT NULL;

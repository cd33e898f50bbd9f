-- Every routing decision: what was known, what ruled each candidate out, what decided.
CREATE TABLE decisions (
    id               uuid PRIMARY KEY,
    episode_id       uuid NOT NULL REFERENCES episodes,
    community_id     uuid NOT NULL REFERENCES communities,
    at               timestamptz NOT NULL,
    policy           smallint NOT NULL,
    settings_version integer NOT NULL,
    situation        jsonb NOT NULL,
    codes            smallint[] NOT NULL,
    reason           smallint NOT NULL,
    chosen_id        uuid REFERENCES experts,
    time_given       timestamptz,
    CHECK ((chosen_id IS NULL) = (time_given IS NOT NULL))
);
CREATE INDEX decisions_by_chosen ON decisions (community_id, chosen_id, at DESC);
CREATE INDEX decisions_by_episode ON decisions (episode_id, at DESC);

-- How long queued episodes really waited: what the next honest time is made from.
CREATE TABLE waits (
    community_id uuid NOT NULL REFERENCES communities,
    at           timestamptz NOT NULL,
    episode_id   uuid NOT NULL REFERENCES episodes,
    ahead        integer NOT NULL,
    seconds      real NOT NULL CHECK (seconds >= 0),
    kept         boolean NOT NULL,
    PRIMARY KEY (community_id, at, episode_id)
);

-- Communities, their territories, the people in them, and when those are there.

CREATE TABLE regions (
    id   uuid PRIMARY KEY,
    name text NOT NULL UNIQUE CHECK (name <> '')
);

CREATE TABLE sites (
    id        uuid PRIMARY KEY,
    region_id uuid NOT NULL REFERENCES regions,
    name      text NOT NULL UNIQUE CHECK (name <> ''),
    zone      text NOT NULL
);

CREATE TABLE communities (
    id               uuid PRIMARY KEY REFERENCES streams,
    region_id        uuid NOT NULL REFERENCES regions,
    site_id          uuid REFERENCES sites,
    name             text NOT NULL CHECK (name <> ''),
    hue              smallint NOT NULL DEFAULT 192 CHECK (hue BETWEEN 0 AND 359),
    zone             text NOT NULL,
    languages        text[] NOT NULL DEFAULT '{en}',
    settings         jsonb NOT NULL DEFAULT '{}',
    settings_version integer NOT NULL DEFAULT 1,
    buddy_id         uuid REFERENCES communities CHECK (buddy_id <> id),
    catch_all        boolean NOT NULL DEFAULT false,
    created_at       timestamptz NOT NULL,
    closed_at        timestamptz
);
CREATE UNIQUE INDEX communities_by_name ON communities (lower(name));
CREATE UNIQUE INDEX communities_catch_all ON communities (catch_all) WHERE catch_all;

CREATE TABLE areas (
    area      text PRIMARY KEY CHECK (area <> ''),
    name      text NOT NULL DEFAULT '',
    lat       double precision CHECK (lat BETWEEN -90 AND 90),
    lon       double precision CHECK (lon BETWEEN -180 AND 180),
    customers integer CHECK (customers >= 0),
    contacts  integer CHECK (contacts >= 0)
);

CREATE TABLE adjacency (
    a text NOT NULL REFERENCES areas,
    b text NOT NULL REFERENCES areas,
    PRIMARY KEY (a, b),
    CHECK (a < b)
);

-- Which community an area belongs to, dated. The current row has no end.
CREATE TABLE territories (
    area         text NOT NULL REFERENCES areas,
    community_id uuid NOT NULL REFERENCES communities,
    since        timestamptz NOT NULL,
    until        timestamptz CHECK (until >= since),
    PRIMARY KEY (area, since)
);
CREATE UNIQUE INDEX territories_now ON territories (area) WHERE until IS NULL;
CREATE INDEX territories_by_community ON territories (community_id) WHERE until IS NULL;

-- An expert is an account that answers customers. Seats are the channels they can serve.
CREATE TABLE experts (
    id         uuid PRIMARY KEY REFERENCES accounts,
    ref        text UNIQUE,
    languages  text[] NOT NULL DEFAULT '{en}',
    seats      text[] NOT NULL DEFAULT '{messaging}',
    capacity   real NOT NULL DEFAULT 4 CHECK (capacity > 0 AND capacity <= 100),
    created_at timestamptz NOT NULL
);

CREATE TABLE skills (
    expert_id uuid NOT NULL REFERENCES experts,
    skill     text NOT NULL CHECK (skill <> ''),
    level     smallint NOT NULL CHECK (level BETWEEN 0 AND 5),
    PRIMARY KEY (expert_id, skill)
);

-- Dated, never deleted: what an expert owned stays explained.
CREATE TABLE memberships (
    community_id uuid NOT NULL REFERENCES communities,
    expert_id    uuid NOT NULL REFERENCES experts,
    role         text NOT NULL CHECK (role IN ('manager', 'coach', 'expert')),
    since        timestamptz NOT NULL,
    until        timestamptz CHECK (until >= since),
    PRIMARY KEY (community_id, expert_id)
);
CREATE UNIQUE INDEX memberships_one_now ON memberships (expert_id) WHERE until IS NULL;

CREATE TABLE shifts (
    id        uuid PRIMARY KEY,
    expert_id uuid NOT NULL REFERENCES experts,
    starts_at timestamptz NOT NULL,
    ends_at   timestamptz NOT NULL CHECK (ends_at > starts_at)
);
CREATE INDEX shifts_by_expert ON shifts (expert_id, ends_at);

-- Only 'present' receives work. seated: a browser of theirs has the workspace open, so losing it counts; lost_at is when
-- the last one went. Who is present by a program's word alone is never lost.
CREATE TABLE presence (
    expert_id uuid PRIMARY KEY REFERENCES experts,
    state     text NOT NULL CHECK (state IN ('present', 'away', 'off')),
    since     timestamptz NOT NULL,
    seated    boolean NOT NULL DEFAULT false,
    lost_at   timestamptz
) WITH (fillfactor = 50);
CREATE INDEX presence_lost ON presence (lost_at) WHERE lost_at IS NOT NULL;

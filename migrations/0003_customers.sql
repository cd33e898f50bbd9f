-- Customers, how they are known, and where their home is.

CREATE TABLE households (
    id   uuid PRIMARY KEY,
    ref  text UNIQUE,
    name text NOT NULL DEFAULT ''
);

-- community_id is the home: exactly one at every moment, stored, with its reason.
CREATE TABLE customers (
    id           uuid PRIMARY KEY,
    ref          text UNIQUE,
    name         text NOT NULL DEFAULT '',
    area         text REFERENCES areas,
    household_id uuid REFERENCES households,
    segment      text NOT NULL DEFAULT '',
    language     text NOT NULL DEFAULT '',
    vulnerable   boolean NOT NULL DEFAULT false,
    consent      jsonb NOT NULL DEFAULT '{}',
    pin_id       uuid REFERENCES communities,
    pin_why      text,
    community_id uuid NOT NULL REFERENCES communities,
    created_at   timestamptz NOT NULL,
    erased_at    timestamptz,
    CHECK ((pin_id IS NULL) = (pin_why IS NULL))
);
CREATE INDEX customers_by_household ON customers (household_id) WHERE household_id IS NOT NULL;
CREATE INDEX customers_by_name ON customers (lower(name) text_pattern_ops);
CREATE INDEX customers_by_area ON customers (area);

-- The history of homes. reason: pin, household, territory, catch_all; detail in ids and codes.
CREATE TABLE homes (
    customer_id  uuid NOT NULL REFERENCES customers,
    since        timestamptz NOT NULL,
    community_id uuid NOT NULL REFERENCES communities,
    reason       text NOT NULL CHECK (reason IN ('pin', 'household', 'territory', 'catch_all')),
    detail       text NOT NULL DEFAULT '',
    until        timestamptz CHECK (until >= since),
    PRIMARY KEY (customer_id, since)
);
CREATE UNIQUE INDEX homes_now ON homes (customer_id) WHERE until IS NULL;

-- One identity is one writer. scope is empty for a proved one; an address that was merely typed lives in the
-- scope of who brought it (token and browser), so it meets nobody else's history.
CREATE TABLE identities (
    kind        text NOT NULL CHECK (kind IN ('email', 'phone', 'messenger', 'handle', 'ref')),
    value       text NOT NULL CHECK (value <> ''),
    scope       text NOT NULL,
    customer_id uuid NOT NULL REFERENCES customers,
    since       timestamptz NOT NULL,
    PRIMARY KEY (value, kind, scope)
);
CREATE INDEX identities_by_customer ON identities (customer_id);

-- Sites that may embed the messenger.
CREATE TABLE messenger_sites (
    key        text PRIMARY KEY,
    name       text NOT NULL,
    secret     text NOT NULL,
    origins    text[] NOT NULL,
    created_at timestamptz NOT NULL,
    closed_at  timestamptz
);

-- A browser that writes through the messenger.
CREATE TABLE browsers (
    id          uuid PRIMARY KEY,
    hash        bytea NOT NULL UNIQUE,
    site_key    text NOT NULL REFERENCES messenger_sites,
    customer_id uuid REFERENCES customers,
    proved_at   timestamptz,
    area        text REFERENCES areas,
    created_at  timestamptz NOT NULL,
    seen_at     timestamptz NOT NULL
);
CREATE INDEX browsers_by_customer ON browsers (customer_id);

-- A code sent to an address, to prove it. Only its hash is kept.
CREATE TABLE codes (
    id         uuid PRIMARY KEY,
    browser_id uuid NOT NULL REFERENCES browsers,
    kind       text NOT NULL CHECK (kind IN ('email', 'phone')),
    value      text NOT NULL,
    hash       bytea NOT NULL,
    tries      smallint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    ends_at    timestamptz NOT NULL,
    used_at    timestamptz
);
CREATE INDEX codes_by_browser ON codes (browser_id, created_at DESC);
CREATE INDEX codes_by_value ON codes (value, created_at DESC);

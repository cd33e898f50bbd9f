-- Plans, what was moved by hand in them, what is worked out apart for them, and the waves of them that were applied.

-- The document is the plan's own (coterie/planning/plan.py); none while territories are still being drawn.
CREATE TABLE plans (
    id         uuid PRIMARY KEY,
    name       text NOT NULL CHECK (name <> ''),
    document   jsonb,
    hues       jsonb NOT NULL DEFAULT '{}',
    made_at    timestamptz NOT NULL,
    made_by    uuid REFERENCES accounts,
    changed_at timestamptz NOT NULL,
    version    integer NOT NULL DEFAULT 1,
    deleted_at timestamptz
);

-- An area went from one community of a plan to another. What stood there before and after is kept, so that the way back
-- is exact. Numbers of a plan run from 1; those undone are the last ones, until another move takes their place.
CREATE TABLE plan_changes (
    plan_id   uuid NOT NULL REFERENCES plans ON DELETE CASCADE,
    number    integer NOT NULL CHECK (number > 0),
    area      text NOT NULL,
    from_id   text NOT NULL,
    to_id     text NOT NULL,
    before    jsonb NOT NULL,
    after     jsonb NOT NULL,
    by_id     uuid REFERENCES accounts,
    at        timestamptz NOT NULL,
    undone_at timestamptz,
    PRIMARY KEY (plan_id, number)
);

-- What a process of its own works out for a plan: its territories, or both worlds in the twin.
CREATE TABLE plan_runs (
    id           uuid PRIMARY KEY,
    plan_id      uuid NOT NULL REFERENCES plans ON DELETE CASCADE,
    kind         text NOT NULL CHECK (kind IN ('territories', 'twin')),
    wanted       jsonb NOT NULL,
    plan_version integer NOT NULL,
    asked_at     timestamptz NOT NULL,
    asked_by     uuid REFERENCES accounts,
    began_at     timestamptz,
    beat_at      timestamptz NOT NULL,
    done         integer NOT NULL DEFAULT 0,
    total        integer NOT NULL DEFAULT 0,
    ended_at     timestamptz,
    cancelled_at timestamptz,
    result       jsonb,
    refused      text,
    CHECK (result IS NULL OR refused IS NULL)
);
CREATE INDEX plan_runs_by_plan ON plan_runs (plan_id, asked_at);

-- A wave of a plan in the live system: the change of territories that carries it, and the communities that it founded.
CREATE TABLE plan_waves (
    change_id  uuid PRIMARY KEY REFERENCES territory_changes,
    plan_id    uuid NOT NULL REFERENCES plans,
    wave       integer NOT NULL CHECK (wave >= 0),
    targets    jsonb NOT NULL,
    founded    uuid[] NOT NULL,
    applied_at timestamptz NOT NULL,
    applied_by uuid REFERENCES accounts
);
CREATE INDEX plan_waves_by_plan ON plan_waves (plan_id);

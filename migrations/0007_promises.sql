-- What one of us told a customer will happen, by when. Kept or broken, it stays on record. warn_at and due_at are timers.
CREATE TABLE promises (
    id           uuid PRIMARY KEY,
    case_id      uuid NOT NULL REFERENCES cases,
    thread_id    uuid NOT NULL REFERENCES threads,
    community_id uuid NOT NULL REFERENCES communities,
    expert_id    uuid NOT NULL REFERENCES experts,
    kind         text NOT NULL CHECK (kind IN ('promise', 'call_back')),
    text         text NOT NULL,
    made_at      timestamptz NOT NULL,
    warn_at      timestamptz NOT NULL,
    due_at       timestamptz NOT NULL,
    warned_at    timestamptz,
    kept_at      timestamptz,
    kept_by      uuid REFERENCES experts,
    broken_at    timestamptz,
    CHECK (due_at > made_at),
    CHECK (warn_at BETWEEN made_at AND due_at),
    CHECK ((kept_at IS NULL) = (kept_by IS NULL)),
    CHECK (broken_at >= due_at)
);
CREATE INDEX promises_by_thread ON promises (thread_id);
CREATE INDEX promises_open ON promises (case_id) WHERE kept_at IS NULL;
CREATE INDEX promises_warn ON promises (warn_at) WHERE kept_at IS NULL AND broken_at IS NULL AND warned_at IS NULL;
CREATE INDEX promises_due ON promises (due_at) WHERE kept_at IS NULL AND broken_at IS NULL;

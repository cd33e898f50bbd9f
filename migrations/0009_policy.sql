-- What the policy sees of warm-up and of ratings.

-- When somebody began to be there: kept over breaks, gone when they go.
ALTER TABLE presence ADD COLUMN began_at timestamptz;
UPDATE presence SET began_at = since WHERE state <> 'off';
ALTER TABLE presence ADD CHECK ((state = 'off') = (began_at IS NULL));

-- Whom a customer rated badly when they last rated them: they do not return to them.
CREATE TABLE bad_ratings (
    customer_id uuid NOT NULL REFERENCES customers,
    expert_id   uuid NOT NULL REFERENCES experts,
    at          timestamptz NOT NULL,
    PRIMARY KEY (customer_id, expert_id)
);

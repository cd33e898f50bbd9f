-- What changes where a customer's home is: territory changes, and customers who turn out to be one person.

-- Areas that go from one community to another at a time. at: from when; began_at: the areas have moved and homes follow, in
-- batches, as far as last_area and last_id; undo_began_at: the same on the way back. total: who lives there, looked: how
-- many of them were looked at.
CREATE TABLE territory_changes (
    id            uuid PRIMARY KEY,
    by_id         uuid REFERENCES accounts,
    made_at       timestamptz NOT NULL,
    at            timestamptz NOT NULL,
    began_at      timestamptz,
    done_at       timestamptz,
    cancelled_at  timestamptz,
    undo_began_at timestamptz,
    undone_at     timestamptz,
    undone_by     uuid REFERENCES accounts,
    last_area     text,
    last_id       uuid,
    looked        integer NOT NULL DEFAULT 0,
    total         integer NOT NULL DEFAULT 0,
    CHECK (cancelled_at IS NULL OR began_at IS NULL),
    CHECK (done_at IS NULL OR began_at IS NOT NULL),
    CHECK (undo_began_at IS NULL OR done_at IS NOT NULL),
    CHECK (undone_at IS NULL OR undo_began_at IS NOT NULL)
);
CREATE INDEX territory_changes_planned ON territory_changes (at) WHERE done_at IS NULL AND cancelled_at IS NULL;
CREATE INDEX territory_changes_undoing ON territory_changes (undo_began_at)
    WHERE undo_began_at IS NOT NULL AND undone_at IS NULL;

-- from_id: who had the area when the change was made; empty for nobody. left_alone: the undo found it with somebody else.
CREATE TABLE territory_change_areas (
    change_id  uuid NOT NULL REFERENCES territory_changes,
    area       text NOT NULL REFERENCES areas,
    from_id    uuid REFERENCES communities,
    to_id      uuid NOT NULL REFERENCES communities,
    left_alone boolean NOT NULL DEFAULT false,
    PRIMARY KEY (change_id, area)
);
CREATE INDEX territory_change_areas_by_area ON territory_change_areas (area);

-- Homes follow area by area.
DROP INDEX customers_by_area;
CREATE INDEX customers_by_area ON customers (area, id);

-- Which change of territories brought this home, if one did.
ALTER TABLE homes ADD COLUMN change_id uuid REFERENCES territory_changes;
CREATE INDEX homes_by_change ON homes (change_id) WHERE change_id IS NOT NULL;

-- merged_id: this record is part of that customer, who survived. One step: a survivor is never merged itself.
ALTER TABLE customers ADD COLUMN merged_id uuid REFERENCES customers CHECK (merged_id <> id);
CREATE INDEX customers_merged ON customers (merged_id) WHERE merged_id IS NOT NULL;

-- Two records of one person. member_ids: the records that came with other_id, itself among them. took: what the survivor
-- had not and the other had.
CREATE TABLE merges (
    id          uuid PRIMARY KEY,
    customer_id uuid NOT NULL REFERENCES customers,
    other_id    uuid NOT NULL REFERENCES customers,
    member_ids  uuid[] NOT NULL,
    took        text[] NOT NULL,
    at          timestamptz NOT NULL,
    by_id       uuid REFERENCES accounts,
    undone_at   timestamptz,
    undone_by   uuid REFERENCES accounts,
    CHECK (customer_id <> other_id)
);
CREATE UNIQUE INDEX merges_standing ON merges (other_id) WHERE undone_at IS NULL;
CREATE INDEX merges_by_customer ON merges (customer_id, at);

-- The record whose it was before a merge: an address, a case, a message. Empty until the first merge.
ALTER TABLE identities ADD COLUMN record_id uuid REFERENCES customers;
ALTER TABLE cases ADD COLUMN record_id uuid REFERENCES customers;
ALTER TABLE messages ADD COLUMN record_id uuid;

-- The threads of two records while they are one: put aside as they were, and into which they went. A thread's numbers
-- never change: the one of both is a new one. Kept after an undo, so that an old address still leads somewhere.
CREATE TABLE joined_threads (
    id                 uuid NOT NULL,
    merge_id           uuid NOT NULL REFERENCES merges,
    customer_id        uuid NOT NULL REFERENCES customers,
    into_id            uuid NOT NULL,
    last_at            timestamptz NOT NULL,
    customer_delivered integer NOT NULL,
    customer_read      integer NOT NULL,
    our_read           integer NOT NULL,
    created_at         timestamptz NOT NULL,
    PRIMARY KEY (merge_id, customer_id)
);
CREATE INDEX joined_threads_by_id ON joined_threads (id);
CREATE INDEX joined_threads_by_into ON joined_threads (into_id);

-- A survivor's old and new thread exchange places inside one transaction.
ALTER TABLE threads DROP CONSTRAINT threads_customer_id_key;
ALTER TABLE threads ADD CONSTRAINT threads_customer_id_key UNIQUE (customer_id) DEFERRABLE INITIALLY IMMEDIATE;

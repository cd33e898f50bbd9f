-- A case goes from one member of its community to another, with a written brief, and may come back. Never across the boundary:
-- both are members of the case's community, by foreign key.
CREATE TABLE handovers (
    id           uuid PRIMARY KEY,
    case_id      uuid NOT NULL REFERENCES cases,
    community_id uuid NOT NULL,
    from_id      uuid NOT NULL,
    to_id        uuid NOT NULL,
    by_id        uuid NOT NULL REFERENCES accounts,
    brief        text NOT NULL,
    at           timestamptz NOT NULL,
    returned_at  timestamptz,
    FOREIGN KEY (community_id, from_id) REFERENCES memberships (community_id, expert_id),
    FOREIGN KEY (community_id, to_id) REFERENCES memberships (community_id, expert_id),
    CHECK (from_id <> to_id)
);
CREATE INDEX handovers_by_case ON handovers (case_id);

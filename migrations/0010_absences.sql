-- Times in which somebody is not there: planned, running, over. Of one person no two that are still to come or running overlap:
-- the verbs see to it, since they hold the community's stream. hands_over: it lasts so many working days that cases change hands.
CREATE TABLE absences (
    id           uuid PRIMARY KEY,
    expert_id    uuid NOT NULL,
    community_id uuid NOT NULL,
    starts_at    timestamptz NOT NULL,
    ends_at      timestamptz NOT NULL CHECK (ends_at > starts_at),
    why          text NOT NULL CHECK (why IN ('leave', 'sick', 'training', 'other')),
    deputy_id    uuid CHECK (deputy_id <> expert_id),
    days         integer NOT NULL CHECK (days >= 0),
    hands_over   boolean NOT NULL,
    recorded_by  uuid REFERENCES accounts,
    recorded_at  timestamptz NOT NULL,
    begun_at     timestamptz,
    ended_at     timestamptz,
    cancelled_at timestamptz,
    seen_at      timestamptz,
    FOREIGN KEY (community_id, expert_id) REFERENCES memberships (community_id, expert_id),
    FOREIGN KEY (community_id, deputy_id) REFERENCES memberships (community_id, expert_id),
    CHECK (ended_at IS NULL OR begun_at IS NOT NULL),
    CHECK (cancelled_at IS NULL OR begun_at IS NULL)
);
CREATE INDEX absences_by_expert ON absences (expert_id, starts_at);
CREATE INDEX absences_alive ON absences (expert_id) WHERE ended_at IS NULL AND cancelled_at IS NULL;
CREATE INDEX absences_of_community ON absences (community_id, ends_at);
CREATE INDEX absences_begin ON absences (starts_at) WHERE begun_at IS NULL AND cancelled_at IS NULL;
CREATE INDEX absences_end ON absences (ends_at) WHERE begun_at IS NOT NULL AND ended_at IS NULL;

-- What an owner wrote for whoever takes a case over while they are absent.
CREATE TABLE briefs (
    absence_id uuid NOT NULL REFERENCES absences,
    case_id    uuid NOT NULL REFERENCES cases,
    text       text NOT NULL,
    PRIMARY KEY (absence_id, case_id)
);
CREATE INDEX briefs_by_case ON briefs (case_id);

-- A handover by itself has nobody who did it. It returns when its absence is over.
ALTER TABLE handovers
    ALTER COLUMN by_id DROP NOT NULL,
    ADD COLUMN reason text NOT NULL DEFAULT 'by_hand' CHECK (reason IN ('by_hand', 'absence', 'leaving')),
    ADD COLUMN absence_id uuid REFERENCES absences,
    ADD COLUMN read_at timestamptz,
    ADD CHECK ((reason = 'absence') = (absence_id IS NOT NULL));
CREATE INDEX handovers_by_absence ON handovers (absence_id) WHERE returned_at IS NULL;

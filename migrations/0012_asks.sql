-- A request for help on a case. It never changes who owns the case or attends to the customer: nothing here points at
-- either. step_ends_at is a timer.
CREATE TABLE asks (
    id           uuid PRIMARY KEY,
    case_id      uuid NOT NULL REFERENCES cases,
    community_id uuid NOT NULL REFERENCES communities,
    episode_id   uuid REFERENCES episodes,
    asked_by     uuid,
    language     text NOT NULL DEFAULT '',
    topic        text NOT NULL,
    text         text NOT NULL,
    urgency      text NOT NULL CHECK (urgency IN ('normal', 'urgent')),
    state        text NOT NULL CHECK (state IN ('open', 'accepted', 'answered', 'withdrawn', 'unanswered')),
    at           timestamptz NOT NULL,
    step         text NOT NULL CHECK (step IN ('teammate', 'coach', 'manager', 'speaker')),
    step_ends_at timestamptz,
    accepted_by  uuid,
    accepted_at  timestamptz,
    answered_by  uuid,
    answer       text NOT NULL DEFAULT '',
    answered_at  timestamptz,
    thanked_at   timestamptz,
    ended_at     timestamptz,
    FOREIGN KEY (community_id, asked_by) REFERENCES memberships (community_id, expert_id),
    FOREIGN KEY (community_id, accepted_by) REFERENCES memberships (community_id, expert_id),
    FOREIGN KEY (community_id, answered_by) REFERENCES memberships (community_id, expert_id),
    CHECK ((asked_by IS NULL) = (episode_id IS NOT NULL AND language <> '')),
    CHECK ((state = 'accepted') = (accepted_by IS NOT NULL)),
    CHECK ((accepted_by IS NULL) = (accepted_at IS NULL)),
    CHECK ((state = 'answered') = (answered_by IS NOT NULL)),
    CHECK ((answered_by IS NULL) = (answered_at IS NULL)),
    CHECK (answered_by <> asked_by),
    CHECK (thanked_at IS NULL OR state = 'answered'),
    CHECK ((state IN ('open', 'accepted')) = (ended_at IS NULL)),
    CHECK (step_ends_at IS NULL OR ended_at IS NULL),
    CHECK (state <> 'accepted' OR step_ends_at IS NOT NULL)
);
CREATE INDEX asks_by_case ON asks (case_id);
CREATE INDEX asks_by_community ON asks (community_id, at, id);
CREATE INDEX asks_alive ON asks (community_id) WHERE ended_at IS NULL;
CREATE INDEX asks_due ON asks (step_ends_at) WHERE ended_at IS NULL;
CREATE INDEX asks_answered ON asks (community_id, topic, answered_at) WHERE answered_at IS NOT NULL;
CREATE UNIQUE INDEX asks_once_for_a_language ON asks (episode_id) WHERE episode_id IS NOT NULL;

-- Everybody who was asked, once each. why: the words of who declined, or the code why somebody was passed over.
CREATE TABLE asked (
    ask_id     uuid NOT NULL REFERENCES asks,
    expert_id  uuid NOT NULL REFERENCES experts,
    step       text NOT NULL CHECK (step IN ('teammate', 'coach', 'manager', 'speaker')),
    state      text NOT NULL CHECK (state IN ('waiting', 'accepted', 'declined', 'passed_over')),
    at         timestamptz NOT NULL,
    settled_at timestamptz,
    why        text NOT NULL DEFAULT '',
    PRIMARY KEY (ask_id, expert_id),
    CHECK ((state = 'waiting') = (settled_at IS NULL)),
    CHECK (state <> 'passed_over' OR why IN ('time', 'taken', 'gone', 'over'))
);
CREATE INDEX asked_waiting ON asked (expert_id) WHERE state IN ('waiting', 'accepted');
CREATE UNIQUE INDEX asked_one_holder ON asked (ask_id) WHERE state = 'accepted';

ALTER TABLE drafts DROP CONSTRAINT drafts_mode_check;
ALTER TABLE drafts ADD CONSTRAINT drafts_mode_check CHECK (mode IN ('reply', 'note', 'ask'));

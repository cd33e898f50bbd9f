-- Surveys: now and then a customer is asked how it was. At most one in a month of the cases that are theirs today.
CREATE TABLE surveys (
    id          uuid PRIMARY KEY,
    case_id     uuid NOT NULL REFERENCES cases,
    asked_at    timestamptz NOT NULL,
    ends_at     timestamptz NOT NULL CHECK (ends_at > asked_at),
    answered_at timestamptz,
    declined_at timestamptz,
    nps         smallint CHECK (nps BETWEEN 0 AND 10),
    csat        smallint CHECK (csat BETWEEN 1 AND 5),
    CHECK (answered_at IS NULL OR declined_at IS NULL),
    CHECK ((answered_at IS NOT NULL) = (nps IS NOT NULL OR csat IS NOT NULL))
);
CREATE INDEX surveys_by_case ON surveys (case_id);

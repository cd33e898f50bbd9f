-- Months that are over, added up: a year is then twelve rows of a figure and the days at its ends. A month of which a day
-- changes has no rows until it is added up anew; `figure_months_due` names those.
CREATE TABLE figure_months (
    community_id uuid NOT NULL,
    figure       text NOT NULL,
    month        date NOT NULL,
    groups       smallint[] NOT NULL,
    numbers      integer[] NOT NULL,
    sums         double precision[] NOT NULL,
    PRIMARY KEY (community_id, figure, month)
);

CREATE TABLE figure_months_due (
    month        date NOT NULL,
    community_id uuid NOT NULL,
    PRIMARY KEY (month, community_id)
);
-- When the log is to be read on by itself: not each second, since whose life goes on is read whole.
ALTER TABLE figures_read ADD COLUMN due_at timestamptz NOT NULL DEFAULT '-infinity';

INSERT INTO figure_months_due SELECT DISTINCT date_trunc('month', day)::date, community_id FROM figure_days;

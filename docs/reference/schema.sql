-- The schema that the migrations give. Written by `make schema`; a test keeps the two together.


CREATE FUNCTION public.case_keeps_community() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'case % cannot leave its community', OLD.id USING ERRCODE = 'check_violation';
END $$;

CREATE FUNCTION public.case_owner_is_member() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (
        SELECT FROM cases c
        JOIN memberships m ON m.community_id = c.community_id AND m.expert_id = c.owner_id
        WHERE c.id = NEW.id AND c.state <> 'closed' AND m.until IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'the owner of case % is no longer a member of its community', NEW.id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.membership_owns_nothing() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (
        SELECT FROM cases c
        JOIN memberships m ON m.community_id = c.community_id AND m.expert_id = c.owner_id
        WHERE c.community_id = NEW.community_id AND c.owner_id = NEW.expert_id
          AND c.state <> 'closed' AND m.until IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'expert % still owns cases that are open or in watch', NEW.expert_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TABLE public.absences (
    id uuid NOT NULL,
    expert_id uuid NOT NULL,
    community_id uuid NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    why text NOT NULL,
    deputy_id uuid,
    days integer NOT NULL,
    hands_over boolean NOT NULL,
    recorded_by uuid,
    recorded_at timestamp with time zone NOT NULL,
    begun_at timestamp with time zone,
    ended_at timestamp with time zone,
    cancelled_at timestamp with time zone,
    seen_at timestamp with time zone,
    CONSTRAINT absences_check CHECK ((ends_at > starts_at)),
    CONSTRAINT absences_check1 CHECK ((deputy_id <> expert_id)),
    CONSTRAINT absences_check2 CHECK (((ended_at IS NULL) OR (begun_at IS NOT NULL))),
    CONSTRAINT absences_check3 CHECK (((cancelled_at IS NULL) OR (begun_at IS NULL))),
    CONSTRAINT absences_days_check CHECK ((days >= 0)),
    CONSTRAINT absences_why_check CHECK ((why = ANY (ARRAY['leave'::text, 'sick'::text, 'training'::text, 'other'::text])))
);

CREATE TABLE public.accounts (
    id uuid NOT NULL,
    email text NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    password_hash text,
    zone text,
    preferences jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    CONSTRAINT accounts_name_check CHECK ((name <> ''::text)),
    CONSTRAINT accounts_role_check CHECK ((role = ANY (ARRAY['admin'::text, 'planner'::text, 'manager'::text, 'coach'::text, 'expert'::text, 'specialist'::text])))
);

CREATE TABLE public.adjacency (
    a text NOT NULL,
    b text NOT NULL,
    CONSTRAINT adjacency_check CHECK ((a < b))
);

CREATE TABLE public.areas (
    area text NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    lat double precision,
    lon double precision,
    customers integer,
    contacts integer,
    CONSTRAINT areas_area_check CHECK ((area <> ''::text)),
    CONSTRAINT areas_contacts_check CHECK ((contacts >= 0)),
    CONSTRAINT areas_customers_check CHECK ((customers >= 0)),
    CONSTRAINT areas_lat_check CHECK (((lat >= ('-90'::integer)::double precision) AND (lat <= (90)::double precision))),
    CONSTRAINT areas_lon_check CHECK (((lon >= ('-180'::integer)::double precision) AND (lon <= (180)::double precision)))
);

CREATE TABLE public.asked (
    ask_id uuid NOT NULL,
    expert_id uuid NOT NULL,
    step text NOT NULL,
    state text NOT NULL,
    at timestamp with time zone NOT NULL,
    settled_at timestamp with time zone,
    why text DEFAULT ''::text NOT NULL,
    CONSTRAINT asked_check CHECK (((state = 'waiting'::text) = (settled_at IS NULL))),
    CONSTRAINT asked_check1 CHECK (((state <> 'passed_over'::text) OR (why = ANY (ARRAY['time'::text, 'taken'::text, 'gone'::text, 'over'::text])))),
    CONSTRAINT asked_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'accepted'::text, 'declined'::text, 'passed_over'::text]))),
    CONSTRAINT asked_step_check CHECK ((step = ANY (ARRAY['teammate'::text, 'coach'::text, 'manager'::text, 'speaker'::text])))
);

CREATE TABLE public.asks (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    community_id uuid NOT NULL,
    episode_id uuid,
    asked_by uuid,
    language text DEFAULT ''::text NOT NULL,
    topic text NOT NULL,
    text text NOT NULL,
    urgency text NOT NULL,
    state text NOT NULL,
    at timestamp with time zone NOT NULL,
    step text NOT NULL,
    step_ends_at timestamp with time zone,
    accepted_by uuid,
    accepted_at timestamp with time zone,
    answered_by uuid,
    answer text DEFAULT ''::text NOT NULL,
    answered_at timestamp with time zone,
    thanked_at timestamp with time zone,
    ended_at timestamp with time zone,
    CONSTRAINT asks_check CHECK (((asked_by IS NULL) = ((episode_id IS NOT NULL) AND (language <> ''::text)))),
    CONSTRAINT asks_check1 CHECK (((state = 'accepted'::text) = (accepted_by IS NOT NULL))),
    CONSTRAINT asks_check2 CHECK (((accepted_by IS NULL) = (accepted_at IS NULL))),
    CONSTRAINT asks_check3 CHECK (((state = 'answered'::text) = (answered_by IS NOT NULL))),
    CONSTRAINT asks_check4 CHECK (((answered_by IS NULL) = (answered_at IS NULL))),
    CONSTRAINT asks_check5 CHECK ((answered_by <> asked_by)),
    CONSTRAINT asks_check6 CHECK (((thanked_at IS NULL) OR (state = 'answered'::text))),
    CONSTRAINT asks_check7 CHECK (((state = ANY (ARRAY['open'::text, 'accepted'::text])) = (ended_at IS NULL))),
    CONSTRAINT asks_check8 CHECK (((step_ends_at IS NULL) OR (ended_at IS NULL))),
    CONSTRAINT asks_check9 CHECK (((state <> 'accepted'::text) OR (step_ends_at IS NOT NULL))),
    CONSTRAINT asks_state_check CHECK ((state = ANY (ARRAY['open'::text, 'accepted'::text, 'answered'::text, 'withdrawn'::text, 'unanswered'::text]))),
    CONSTRAINT asks_step_check CHECK ((step = ANY (ARRAY['teammate'::text, 'coach'::text, 'manager'::text, 'speaker'::text]))),
    CONSTRAINT asks_urgency_check CHECK ((urgency = ANY (ARRAY['normal'::text, 'urgent'::text])))
);

CREATE TABLE public.attachments (
    id uuid NOT NULL,
    thread_id uuid,
    message_id uuid,
    owner_id uuid NOT NULL,
    name text NOT NULL,
    media_type text NOT NULL,
    size integer NOT NULL,
    bytes bytea NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT attachments_size_check CHECK ((size > 0))
);
ALTER TABLE ONLY public.attachments ALTER COLUMN bytes SET STORAGE EXTERNAL;

CREATE TABLE public.audit (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    account_id uuid,
    verb text NOT NULL,
    object text NOT NULL,
    object_id text NOT NULL,
    change jsonb DEFAULT '{}'::jsonb NOT NULL
);

ALTER TABLE public.audit ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.bad_ratings (
    customer_id uuid NOT NULL,
    expert_id uuid NOT NULL,
    at timestamp with time zone NOT NULL
);

CREATE TABLE public.briefs (
    absence_id uuid NOT NULL,
    case_id uuid NOT NULL,
    text text NOT NULL
);

CREATE TABLE public.browsers (
    id uuid NOT NULL,
    hash bytea NOT NULL,
    site_key text NOT NULL,
    customer_id uuid,
    proved_at timestamp with time zone,
    area text,
    created_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL
);

CREATE TABLE public.cases (
    id uuid NOT NULL,
    thread_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    community_id uuid NOT NULL,
    topic text DEFAULT ''::text NOT NULL,
    title text DEFAULT ''::text NOT NULL,
    state text NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    spoken_at timestamp with time zone NOT NULL,
    owner_id uuid,
    owned_at timestamp with time zone,
    answered_at timestamp with time zone,
    watch_ends_at timestamp with time zone,
    closed_at timestamp with time zone,
    record_id uuid,
    CONSTRAINT cases_check CHECK (((owner_id IS NULL) = (owned_at IS NULL))),
    CONSTRAINT cases_check1 CHECK (((state = 'watched'::text) = (watch_ends_at IS NOT NULL))),
    CONSTRAINT cases_check2 CHECK (((state = 'closed'::text) = (closed_at IS NOT NULL))),
    CONSTRAINT cases_check3 CHECK (((answered_at IS NULL) OR (owner_id IS NOT NULL))),
    CONSTRAINT cases_state_check CHECK ((state = ANY (ARRAY['open'::text, 'watched'::text, 'closed'::text])))
)
WITH (fillfactor='80');

CREATE TABLE public.codes (
    id uuid NOT NULL,
    browser_id uuid NOT NULL,
    kind text NOT NULL,
    value text NOT NULL,
    hash bytea NOT NULL,
    tries smallint DEFAULT 0 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT codes_kind_check CHECK ((kind = ANY (ARRAY['email'::text, 'phone'::text])))
);

CREATE TABLE public.communities (
    id uuid NOT NULL,
    region_id uuid NOT NULL,
    site_id uuid,
    name text NOT NULL,
    hue smallint DEFAULT 192 NOT NULL,
    zone text NOT NULL,
    languages text[] DEFAULT '{en}'::text[] NOT NULL,
    settings jsonb DEFAULT '{}'::jsonb NOT NULL,
    settings_version integer DEFAULT 1 NOT NULL,
    buddy_id uuid,
    catch_all boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    CONSTRAINT communities_check CHECK ((buddy_id <> id)),
    CONSTRAINT communities_hue_check CHECK (((hue >= 0) AND (hue <= 359))),
    CONSTRAINT communities_name_check CHECK ((name <> ''::text))
);

CREATE TABLE public.confirmations (
    case_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    solved boolean NOT NULL,
    effort smallint,
    nps smallint,
    csat smallint,
    expert_id uuid,
    CONSTRAINT confirmations_csat_check CHECK (((csat >= 1) AND (csat <= 5))),
    CONSTRAINT confirmations_effort_check CHECK (((effort >= 1) AND (effort <= 7))),
    CONSTRAINT confirmations_nps_check CHECK (((nps >= 0) AND (nps <= 10)))
);

CREATE TABLE public.crossings (
    id uuid NOT NULL,
    kind text NOT NULL,
    case_id uuid NOT NULL,
    thread_id uuid NOT NULL,
    episode_id uuid,
    community_id uuid NOT NULL,
    to_id uuid NOT NULL,
    expert_id uuid NOT NULL,
    reason text NOT NULL,
    by_id uuid,
    started_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    ended_why text,
    CONSTRAINT crossings_check CHECK ((to_id <> community_id)),
    CONSTRAINT crossings_check1 CHECK (((kind = 'overflow'::text) = (episode_id IS NOT NULL))),
    CONSTRAINT crossings_check2 CHECK (((kind = 'special_care'::text) = (by_id IS NOT NULL))),
    CONSTRAINT crossings_check3 CHECK ((ends_at > started_at)),
    CONSTRAINT crossings_check4 CHECK ((ended_at >= started_at)),
    CONSTRAINT crossings_check5 CHECK (((ended_at IS NULL) = (ended_why IS NULL))),
    CONSTRAINT crossings_kind_check CHECK ((kind = ANY (ARRAY['overflow'::text, 'special_care'::text])))
);

CREATE TABLE public.customers (
    id uuid NOT NULL,
    ref text,
    name text DEFAULT ''::text NOT NULL,
    area text,
    household_id uuid,
    segment text DEFAULT ''::text NOT NULL,
    language text DEFAULT ''::text NOT NULL,
    vulnerable boolean DEFAULT false NOT NULL,
    consent jsonb DEFAULT '{}'::jsonb NOT NULL,
    pin_id uuid,
    pin_why text,
    community_id uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    erased_at timestamp with time zone,
    merged_id uuid,
    CONSTRAINT customers_check CHECK (((pin_id IS NULL) = (pin_why IS NULL))),
    CONSTRAINT customers_check1 CHECK ((merged_id <> id))
);

CREATE TABLE public.decisions (
    id uuid NOT NULL,
    episode_id uuid NOT NULL,
    community_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    policy smallint NOT NULL,
    settings_version integer NOT NULL,
    situation jsonb NOT NULL,
    codes smallint[] NOT NULL,
    reason smallint NOT NULL,
    chosen_id uuid,
    time_given timestamp with time zone,
    CONSTRAINT decisions_check CHECK (((chosen_id IS NULL) = (time_given IS NOT NULL)))
);

CREATE TABLE public.drafts (
    expert_id uuid NOT NULL,
    thread_id uuid NOT NULL,
    mode text NOT NULL,
    text text NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT drafts_mode_check CHECK ((mode = ANY (ARRAY['reply'::text, 'note'::text, 'ask'::text])))
);

CREATE TABLE public.episodes (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    thread_id uuid NOT NULL,
    community_id uuid NOT NULL,
    channel text NOT NULL,
    state text NOT NULL,
    attending_id uuid,
    served_by uuid,
    opened_at timestamp with time zone NOT NULL,
    waiting_since timestamp with time zone,
    answer_by timestamp with time zone,
    time_given timestamp with time zone,
    turn_at timestamp with time zone,
    quiet_at timestamp with time zone,
    wake_at timestamp with time zone,
    waits_on text,
    ended_at timestamp with time zone,
    placed_because text,
    guest_id uuid,
    CONSTRAINT episodes_channel_check CHECK ((channel = ANY (ARRAY['messenger'::text, 'email'::text, 'sms'::text, 'voice'::text, 'forum'::text, 'social'::text]))),
    CONSTRAINT episodes_check CHECK (((state = ANY (ARRAY['queued'::text, 'attended'::text])) = (waiting_since IS NOT NULL))),
    CONSTRAINT episodes_check1 CHECK (((state = ANY (ARRAY['queued'::text, 'attended'::text])) = (answer_by IS NOT NULL))),
    CONSTRAINT episodes_check2 CHECK (((state = 'waiting_customer'::text) = (quiet_at IS NOT NULL))),
    CONSTRAINT episodes_check3 CHECK (((state = 'snoozed'::text) = (wake_at IS NOT NULL))),
    CONSTRAINT episodes_check4 CHECK (((state = 'waiting_third'::text) = (waits_on IS NOT NULL))),
    CONSTRAINT episodes_check5 CHECK (((state = 'quiet'::text) = (ended_at IS NOT NULL))),
    CONSTRAINT episodes_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'attended'::text, 'waiting_customer'::text, 'waiting_third'::text, 'snoozed'::text, 'quiet'::text]))),
    CONSTRAINT one_place CHECK (
CASE state
    WHEN 'attended'::text THEN (((attending_id IS NULL) <> (guest_id IS NULL)) AND (time_given IS NULL))
    WHEN 'queued'::text THEN ((attending_id IS NULL) AND (guest_id IS NULL) AND (time_given IS NOT NULL))
    WHEN 'waiting_customer'::text THEN ((attending_id IS NULL) AND (time_given IS NULL))
    ELSE ((attending_id IS NULL) AND (guest_id IS NULL) AND (time_given IS NULL))
END)
)
WITH (fillfactor='70');

CREATE TABLE public.eras (
    number smallint NOT NULL,
    cluster text NOT NULL,
    began_at timestamp with time zone NOT NULL
);

CREATE TABLE public.events (
    stream_id uuid NOT NULL,
    number bigint NOT NULL,
    era smallint NOT NULL,
    transaction xid8 DEFAULT pg_current_xact_id() NOT NULL,
    at timestamp with time zone NOT NULL,
    kind text NOT NULL,
    ids jsonb NOT NULL,
    "values" jsonb NOT NULL
);

CREATE TABLE public.experts (
    id uuid NOT NULL,
    ref text,
    languages text[] DEFAULT '{en}'::text[] NOT NULL,
    seats text[] DEFAULT '{messaging}'::text[] NOT NULL,
    capacity real DEFAULT 4 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT experts_capacity_check CHECK (((capacity > (0)::double precision) AND (capacity <= (100)::double precision)))
);

CREATE TABLE public.figure_answers (
    customer_id uuid NOT NULL,
    figure text NOT NULL,
    record_id uuid NOT NULL,
    community_id uuid NOT NULL,
    case_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    day date NOT NULL,
    value double precision NOT NULL
);

CREATE TABLE public.figure_days (
    community_id uuid NOT NULL,
    figure text NOT NULL,
    day date NOT NULL,
    groups smallint[] NOT NULL,
    numbers integer[] NOT NULL,
    sums double precision[] NOT NULL
);

CREATE TABLE public.figure_months (
    community_id uuid NOT NULL,
    figure text NOT NULL,
    month date NOT NULL,
    groups smallint[] NOT NULL,
    numbers integer[] NOT NULL,
    sums double precision[] NOT NULL
);

CREATE TABLE public.figure_months_due (
    month date NOT NULL,
    community_id uuid NOT NULL
);

CREATE TABLE public.figures_read (
    one boolean DEFAULT true NOT NULL,
    version integer NOT NULL,
    era smallint NOT NULL,
    transaction xid8 NOT NULL,
    stream_id uuid NOT NULL,
    number bigint NOT NULL,
    walked uuid,
    due_at timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    CONSTRAINT figures_read_one_check CHECK (one)
);

CREATE TABLE public.handovers (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    community_id uuid NOT NULL,
    from_id uuid NOT NULL,
    to_id uuid NOT NULL,
    by_id uuid,
    brief text NOT NULL,
    at timestamp with time zone NOT NULL,
    returned_at timestamp with time zone,
    reason text DEFAULT 'by_hand'::text NOT NULL,
    absence_id uuid,
    read_at timestamp with time zone,
    CONSTRAINT handovers_check CHECK ((from_id <> to_id)),
    CONSTRAINT handovers_check1 CHECK (((reason = 'absence'::text) = (absence_id IS NOT NULL))),
    CONSTRAINT handovers_reason_check CHECK ((reason = ANY (ARRAY['by_hand'::text, 'absence'::text, 'leaving'::text])))
);

CREATE TABLE public.homes (
    customer_id uuid NOT NULL,
    since timestamp with time zone NOT NULL,
    community_id uuid NOT NULL,
    reason text NOT NULL,
    detail text DEFAULT ''::text NOT NULL,
    until timestamp with time zone,
    change_id uuid,
    CONSTRAINT homes_check CHECK ((until >= since)),
    CONSTRAINT homes_reason_check CHECK ((reason = ANY (ARRAY['pin'::text, 'household'::text, 'territory'::text, 'catch_all'::text])))
);

CREATE TABLE public.households (
    id uuid NOT NULL,
    ref text,
    name text DEFAULT ''::text NOT NULL
);

CREATE TABLE public.identities (
    kind text NOT NULL,
    value text NOT NULL,
    scope text NOT NULL,
    customer_id uuid NOT NULL,
    since timestamp with time zone NOT NULL,
    record_id uuid,
    CONSTRAINT identities_kind_check CHECK ((kind = ANY (ARRAY['email'::text, 'phone'::text, 'messenger'::text, 'handle'::text, 'ref'::text]))),
    CONSTRAINT identities_value_check CHECK ((value <> ''::text))
);

CREATE TABLE public.joined_threads (
    id uuid NOT NULL,
    merge_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    into_id uuid NOT NULL,
    last_at timestamp with time zone NOT NULL,
    customer_delivered integer NOT NULL,
    customer_read integer NOT NULL,
    our_read integer NOT NULL,
    created_at timestamp with time zone NOT NULL
);

CREATE TABLE public.keys (
    owner_id uuid NOT NULL,
    key text NOT NULL,
    body bytea NOT NULL,
    answer jsonb NOT NULL,
    at timestamp with time zone NOT NULL
);

CREATE TABLE public.memberships (
    community_id uuid NOT NULL,
    expert_id uuid NOT NULL,
    role text NOT NULL,
    since timestamp with time zone NOT NULL,
    until timestamp with time zone,
    CONSTRAINT memberships_check CHECK ((until >= since)),
    CONSTRAINT memberships_role_check CHECK ((role = ANY (ARRAY['manager'::text, 'coach'::text, 'expert'::text])))
);

CREATE TABLE public.merges (
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    other_id uuid NOT NULL,
    member_ids uuid[] NOT NULL,
    took text[] NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id uuid,
    undone_at timestamp with time zone,
    undone_by uuid,
    CONSTRAINT merges_check CHECK ((customer_id <> other_id))
);

CREATE TABLE public.messages (
    id uuid NOT NULL,
    thread_id uuid NOT NULL,
    number integer NOT NULL,
    community_id uuid NOT NULL,
    case_id uuid NOT NULL,
    episode_id uuid NOT NULL,
    kind text NOT NULL,
    channel text NOT NULL,
    author_id uuid,
    text text NOT NULL,
    quote_id uuid,
    sent_at timestamp with time zone,
    at timestamp with time zone NOT NULL,
    needs_nothing boolean DEFAULT false NOT NULL,
    record_id uuid,
    CONSTRAINT messages_check CHECK (((kind = 'customer'::text) = (author_id IS NULL))),
    CONSTRAINT messages_kind_check CHECK ((kind = ANY (ARRAY['customer'::text, 'reply'::text, 'note'::text])))
);

CREATE TABLE public.messenger_sites (
    key text NOT NULL,
    name text NOT NULL,
    secret text NOT NULL,
    origins text[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone
);

CREATE TABLE public.migrations (
    number integer NOT NULL,
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamp with time zone NOT NULL
);

CREATE TABLE public.outbox (
    id uuid NOT NULL,
    channel text NOT NULL,
    recipient text NOT NULL,
    subject text DEFAULT ''::text NOT NULL,
    body text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    state text DEFAULT 'waiting'::text NOT NULL,
    error text,
    sent_at timestamp with time zone,
    CONSTRAINT outbox_check CHECK (((state = 'waiting'::text) = (due_at IS NOT NULL))),
    CONSTRAINT outbox_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'sent'::text, 'failed'::text])))
);

CREATE TABLE public.overflow_warnings (
    community_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    episodes integer NOT NULL,
    overflowed integer NOT NULL
);

CREATE TABLE public.plan_changes (
    plan_id uuid NOT NULL,
    number integer NOT NULL,
    area text NOT NULL,
    from_id text NOT NULL,
    to_id text NOT NULL,
    before jsonb NOT NULL,
    after jsonb NOT NULL,
    by_id uuid,
    at timestamp with time zone NOT NULL,
    undone_at timestamp with time zone,
    CONSTRAINT plan_changes_number_check CHECK ((number > 0))
);

CREATE TABLE public.plan_runs (
    id uuid NOT NULL,
    plan_id uuid NOT NULL,
    kind text NOT NULL,
    wanted jsonb NOT NULL,
    plan_version integer NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    asked_by uuid,
    began_at timestamp with time zone,
    beat_at timestamp with time zone NOT NULL,
    done integer DEFAULT 0 NOT NULL,
    total integer DEFAULT 0 NOT NULL,
    ended_at timestamp with time zone,
    cancelled_at timestamp with time zone,
    result jsonb,
    refused text,
    CONSTRAINT plan_runs_check CHECK (((result IS NULL) OR (refused IS NULL))),
    CONSTRAINT plan_runs_kind_check CHECK ((kind = ANY (ARRAY['territories'::text, 'twin'::text])))
);

CREATE TABLE public.plan_waves (
    change_id uuid NOT NULL,
    plan_id uuid NOT NULL,
    wave integer NOT NULL,
    targets jsonb NOT NULL,
    founded uuid[] NOT NULL,
    applied_at timestamp with time zone NOT NULL,
    applied_by uuid,
    CONSTRAINT plan_waves_wave_check CHECK ((wave >= 0))
);

CREATE TABLE public.plans (
    id uuid NOT NULL,
    name text NOT NULL,
    document jsonb,
    hues jsonb DEFAULT '{}'::jsonb NOT NULL,
    made_at timestamp with time zone NOT NULL,
    made_by uuid,
    changed_at timestamp with time zone NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    deleted_at timestamp with time zone,
    CONSTRAINT plans_name_check CHECK ((name <> ''::text))
);

CREATE TABLE public.presence (
    expert_id uuid NOT NULL,
    state text NOT NULL,
    since timestamp with time zone NOT NULL,
    seated boolean DEFAULT false NOT NULL,
    lost_at timestamp with time zone,
    began_at timestamp with time zone,
    CONSTRAINT presence_check CHECK (((state = 'off'::text) = (began_at IS NULL))),
    CONSTRAINT presence_state_check CHECK ((state = ANY (ARRAY['present'::text, 'away'::text, 'off'::text])))
)
WITH (fillfactor='50');

CREATE TABLE public.promises (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    thread_id uuid NOT NULL,
    community_id uuid NOT NULL,
    expert_id uuid NOT NULL,
    kind text NOT NULL,
    text text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    warn_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    warned_at timestamp with time zone,
    kept_at timestamp with time zone,
    kept_by uuid,
    broken_at timestamp with time zone,
    CONSTRAINT promises_check CHECK ((due_at > made_at)),
    CONSTRAINT promises_check1 CHECK (((warn_at >= made_at) AND (warn_at <= due_at))),
    CONSTRAINT promises_check2 CHECK (((kept_at IS NULL) = (kept_by IS NULL))),
    CONSTRAINT promises_check3 CHECK ((broken_at >= due_at)),
    CONSTRAINT promises_kind_check CHECK ((kind = ANY (ARRAY['promise'::text, 'call_back'::text])))
);

CREATE TABLE public.regions (
    id uuid NOT NULL,
    name text NOT NULL,
    CONSTRAINT regions_name_check CHECK ((name <> ''::text))
);

CREATE TABLE public.resolutions (
    case_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    expert_id uuid,
    how text NOT NULL,
    kind text NOT NULL,
    undone_at timestamp with time zone,
    undone_by text,
    CONSTRAINT resolutions_check CHECK (((undone_at IS NULL) = (undone_by IS NULL))),
    CONSTRAINT resolutions_kind_check CHECK ((kind = ANY (ARRAY['answer'::text, 'order'::text]))),
    CONSTRAINT resolutions_undone_by_check CHECK ((undone_by = ANY (ARRAY['expert'::text, 'customer'::text])))
);

CREATE TABLE public.sessions (
    hash bytea NOT NULL,
    account_id uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    agent text DEFAULT ''::text NOT NULL
);

CREATE TABLE public.shifts (
    id uuid NOT NULL,
    expert_id uuid NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    CONSTRAINT shifts_check CHECK ((ends_at > starts_at))
);

CREATE TABLE public.sites (
    id uuid NOT NULL,
    region_id uuid NOT NULL,
    name text NOT NULL,
    zone text NOT NULL,
    CONSTRAINT sites_name_check CHECK ((name <> ''::text))
);

CREATE TABLE public.skills (
    expert_id uuid NOT NULL,
    skill text NOT NULL,
    level smallint NOT NULL,
    CONSTRAINT skills_level_check CHECK (((level >= 0) AND (level <= 5))),
    CONSTRAINT skills_skill_check CHECK ((skill <> ''::text))
);

CREATE TABLE public.streams (
    id uuid NOT NULL,
    last_number bigint DEFAULT 0 NOT NULL
)
WITH (fillfactor='20');

CREATE TABLE public.surveys (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    answered_at timestamp with time zone,
    declined_at timestamp with time zone,
    nps smallint,
    csat smallint,
    CONSTRAINT surveys_check CHECK ((ends_at > asked_at)),
    CONSTRAINT surveys_check1 CHECK (((answered_at IS NULL) OR (declined_at IS NULL))),
    CONSTRAINT surveys_check2 CHECK (((answered_at IS NOT NULL) = ((nps IS NOT NULL) OR (csat IS NOT NULL)))),
    CONSTRAINT surveys_csat_check CHECK (((csat >= 1) AND (csat <= 5))),
    CONSTRAINT surveys_nps_check CHECK (((nps >= 0) AND (nps <= 10)))
);

CREATE TABLE public.territories (
    area text NOT NULL,
    community_id uuid NOT NULL,
    since timestamp with time zone NOT NULL,
    until timestamp with time zone,
    CONSTRAINT territories_check CHECK ((until >= since))
);

CREATE TABLE public.territory_change_areas (
    change_id uuid NOT NULL,
    area text NOT NULL,
    from_id uuid,
    to_id uuid NOT NULL,
    left_alone boolean DEFAULT false NOT NULL
);

CREATE TABLE public.territory_changes (
    id uuid NOT NULL,
    by_id uuid,
    made_at timestamp with time zone NOT NULL,
    at timestamp with time zone NOT NULL,
    began_at timestamp with time zone,
    done_at timestamp with time zone,
    cancelled_at timestamp with time zone,
    undo_began_at timestamp with time zone,
    undone_at timestamp with time zone,
    undone_by uuid,
    last_area text,
    last_id uuid,
    looked integer DEFAULT 0 NOT NULL,
    total integer DEFAULT 0 NOT NULL,
    CONSTRAINT territory_changes_check CHECK (((cancelled_at IS NULL) OR (began_at IS NULL))),
    CONSTRAINT territory_changes_check1 CHECK (((done_at IS NULL) OR (began_at IS NOT NULL))),
    CONSTRAINT territory_changes_check2 CHECK (((undo_began_at IS NULL) OR (done_at IS NOT NULL))),
    CONSTRAINT territory_changes_check3 CHECK (((undone_at IS NULL) OR (undo_began_at IS NOT NULL)))
);

CREATE TABLE public.threads (
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    community_id uuid NOT NULL,
    last_number integer DEFAULT 0 NOT NULL,
    last_at timestamp with time zone NOT NULL,
    customer_delivered integer DEFAULT 0 NOT NULL,
    customer_read integer DEFAULT 0 NOT NULL,
    our_read integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone NOT NULL
)
WITH (fillfactor='80');

CREATE TABLE public.tokens (
    id uuid NOT NULL,
    hash bytea NOT NULL,
    account_id uuid NOT NULL,
    name text NOT NULL,
    scopes text[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone,
    revoked_at timestamp with time zone
);

CREATE TABLE public.waits (
    episode_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    community_id uuid NOT NULL,
    family text NOT NULL,
    language text NOT NULL,
    began text NOT NULL,
    ahead integer NOT NULL,
    positions integer NOT NULL,
    first_given timestamp with time zone NOT NULL,
    seconds real,
    kept boolean,
    ended_at timestamp with time zone,
    CONSTRAINT waits_ahead_check CHECK ((ahead >= 0)),
    CONSTRAINT waits_began_check CHECK ((began = ANY (ARRAY['staffed'::text, 'later'::text, 'missing'::text]))),
    CONSTRAINT waits_check CHECK (((seconds IS NULL) = (kept IS NULL))),
    CONSTRAINT waits_check1 CHECK (((ended_at IS NULL) OR (kept IS NOT NULL))),
    CONSTRAINT waits_family_check CHECK ((family = ANY (ARRAY['messaging'::text, 'email'::text, 'voice'::text, 'forum'::text]))),
    CONSTRAINT waits_positions_check CHECK ((positions >= 1)),
    CONSTRAINT waits_seconds_check CHECK ((seconds >= (0)::double precision))
);

ALTER TABLE ONLY public.absences
    ADD CONSTRAINT absences_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.adjacency
    ADD CONSTRAINT adjacency_pkey PRIMARY KEY (a, b);

ALTER TABLE ONLY public.areas
    ADD CONSTRAINT areas_pkey PRIMARY KEY (area);

ALTER TABLE ONLY public.asked
    ADD CONSTRAINT asked_pkey PRIMARY KEY (ask_id, expert_id);

ALTER TABLE ONLY public.asks
    ADD CONSTRAINT asks_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.attachments
    ADD CONSTRAINT attachments_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.bad_ratings
    ADD CONSTRAINT bad_ratings_pkey PRIMARY KEY (customer_id, expert_id);

ALTER TABLE ONLY public.briefs
    ADD CONSTRAINT briefs_pkey PRIMARY KEY (absence_id, case_id);

ALTER TABLE ONLY public.browsers
    ADD CONSTRAINT browsers_hash_key UNIQUE (hash);

ALTER TABLE ONLY public.browsers
    ADD CONSTRAINT browsers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.cases
    ADD CONSTRAINT cases_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.codes
    ADD CONSTRAINT codes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.communities
    ADD CONSTRAINT communities_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.confirmations
    ADD CONSTRAINT confirmations_pkey PRIMARY KEY (case_id, at);

ALTER TABLE ONLY public.crossings
    ADD CONSTRAINT crossings_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.customers
    ADD CONSTRAINT customers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.customers
    ADD CONSTRAINT customers_ref_key UNIQUE (ref);

ALTER TABLE ONLY public.decisions
    ADD CONSTRAINT decisions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.drafts
    ADD CONSTRAINT drafts_pkey PRIMARY KEY (expert_id, thread_id, mode);

ALTER TABLE ONLY public.episodes
    ADD CONSTRAINT episodes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.eras
    ADD CONSTRAINT eras_pkey PRIMARY KEY (number);

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (stream_id, number);

ALTER TABLE ONLY public.experts
    ADD CONSTRAINT experts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.experts
    ADD CONSTRAINT experts_ref_key UNIQUE (ref);

ALTER TABLE ONLY public.figure_answers
    ADD CONSTRAINT figure_answers_pkey PRIMARY KEY (customer_id, figure, record_id);

ALTER TABLE ONLY public.figure_days
    ADD CONSTRAINT figure_days_pkey PRIMARY KEY (community_id, figure, day);

ALTER TABLE ONLY public.figure_months_due
    ADD CONSTRAINT figure_months_due_pkey PRIMARY KEY (month, community_id);

ALTER TABLE ONLY public.figure_months
    ADD CONSTRAINT figure_months_pkey PRIMARY KEY (community_id, figure, month);

ALTER TABLE ONLY public.figures_read
    ADD CONSTRAINT figures_read_pkey PRIMARY KEY (one);

ALTER TABLE ONLY public.handovers
    ADD CONSTRAINT handovers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.homes
    ADD CONSTRAINT homes_pkey PRIMARY KEY (customer_id, since);

ALTER TABLE ONLY public.households
    ADD CONSTRAINT households_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.households
    ADD CONSTRAINT households_ref_key UNIQUE (ref);

ALTER TABLE ONLY public.identities
    ADD CONSTRAINT identities_pkey PRIMARY KEY (value, kind, scope);

ALTER TABLE ONLY public.joined_threads
    ADD CONSTRAINT joined_threads_pkey PRIMARY KEY (merge_id, customer_id);

ALTER TABLE ONLY public.keys
    ADD CONSTRAINT keys_pkey PRIMARY KEY (owner_id, key);

ALTER TABLE ONLY public.memberships
    ADD CONSTRAINT memberships_pkey PRIMARY KEY (community_id, expert_id);

ALTER TABLE ONLY public.merges
    ADD CONSTRAINT merges_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_thread_id_number_key UNIQUE (thread_id, number);

ALTER TABLE ONLY public.messenger_sites
    ADD CONSTRAINT messenger_sites_pkey PRIMARY KEY (key);

ALTER TABLE ONLY public.migrations
    ADD CONSTRAINT migrations_pkey PRIMARY KEY (number);

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.overflow_warnings
    ADD CONSTRAINT overflow_warnings_pkey PRIMARY KEY (community_id, at);

ALTER TABLE ONLY public.plan_changes
    ADD CONSTRAINT plan_changes_pkey PRIMARY KEY (plan_id, number);

ALTER TABLE ONLY public.plan_runs
    ADD CONSTRAINT plan_runs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.plan_waves
    ADD CONSTRAINT plan_waves_pkey PRIMARY KEY (change_id);

ALTER TABLE ONLY public.plans
    ADD CONSTRAINT plans_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.presence
    ADD CONSTRAINT presence_pkey PRIMARY KEY (expert_id);

ALTER TABLE ONLY public.promises
    ADD CONSTRAINT promises_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.regions
    ADD CONSTRAINT regions_name_key UNIQUE (name);

ALTER TABLE ONLY public.regions
    ADD CONSTRAINT regions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.resolutions
    ADD CONSTRAINT resolutions_pkey PRIMARY KEY (case_id, at);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (hash);

ALTER TABLE ONLY public.shifts
    ADD CONSTRAINT shifts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.sites
    ADD CONSTRAINT sites_name_key UNIQUE (name);

ALTER TABLE ONLY public.sites
    ADD CONSTRAINT sites_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.skills
    ADD CONSTRAINT skills_pkey PRIMARY KEY (expert_id, skill);

ALTER TABLE ONLY public.streams
    ADD CONSTRAINT streams_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.surveys
    ADD CONSTRAINT surveys_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.territories
    ADD CONSTRAINT territories_pkey PRIMARY KEY (area, since);

ALTER TABLE ONLY public.territory_change_areas
    ADD CONSTRAINT territory_change_areas_pkey PRIMARY KEY (change_id, area);

ALTER TABLE ONLY public.territory_changes
    ADD CONSTRAINT territory_changes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.threads
    ADD CONSTRAINT threads_customer_id_key UNIQUE (customer_id) DEFERRABLE;

ALTER TABLE ONLY public.threads
    ADD CONSTRAINT threads_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_hash_key UNIQUE (hash);

ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.waits
    ADD CONSTRAINT waits_pkey PRIMARY KEY (episode_id, at);

CREATE INDEX absences_alive ON public.absences USING btree (expert_id) WHERE ((ended_at IS NULL) AND (cancelled_at IS NULL));

CREATE INDEX absences_begin ON public.absences USING btree (starts_at) WHERE ((begun_at IS NULL) AND (cancelled_at IS NULL));

CREATE INDEX absences_by_expert ON public.absences USING btree (expert_id, starts_at);

CREATE INDEX absences_end ON public.absences USING btree (ends_at) WHERE ((begun_at IS NOT NULL) AND (ended_at IS NULL));

CREATE INDEX absences_of_community ON public.absences USING btree (community_id, ends_at);

CREATE UNIQUE INDEX accounts_by_email ON public.accounts USING btree (lower(email));

CREATE UNIQUE INDEX asked_one_holder ON public.asked USING btree (ask_id) WHERE (state = 'accepted'::text);

CREATE INDEX asked_waiting ON public.asked USING btree (expert_id) WHERE (state = ANY (ARRAY['waiting'::text, 'accepted'::text]));

CREATE INDEX asks_alive ON public.asks USING btree (community_id) WHERE (ended_at IS NULL);

CREATE INDEX asks_answered ON public.asks USING btree (community_id, topic, answered_at) WHERE (answered_at IS NOT NULL);

CREATE INDEX asks_by_case ON public.asks USING btree (case_id);

CREATE INDEX asks_by_community ON public.asks USING btree (community_id, at, id);

CREATE INDEX asks_due ON public.asks USING btree (step_ends_at) WHERE (ended_at IS NULL);

CREATE UNIQUE INDEX asks_once_for_a_language ON public.asks USING btree (episode_id) WHERE (episode_id IS NOT NULL);

CREATE INDEX attachments_by_message ON public.attachments USING btree (message_id);

CREATE INDEX attachments_by_thread ON public.attachments USING btree (thread_id);

CREATE INDEX attachments_unsent ON public.attachments USING btree (at) WHERE (message_id IS NULL);

CREATE INDEX audit_by_time ON public.audit USING btree (at DESC, id DESC);

CREATE INDEX briefs_by_case ON public.briefs USING btree (case_id);

CREATE INDEX browsers_by_customer ON public.browsers USING btree (customer_id);

CREATE INDEX cases_by_owner ON public.cases USING btree (community_id, owner_id) WHERE (state <> 'closed'::text);

CREATE INDEX cases_by_thread ON public.cases USING btree (thread_id);

CREATE INDEX cases_watch ON public.cases USING btree (watch_ends_at) WHERE (state = 'watched'::text);

CREATE INDEX codes_by_browser ON public.codes USING btree (browser_id, created_at DESC);

CREATE INDEX codes_by_value ON public.codes USING btree (value, created_at DESC);

CREATE INDEX codes_ended ON public.codes USING btree (ends_at);

CREATE UNIQUE INDEX communities_by_name ON public.communities USING btree (lower(name));

CREATE UNIQUE INDEX communities_catch_all ON public.communities USING btree (catch_all) WHERE catch_all;

CREATE INDEX crossings_by_community ON public.crossings USING btree (community_id, started_at DESC, id DESC);

CREATE INDEX crossings_by_episode ON public.crossings USING btree (episode_id);

CREATE INDEX crossings_by_thread ON public.crossings USING btree (thread_id);

CREATE INDEX crossings_due ON public.crossings USING btree (ends_at) WHERE (ended_at IS NULL);

CREATE INDEX crossings_of_guest ON public.crossings USING btree (expert_id, ended_at);

CREATE UNIQUE INDEX crossings_running ON public.crossings USING btree (case_id, kind) WHERE (ended_at IS NULL);

CREATE INDEX crossings_to ON public.crossings USING btree (to_id) WHERE (ended_at IS NULL);

CREATE INDEX customers_by_area ON public.customers USING btree (area, id);

CREATE INDEX customers_by_household ON public.customers USING btree (household_id) WHERE (household_id IS NOT NULL);

CREATE INDEX customers_by_name ON public.customers USING btree (lower(name) text_pattern_ops);

CREATE INDEX customers_merged ON public.customers USING btree (merged_id) WHERE (merged_id IS NOT NULL);

CREATE INDEX decisions_by_chosen ON public.decisions USING btree (community_id, chosen_id, at DESC);

CREATE INDEX decisions_by_episode ON public.decisions USING btree (episode_id, at DESC);

CREATE INDEX drafts_by_thread ON public.drafts USING btree (thread_id);

CREATE INDEX episodes_by_case ON public.episodes USING btree (case_id);

CREATE INDEX episodes_by_thread ON public.episodes USING btree (thread_id);

CREATE INDEX episodes_given ON public.episodes USING btree (time_given) WHERE (state = 'queued'::text);

CREATE UNIQUE INDEX episodes_live ON public.episodes USING btree (case_id) WHERE (state <> 'quiet'::text);

CREATE INDEX episodes_of_expert ON public.episodes USING btree (community_id, attending_id) WHERE (state = 'attended'::text);

CREATE INDEX episodes_of_guest ON public.episodes USING btree (guest_id) WHERE (guest_id IS NOT NULL);

CREATE INDEX episodes_opened ON public.episodes USING btree (community_id, opened_at);

CREATE INDEX episodes_queue ON public.episodes USING btree (community_id, time_given, waiting_since) WHERE (state = 'queued'::text);

CREATE INDEX episodes_quiet ON public.episodes USING btree (quiet_at) WHERE (state = 'waiting_customer'::text);

CREATE INDEX episodes_recently ON public.episodes USING btree (community_id, served_by) WHERE (state = 'waiting_customer'::text);

CREATE INDEX episodes_wake ON public.episodes USING btree (wake_at) WHERE (state = 'snoozed'::text);

CREATE INDEX events_by_customer ON public.events USING btree ((((ids ->> 'customer'::text))::uuid)) WHERE (ids ? 'customer'::text);

CREATE INDEX events_of_all ON public.events USING btree (era, transaction, stream_id, number);

CREATE INDEX figure_answers_by_day ON public.figure_answers USING btree (community_id, figure, day) INCLUDE (customer_id, value);

CREATE INDEX handovers_by_absence ON public.handovers USING btree (absence_id) WHERE (returned_at IS NULL);

CREATE INDEX handovers_by_case ON public.handovers USING btree (case_id);

CREATE INDEX homes_by_change ON public.homes USING btree (change_id) WHERE (change_id IS NOT NULL);

CREATE UNIQUE INDEX homes_now ON public.homes USING btree (customer_id) WHERE (until IS NULL);

CREATE INDEX identities_by_customer ON public.identities USING btree (customer_id);

CREATE INDEX joined_threads_by_id ON public.joined_threads USING btree (id);

CREATE INDEX joined_threads_by_into ON public.joined_threads USING btree (into_id);

CREATE UNIQUE INDEX memberships_one_now ON public.memberships USING btree (expert_id) WHERE (until IS NULL);

CREATE INDEX merges_by_customer ON public.merges USING btree (customer_id, at);

CREATE UNIQUE INDEX merges_standing ON public.merges USING btree (other_id) WHERE (undone_at IS NULL);

CREATE INDEX messages_by_case ON public.messages USING btree (case_id);

CREATE INDEX outbox_done ON public.outbox USING btree (created_at) WHERE (state <> 'waiting'::text);

CREATE INDEX outbox_due ON public.outbox USING btree (due_at) WHERE (state = 'waiting'::text);

CREATE INDEX plan_runs_by_plan ON public.plan_runs USING btree (plan_id, asked_at);

CREATE INDEX plan_waves_by_plan ON public.plan_waves USING btree (plan_id);

CREATE INDEX presence_lost ON public.presence USING btree (lost_at) WHERE (lost_at IS NOT NULL);

CREATE INDEX promises_by_case ON public.promises USING btree (case_id);

CREATE INDEX promises_by_thread ON public.promises USING btree (thread_id);

CREATE INDEX promises_due ON public.promises USING btree (due_at) WHERE ((kept_at IS NULL) AND (broken_at IS NULL));

CREATE INDEX promises_warn ON public.promises USING btree (warn_at) WHERE ((kept_at IS NULL) AND (broken_at IS NULL) AND (warned_at IS NULL));

CREATE UNIQUE INDEX resolutions_now ON public.resolutions USING btree (case_id) WHERE (undone_at IS NULL);

CREATE INDEX sessions_by_account ON public.sessions USING btree (account_id);

CREATE INDEX shifts_by_expert ON public.shifts USING btree (expert_id, ends_at);

CREATE INDEX surveys_by_case ON public.surveys USING btree (case_id);

CREATE INDEX territories_by_community ON public.territories USING btree (community_id) WHERE (until IS NULL);

CREATE UNIQUE INDEX territories_now ON public.territories USING btree (area) WHERE (until IS NULL);

CREATE INDEX territory_change_areas_by_area ON public.territory_change_areas USING btree (area);

CREATE INDEX territory_changes_planned ON public.territory_changes USING btree (at) WHERE ((done_at IS NULL) AND (cancelled_at IS NULL));

CREATE INDEX territory_changes_undoing ON public.territory_changes USING btree (undo_began_at) WHERE ((undo_began_at IS NOT NULL) AND (undone_at IS NULL));

CREATE INDEX threads_by_community ON public.threads USING btree (community_id);

CREATE INDEX tokens_by_account ON public.tokens USING btree (account_id);

CREATE INDEX waits_ended ON public.waits USING btree (ended_at) WHERE (ended_at IS NOT NULL);

CREATE UNIQUE INDEX waits_open ON public.waits USING btree (episode_id) WHERE (ended_at IS NULL);

CREATE INDEX waits_recent ON public.waits USING btree (community_id, family, at DESC) WHERE (seconds IS NOT NULL);

CREATE INDEX waits_running ON public.waits USING btree (community_id) WHERE (ended_at IS NULL);

CREATE TRIGGER case_keeps_community BEFORE UPDATE OF community_id ON public.cases FOR EACH ROW WHEN ((old.community_id IS DISTINCT FROM new.community_id)) EXECUTE FUNCTION public.case_keeps_community();

CREATE CONSTRAINT TRIGGER case_owner_is_member AFTER INSERT OR UPDATE OF owner_id, state ON public.cases DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((new.owner_id IS NOT NULL) AND (new.state <> 'closed'::text))) EXECUTE FUNCTION public.case_owner_is_member();

CREATE CONSTRAINT TRIGGER membership_owns_nothing AFTER UPDATE OF until ON public.memberships DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.until IS NOT NULL)) EXECUTE FUNCTION public.membership_owns_nothing();

ALTER TABLE ONLY public.absences
    ADD CONSTRAINT absences_community_id_deputy_id_fkey FOREIGN KEY (community_id, deputy_id) REFERENCES public.memberships(community_id, expert_id);

ALTER TABLE ONLY public.absences
    ADD CONSTRAINT absences_community_id_expert_id_fkey FOREIGN KEY (community_id, expert_id) REFERENCES public.memberships(community_id, expert_id);

ALTER TABLE ONLY public.absences
    ADD CONSTRAINT absences_recorded_by_fkey FOREIGN KEY (recorded_by) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.adjacency
    ADD CONSTRAINT adjacency_a_fkey FOREIGN KEY (a) REFERENCES public.areas(area);

ALTER TABLE ONLY public.adjacency
    ADD CONSTRAINT adjacency_b_fkey FOREIGN KEY (b) REFERENCES public.areas(area);

ALTER TABLE ONLY public.asked
    ADD CONSTRAINT asked_ask_id_fkey FOREIGN KEY (ask_id) REFERENCES public.asks(id);

ALTER TABLE ONLY public.asked
    ADD CONSTRAINT asked_expert_id_fkey FOREIGN KEY (expert_id) REFERENCES public.experts(id);

ALTER TABLE ONLY public.asks
    ADD CONSTRAINT asks_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.asks
    ADD CONSTRAINT asks_community_id_accepted_by_fkey FOREIGN KEY (community_id, accepted_by) REFERENCES public.memberships(community_id, expert_id);

ALTER TABLE ONLY public.asks
    ADD CONSTRAINT asks_community_id_answered_by_fkey FOREIGN KEY (community_id, answered_by) REFERENCES public.memberships(community_id, expert_id);

ALTER TABLE ONLY public.asks
    ADD CONSTRAINT asks_community_id_asked_by_fkey FOREIGN KEY (community_id, asked_by) REFERENCES public.memberships(community_id, expert_id);

ALTER TABLE ONLY public.asks
    ADD CONSTRAINT asks_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.communities(id);

ALTER TABLE ONLY public.asks
    ADD CONSTRAINT asks_episode_id_fkey FOREIGN KEY (episode_id) REFERENCES public.episodes(id);

ALTER TABLE ONLY public.attachments
    ADD CONSTRAINT attachments_message_id_fkey FOREIGN KEY (message_id) REFERENCES public.messages(id);

ALTER TABLE ONLY public.attachments
    ADD CONSTRAINT attachments_thread_id_fkey FOREIGN KEY (thread_id) REFERENCES public.threads(id);

ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.bad_ratings
    ADD CONSTRAINT bad_ratings_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.bad_ratings
    ADD CONSTRAINT bad_ratings_expert_id_fkey FOREIGN KEY (expert_id) REFERENCES public.experts(id);

ALTER TABLE ONLY public.briefs
    ADD CONSTRAINT briefs_absence_id_fkey FOREIGN KEY (absence_id) REFERENCES public.absences(id);

ALTER TABLE ONLY public.briefs
    ADD CONSTRAINT briefs_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.browsers
    ADD CONSTRAINT browsers_area_fkey FOREIGN KEY (area) REFERENCES public.areas(area);

ALTER TABLE ONLY public.browsers
    ADD CONSTRAINT browsers_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.browsers
    ADD CONSTRAINT browsers_site_key_fkey FOREIGN KEY (site_key) REFERENCES public.messenger_sites(key);

ALTER TABLE ONLY public.cases
    ADD CONSTRAINT cases_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.communities(id);

ALTER TABLE ONLY public.cases
    ADD CONSTRAINT cases_community_id_owner_id_fkey FOREIGN KEY (community_id, owner_id) REFERENCES public.memberships(community_id, expert_id);

ALTER TABLE ONLY public.cases
    ADD CONSTRAINT cases_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.cases
    ADD CONSTRAINT cases_record_id_fkey FOREIGN KEY (record_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.cases
    ADD CONSTRAINT cases_thread_id_fkey FOREIGN KEY (thread_id) REFERENCES public.threads(id);

ALTER TABLE ONLY public.codes
    ADD CONSTRAINT codes_browser_id_fkey FOREIGN KEY (browser_id) REFERENCES public.browsers(id);

ALTER TABLE ONLY public.communities
    ADD CONSTRAINT communities_buddy_id_fkey FOREIGN KEY (buddy_id) REFERENCES public.communities(id);

ALTER TABLE ONLY public.communities
    ADD CONSTRAINT communities_id_fkey FOREIGN KEY (id) REFERENCES public.streams(id);

ALTER TABLE ONLY public.communities
    ADD CONSTRAINT communities_region_id_fkey FOREIGN KEY (region_id) REFERENCES public.regions(id);

ALTER TABLE ONLY public.communities
    ADD CONSTRAINT communities_site_id_fkey FOREIGN KEY (site_id) REFERENCES public.sites(id);

ALTER TABLE ONLY public.confirmations
    ADD CONSTRAINT confirmations_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.confirmations
    ADD CONSTRAINT confirmations_expert_id_fkey FOREIGN KEY (expert_id) REFERENCES public.experts(id);

ALTER TABLE ONLY public.crossings
    ADD CONSTRAINT crossings_by_id_fkey FOREIGN KEY (by_id) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.crossings
    ADD CONSTRAINT crossings_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.crossings
    ADD CONSTRAINT crossings_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.communities(id);

ALTER TABLE ONLY public.crossings
    ADD CONSTRAINT crossings_episode_id_fkey FOREIGN KEY (episode_id) REFERENCES public.episodes(id);

ALTER TABLE ONLY public.crossings
    ADD CONSTRAINT crossings_thread_id_fkey FOREIGN KEY (thread_id) REFERENCES public.threads(id);

ALTER TABLE ONLY public.crossings
    ADD CONSTRAINT crossings_to_id_expert_id_fkey FOREIGN KEY (to_id, expert_id) REFERENCES public.memberships(community_id, expert_id);

ALTER TABLE ONLY public.crossings
    ADD CONSTRAINT crossings_to_id_fkey FOREIGN KEY (to_id) REFERENCES public.communities(id);

ALTER TABLE ONLY public.customers
    ADD CONSTRAINT customers_area_fkey FOREIGN KEY (area) REFERENCES public.areas(area);

ALTER TABLE ONLY public.customers
    ADD CONSTRAINT customers_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.communities(id);

ALTER TABLE ONLY public.customers
    ADD CONSTRAINT customers_household_id_fkey FOREIGN KEY (household_id) REFERENCES public.households(id);

ALTER TABLE ONLY public.customers
    ADD CONSTRAINT customers_merged_id_fkey FOREIGN KEY (merged_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.customers
    ADD CONSTRAINT customers_pin_id_fkey FOREIGN KEY (pin_id) REFERENCES public.communities(id);

ALTER TABLE ONLY public.decisions
    ADD CONSTRAINT decisions_chosen_id_fkey FOREIGN KEY (chosen_id) REFERENCES public.experts(id);

ALTER TABLE ONLY public.decisions
    ADD CONSTRAINT decisions_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.communities(id);

ALTER TABLE ONLY public.decisions
    ADD CONSTRAINT decisions_episode_id_fkey FOREIGN KEY (episode_id) REFERENCES public.episodes(id);

ALTER TABLE ONLY public.drafts
    ADD CONSTRAINT drafts_expert_id_fkey FOREIGN KEY (expert_id) REFERENCES public.experts(id);

ALTER TABLE ONLY public.drafts
    ADD CONSTRAINT drafts_thread_id_fkey FOREIGN KEY (thread_id) REFERENCES public.threads(id);

ALTER TABLE ONLY public.episodes
    ADD CONSTRAINT episodes_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.episodes
    ADD CONSTRAINT episodes_community_id_attending_id_fkey FOREIGN KEY (community_id, attending_id) REFERENCES public.memberships(community_id, expert_id);

ALTER TABLE ONLY public.episodes
    ADD CONSTRAINT episodes_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.communities(id);

ALTER TABLE ONLY public.episodes
    ADD CONSTRAINT episodes_served_by_fkey FOREIGN KEY (served_by) REFERENCES public.experts(id);

ALTER TABLE ONLY public.episodes
    ADD CONSTRAINT episodes_thread_id_fkey FOREIGN KEY (thread_id) REFERENCES public.threads(id);

ALTER TABLE ONLY public.experts
    ADD CONSTRAINT experts_id_fkey FOREIGN KEY (id) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.handovers
    ADD CONSTRAINT handovers_absence_id_fkey FOREIGN KEY (absence_id) REFERENCES public.absences(id);

ALTER TABLE ONLY public.handovers
    ADD CONSTRAINT handovers_by_id_fkey FOREIGN KEY (by_id) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.handovers
    ADD CONSTRAINT handovers_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.handovers
    ADD CONSTRAINT handovers_community_id_from_id_fkey FOREIGN KEY (community_id, from_id) REFERENCES public.memberships(community_id, expert_id);

ALTER TABLE ONLY public.handovers
    ADD CONSTRAINT handovers_community_id_to_id_fkey FOREIGN KEY (community_id, to_id) REFERENCES public.memberships(community_id, expert_id);

ALTER TABLE ONLY public.homes
    ADD CONSTRAINT homes_change_id_fkey FOREIGN KEY (change_id) REFERENCES public.territory_changes(id);

ALTER TABLE ONLY public.homes
    ADD CONSTRAINT homes_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.communities(id);

ALTER TABLE ONLY public.homes
    ADD CONSTRAINT homes_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.identities
    ADD CONSTRAINT identities_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.identities
    ADD CONSTRAINT identities_record_id_fkey FOREIGN KEY (record_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.joined_threads
    ADD CONSTRAINT joined_threads_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.joined_threads
    ADD CONSTRAINT joined_threads_merge_id_fkey FOREIGN KEY (merge_id) REFERENCES public.merges(id);

ALTER TABLE ONLY public.memberships
    ADD CONSTRAINT memberships_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.communities(id);

ALTER TABLE ONLY public.memberships
    ADD CONSTRAINT memberships_expert_id_fkey FOREIGN KEY (expert_id) REFERENCES public.experts(id);

ALTER TABLE ONLY public.merges
    ADD CONSTRAINT merges_by_id_fkey FOREIGN KEY (by_id) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.merges
    ADD CONSTRAINT merges_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.merges
    ADD CONSTRAINT merges_other_id_fkey FOREIGN KEY (other_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.merges
    ADD CONSTRAINT merges_undone_by_fkey FOREIGN KEY (undone_by) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_author_id_fkey FOREIGN KEY (author_id) REFERENCES public.experts(id);

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_episode_id_fkey FOREIGN KEY (episode_id) REFERENCES public.episodes(id);

ALTER TABLE ONLY public.overflow_warnings
    ADD CONSTRAINT overflow_warnings_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.communities(id);

ALTER TABLE ONLY public.plan_changes
    ADD CONSTRAINT plan_changes_by_id_fkey FOREIGN KEY (by_id) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.plan_changes
    ADD CONSTRAINT plan_changes_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES public.plans(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.plan_runs
    ADD CONSTRAINT plan_runs_asked_by_fkey FOREIGN KEY (asked_by) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.plan_runs
    ADD CONSTRAINT plan_runs_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES public.plans(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.plan_waves
    ADD CONSTRAINT plan_waves_applied_by_fkey FOREIGN KEY (applied_by) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.plan_waves
    ADD CONSTRAINT plan_waves_change_id_fkey FOREIGN KEY (change_id) REFERENCES public.territory_changes(id);

ALTER TABLE ONLY public.plan_waves
    ADD CONSTRAINT plan_waves_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES public.plans(id);

ALTER TABLE ONLY public.plans
    ADD CONSTRAINT plans_made_by_fkey FOREIGN KEY (made_by) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.presence
    ADD CONSTRAINT presence_expert_id_fkey FOREIGN KEY (expert_id) REFERENCES public.experts(id);

ALTER TABLE ONLY public.promises
    ADD CONSTRAINT promises_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.promises
    ADD CONSTRAINT promises_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.communities(id);

ALTER TABLE ONLY public.promises
    ADD CONSTRAINT promises_expert_id_fkey FOREIGN KEY (expert_id) REFERENCES public.experts(id);

ALTER TABLE ONLY public.promises
    ADD CONSTRAINT promises_kept_by_fkey FOREIGN KEY (kept_by) REFERENCES public.experts(id);

ALTER TABLE ONLY public.promises
    ADD CONSTRAINT promises_thread_id_fkey FOREIGN KEY (thread_id) REFERENCES public.threads(id);

ALTER TABLE ONLY public.resolutions
    ADD CONSTRAINT resolutions_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.resolutions
    ADD CONSTRAINT resolutions_expert_id_fkey FOREIGN KEY (expert_id) REFERENCES public.experts(id);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.shifts
    ADD CONSTRAINT shifts_expert_id_fkey FOREIGN KEY (expert_id) REFERENCES public.experts(id);

ALTER TABLE ONLY public.sites
    ADD CONSTRAINT sites_region_id_fkey FOREIGN KEY (region_id) REFERENCES public.regions(id);

ALTER TABLE ONLY public.skills
    ADD CONSTRAINT skills_expert_id_fkey FOREIGN KEY (expert_id) REFERENCES public.experts(id);

ALTER TABLE ONLY public.surveys
    ADD CONSTRAINT surveys_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.territories
    ADD CONSTRAINT territories_area_fkey FOREIGN KEY (area) REFERENCES public.areas(area);

ALTER TABLE ONLY public.territories
    ADD CONSTRAINT territories_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.communities(id);

ALTER TABLE ONLY public.territory_change_areas
    ADD CONSTRAINT territory_change_areas_area_fkey FOREIGN KEY (area) REFERENCES public.areas(area);

ALTER TABLE ONLY public.territory_change_areas
    ADD CONSTRAINT territory_change_areas_change_id_fkey FOREIGN KEY (change_id) REFERENCES public.territory_changes(id);

ALTER TABLE ONLY public.territory_change_areas
    ADD CONSTRAINT territory_change_areas_from_id_fkey FOREIGN KEY (from_id) REFERENCES public.communities(id);

ALTER TABLE ONLY public.territory_change_areas
    ADD CONSTRAINT territory_change_areas_to_id_fkey FOREIGN KEY (to_id) REFERENCES public.communities(id);

ALTER TABLE ONLY public.territory_changes
    ADD CONSTRAINT territory_changes_by_id_fkey FOREIGN KEY (by_id) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.territory_changes
    ADD CONSTRAINT territory_changes_undone_by_fkey FOREIGN KEY (undone_by) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.threads
    ADD CONSTRAINT threads_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.communities(id);

ALTER TABLE ONLY public.threads
    ADD CONSTRAINT threads_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.waits
    ADD CONSTRAINT waits_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.communities(id);

ALTER TABLE ONLY public.waits
    ADD CONSTRAINT waits_episode_id_fkey FOREIGN KEY (episode_id) REFERENCES public.episodes(id);

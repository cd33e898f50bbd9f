-- What the ticker looks for to forget it: codes that ended, mails that are through or never will be.
CREATE INDEX codes_ended ON codes (ends_at);
CREATE INDEX outbox_done ON outbox (created_at) WHERE state <> 'waiting';

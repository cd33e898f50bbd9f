-- What points at a row that may be deleted is found by an index, and so are the promises of a case, kept ones too.
CREATE INDEX episodes_by_thread ON episodes (thread_id);
CREATE INDEX attachments_by_thread ON attachments (thread_id);
CREATE INDEX drafts_by_thread ON drafts (thread_id);
CREATE INDEX promises_by_case ON promises (case_id);
DROP INDEX promises_open;

-- Outcomes that auditors submit, the keys by which a submission is known again, what is told of corrections, and the order
-- in which changes of the evidence are given out.

-- One submission, applied or refused, with the receipt that was given for it. Its rows are a run of the submitter's feed.
CREATE TABLE submissions (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    organisation_id BIGINT NOT NULL REFERENCES organisations (id),
    feed TEXT NOT NULL,
    -- absent where it was refused
    run_id BIGINT REFERENCES runs (id),
    actor TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    -- in which it ends
    financial_year INTEGER NOT NULL,
    -- accepted, partly_accepted, refused
    status TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    -- JSON, as it was given
    receipt TEXT NOT NULL,
    withdrawn_at BIGINT,
    withdrawn_by TEXT,
    withdrawn_because TEXT
);
CREATE INDEX submissions_by_organisation ON submissions (organisation_id, id);

-- What a submitter called a submission (Idempotency-Key): the same call again gets the same receipt.
CREATE TABLE submission_keys (
    organisation_id BIGINT NOT NULL REFERENCES organisations (id),
    idempotency_key TEXT NOT NULL,
    -- of the bytes and of what was asked for
    request_sha256 TEXT NOT NULL,
    -- who works on it, and until when nobody else may
    holder TEXT NOT NULL,
    held_until BIGINT NOT NULL,
    -- absent while it is worked on
    submission_id BIGINT REFERENCES submissions (id),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, idempotency_key)
);
CREATE INDEX submission_keys_by_age ON submission_keys (created_at);

-- The highest version number that a source itself gave to each of its records.
CREATE TABLE source_versions (
    feed TEXT NOT NULL REFERENCES feeds (id),
    record_key TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (feed, record_key)
);

-- Who has to be told that a figure which went to them was replaced or taken back.
CREATE TABLE corrections (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    organisation_id BIGINT NOT NULL REFERENCES organisations (id),
    council_id BIGINT NOT NULL REFERENCES councils (id),
    old_evidence_id BIGINT NOT NULL REFERENCES evidence (id) ON DELETE CASCADE,
    new_evidence_id BIGINT NOT NULL REFERENCES evidence (id) ON DELETE CASCADE,
    -- looked, exported, association, council
    because TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    seen_at BIGINT,
    UNIQUE (organisation_id, new_evidence_id)
);
CREATE INDEX corrections_by_organisation ON corrections (organisation_id, id);
CREATE INDEX corrections_by_old ON corrections (old_evidence_id);
CREATE INDEX corrections_by_new ON corrections (new_evidence_id);

-- Which transaction wrote a version: nothing here, where one writes after the other and ids are in order.
ALTER TABLE evidence ADD COLUMN written_in BIGINT NOT NULL DEFAULT 0;
CREATE INDEX evidence_by_writing ON evidence (written_in, id);
CREATE INDEX evidence_by_run ON evidence (run_id);

-- A submission's key is kept with its receipt or not at all: nobody claims one beforehand, and a claim that somebody left
-- behind means nothing.

CREATE TABLE keys_kept (
    organisation_id BIGINT NOT NULL REFERENCES organisations (id),
    idempotency_key TEXT NOT NULL,
    -- of the bytes and of what was asked for
    request_sha256 TEXT NOT NULL,
    submission_id BIGINT NOT NULL REFERENCES submissions (id),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, idempotency_key)
);
INSERT INTO keys_kept
    SELECT organisation_id, idempotency_key, request_sha256, submission_id, created_at
    FROM submission_keys WHERE submission_id IS NOT NULL;
DROP TABLE submission_keys;
ALTER TABLE keys_kept RENAME TO submission_keys;
CREATE INDEX submission_keys_by_age ON submission_keys (created_at);

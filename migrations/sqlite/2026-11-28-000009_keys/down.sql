DROP INDEX submission_keys_by_age;
ALTER TABLE submission_keys RENAME TO keys_kept;
CREATE TABLE submission_keys (
    organisation_id BIGINT NOT NULL REFERENCES organisations (id),
    idempotency_key TEXT NOT NULL,
    request_sha256 TEXT NOT NULL,
    holder TEXT NOT NULL,
    held_until BIGINT NOT NULL,
    submission_id BIGINT REFERENCES submissions (id),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, idempotency_key)
);
INSERT INTO submission_keys
    SELECT organisation_id, idempotency_key, request_sha256, '', 0, submission_id, created_at FROM keys_kept;
DROP TABLE keys_kept;
CREATE INDEX submission_keys_by_age ON submission_keys (created_at);

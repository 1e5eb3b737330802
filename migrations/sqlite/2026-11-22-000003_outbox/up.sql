-- Letters on their way. What a letter says and to whom is sealed, and removed once it was delivered or given up; that there
-- was one stays.
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    -- sign_in_link, account_opened, ...
    kind TEXT NOT NULL,
    -- drawn at random: the letter's Message-ID at every try, and what its content is sealed for
    message_key TEXT NOT NULL UNIQUE,
    -- SHA-256 of the address in lower case
    recipient_sha256 TEXT NOT NULL,
    -- sealed JSON: to, subject, text
    content TEXT,
    -- queued, sending, delivered, failed_permanently, expired
    state TEXT NOT NULL,
    queued_at BIGINT NOT NULL,
    -- not sent from then on
    expires_at BIGINT,
    attempts INTEGER NOT NULL,
    next_attempt_at BIGINT NOT NULL,
    lease_owner TEXT,
    lease_until BIGINT,
    ended_at BIGINT,
    -- of the last try that failed; without addresses
    last_error TEXT
);
CREATE INDEX outbox_by_state ON outbox (state, next_attempt_at);

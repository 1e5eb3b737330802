-- How often each declared source is to bring something new, from when on: appended whenever its declaration says otherwise,
-- so that a score as of a past day is worked out by what was expected then. The first row of a feed tells when it was first
-- declared.

CREATE TABLE feed_expectations (
    feed TEXT NOT NULL REFERENCES feeds (id),
    declared_at BIGINT NOT NULL,
    -- such as "35 days"; null while nothing is expected
    expected_every TEXT,
    PRIMARY KEY (feed, declared_at)
);

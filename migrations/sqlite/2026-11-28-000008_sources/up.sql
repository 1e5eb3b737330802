-- Scheduled sources: files of drop folders that were read, and runs that are held for a person.

-- A file of a drop folder that was looked at: by its name and state it is known again without being read.
CREATE TABLE folder_files (
    feed TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    file_name TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    -- taken, held, failed or known (the same bytes came under another name)
    outcome TEXT NOT NULL,
    run_id BIGINT,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (feed, file_name, sha256)
);

-- What a feed's last list was like that was applied.
CREATE TABLE feed_baselines (
    feed TEXT PRIMARY KEY NOT NULL REFERENCES feeds (id),
    run_id BIGINT NOT NULL REFERENCES runs (id),
    rows_read INTEGER NOT NULL,
    -- JSON: the columns that something read
    headings TEXT NOT NULL
);

-- A run whose list is so unlike the last that a person has to decide.
CREATE TABLE run_holds (
    run_id BIGINT PRIMARY KEY NOT NULL REFERENCES runs (id),
    feed TEXT NOT NULL REFERENCES feeds (id),
    sha256 TEXT NOT NULL,
    reason TEXT NOT NULL,
    held_at BIGINT NOT NULL,
    -- released, refused, or overtaken by a later list
    decision TEXT,
    decided_at BIGINT,
    decided_by TEXT,
    decision_reason TEXT
);
CREATE INDEX run_holds_by_feed ON run_holds (feed, sha256);

-- What people decided of rows that runs held back: names they told the council of, rows they mended, runs they took back.

-- Which question a row for review asks: a hash of how the source names the council; rows that name it alike ask the same.
ALTER TABLE held_rows ADD COLUMN naming TEXT NOT NULL DEFAULT '';
-- Rows from before ask each for itself until their list comes again.
UPDATE held_rows SET naming = 'row:' || id;
CREATE INDEX held_rows_by_naming ON held_rows (feed, naming);

-- What a person said that a source means by a name. Ended, never removed.
CREATE TABLE aliases (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    feed TEXT NOT NULL REFERENCES feeds (id),
    naming TEXT NOT NULL,
    -- as the source wrote it: name, district, county, code
    written TEXT NOT NULL,
    -- none: no council of ours
    council_id BIGINT REFERENCES councils (id),
    -- person:12, key:3, command
    decided_by TEXT NOT NULL,
    decided_at BIGINT NOT NULL,
    run_id BIGINT NOT NULL REFERENCES runs (id),
    ended_by TEXT,
    ended_at BIGINT
);
-- One answer to a question at a time.
CREATE UNIQUE INDEX aliases_in_force ON aliases (feed, naming) WHERE ended_at IS NULL;

-- Rejected rows that a person mended. The row as it stood stays in held_rows.
CREATE TABLE mendings (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    feed TEXT NOT NULL REFERENCES feeds (id),
    held_row_id BIGINT NOT NULL REFERENCES held_rows (id) ON DELETE CASCADE,
    -- the cells that were changed, as they are now
    cells TEXT NOT NULL,
    -- accepted or review
    outcome TEXT NOT NULL,
    -- the row for review that it became
    follows_id BIGINT REFERENCES held_rows (id) ON DELETE SET NULL,
    run_id BIGINT NOT NULL REFERENCES runs (id),
    mended_by TEXT NOT NULL,
    mended_at BIGINT NOT NULL,
    ended_by TEXT,
    ended_at BIGINT
);
CREATE INDEX mendings_by_feed ON mendings (feed, ended_at);
CREATE INDEX mendings_by_row ON mendings (held_row_id);
CREATE INDEX mendings_by_follower ON mendings (follows_id);

-- Runs that were taken back. The document of one is refused from its feed until somebody allows it.
CREATE TABLE run_undos (
    run_id BIGINT PRIMARY KEY NOT NULL REFERENCES runs (id),
    feed TEXT NOT NULL REFERENCES feeds (id),
    undone_by_run BIGINT NOT NULL REFERENCES runs (id),
    sha256 TEXT,
    reason TEXT NOT NULL,
    undone_by TEXT NOT NULL,
    undone_at BIGINT NOT NULL,
    allowed_by TEXT,
    allowed_at BIGINT
);
CREATE INDEX run_undos_by_document ON run_undos (feed, sha256);

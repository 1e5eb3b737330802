-- The spine: register, feeds and their runs, evidence, scores. The same tables by the same names on SQLite and PostgreSQL.
-- Instants (*_at) are microseconds since 1970-01-01 UTC; dates (*_on, as_of) are ISO text, YYYY-MM-DD; JSON is text.

-- A council as the scored unit: it serves one parish, or several when grouped.
CREATE TABLE councils (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    gss_code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    district TEXT NOT NULL,
    county TEXT NOT NULL,
    current BOOLEAN NOT NULL,
    parishes INTEGER NOT NULL
);
CREATE INDEX councils_by_county ON councils (county);

-- One load of a register file.
CREATE TABLE register_imports (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    file_name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    imported_at BIGINT NOT NULL,
    entries INTEGER NOT NULL,
    changes INTEGER NOT NULL,
    problems INTEGER NOT NULL
);

-- The parishes as they are now.
CREATE TABLE parishes (
    gss_code TEXT NOT NULL PRIMARY KEY,
    council_id BIGINT NOT NULL REFERENCES councils (id),
    name TEXT NOT NULL,
    former_name TEXT,
    district_code TEXT NOT NULL,
    district TEXT NOT NULL,
    county TEXT NOT NULL,
    current BOOLEAN NOT NULL,
    council_name TEXT
);
CREATE INDEX parishes_by_council ON parishes (council_id);

-- Every state that a parish's entry has had: appended, never changed.
CREATE TABLE parish_versions (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    gss_code TEXT NOT NULL,
    import_id BIGINT NOT NULL REFERENCES register_imports (id),
    known_at BIGINT NOT NULL,
    change TEXT NOT NULL,
    name TEXT NOT NULL,
    former_name TEXT,
    district_code TEXT NOT NULL,
    district TEXT NOT NULL,
    county TEXT NOT NULL,
    current BOOLEAN NOT NULL,
    council_name TEXT
);
CREATE INDEX parish_versions_by_code ON parish_versions (gss_code);

-- What is remembered of a declared feed between runs.
CREATE TABLE feeds (
    id TEXT NOT NULL PRIMARY KEY,
    title TEXT NOT NULL,
    source TEXT NOT NULL,
    location_shown TEXT NOT NULL,
    schedule TEXT,
    covers TEXT NOT NULL,
    declaration TEXT NOT NULL,
    declared BOOLEAN NOT NULL,
    etag TEXT,
    last_modified TEXT,
    last_sha256 TEXT
);

-- What is due when; claimed by one replica at a time.
CREATE TABLE schedules (
    name TEXT NOT NULL PRIMARY KEY,
    cron TEXT NOT NULL,
    next_due_at BIGINT NOT NULL,
    lease_owner TEXT,
    lease_until BIGINT
);

-- Raw bytes as received, kept once.
CREATE TABLE documents (
    sha256 TEXT NOT NULL PRIMARY KEY,
    bytes BLOB NOT NULL,
    file_name TEXT NOT NULL,
    content_type TEXT,
    first_seen_at BIGINT NOT NULL
);

-- One run of one feed, whatever came of it.
CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    feed TEXT NOT NULL REFERENCES feeds (id),
    trigger_kind TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    finished_at BIGINT,
    status TEXT NOT NULL,
    sha256 TEXT,
    covers TEXT NOT NULL,
    rows_read INTEGER NOT NULL,
    rows_accepted INTEGER NOT NULL,
    rows_unchanged INTEGER NOT NULL,
    rows_for_review INTEGER NOT NULL,
    rows_rejected INTEGER NOT NULL,
    notes TEXT NOT NULL,
    code TEXT,
    message TEXT
);
CREATE INDEX runs_by_feed ON runs (feed, id);
CREATE INDEX runs_by_status ON runs (status, feed, id);

-- Rows that could not be taken, or whose council a person has to name. A row that stands in the lists of several runs one
-- after the other is kept once, from the first of them to the last.
CREATE TABLE held_rows (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    feed TEXT NOT NULL REFERENCES feeds (id),
    first_run_id BIGINT NOT NULL REFERENCES runs (id),
    last_run_id BIGINT NOT NULL REFERENCES runs (id),
    kind TEXT NOT NULL,
    sheet TEXT,
    row_number INTEGER NOT NULL,
    council_named TEXT NOT NULL,
    reason TEXT NOT NULL,
    problems TEXT NOT NULL,
    candidates TEXT NOT NULL,
    raw TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    UNIQUE (feed, fingerprint, first_run_id)
);
CREATE INDEX held_rows_by_run ON held_rows (feed, last_run_id);

-- What sources said: appended, never changed. The versions of one thing share a chain within a council.
CREATE TABLE evidence (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    council_id BIGINT NOT NULL REFERENCES councils (id),
    kind TEXT NOT NULL,
    feed TEXT NOT NULL REFERENCES feeds (id),
    run_id BIGINT NOT NULL REFERENCES runs (id),
    record_key TEXT NOT NULL,
    chain TEXT NOT NULL,
    version INTEGER NOT NULL,
    event TEXT,
    happened_on TEXT,
    determined_on TEXT,
    known_at BIGINT NOT NULL,
    standing TEXT NOT NULL,
    fields TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    url TEXT,
    UNIQUE (council_id, chain, version)
);
CREATE INDEX evidence_by_feed ON evidence (feed, record_key);

-- Every rule set that a score names, whole, so that the score can be worked out again.
CREATE TABLE rule_sets (
    hash TEXT NOT NULL PRIMARY KEY,
    title TEXT NOT NULL,
    files TEXT NOT NULL,
    first_used_at BIGINT NOT NULL
);

-- Every score that differed from the one before it: appended, never changed. Points are milli-points.
CREATE TABLE scores (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    council_id BIGINT NOT NULL REFERENCES councils (id),
    as_of TEXT NOT NULL,
    computed_at BIGINT NOT NULL,
    cause TEXT NOT NULL,
    rule_set TEXT NOT NULL REFERENCES rule_sets (hash),
    inputs TEXT NOT NULL,
    band TEXT NOT NULL,
    previous_band TEXT,
    total BIGINT NOT NULL,
    a BIGINT NOT NULL,
    b BIGINT NOT NULL,
    c BIGINT NOT NULL,
    d BIGINT NOT NULL,
    e BIGINT NOT NULL,
    not_assessed TEXT NOT NULL,
    sentence TEXT NOT NULL
);
CREATE INDEX scores_by_council ON scores (council_id, as_of, id);

-- Monday's list: the latest score of each council, in the shape that the list is read in. Can be rebuilt from scores.
CREATE TABLE standings (
    council_id BIGINT NOT NULL PRIMARY KEY REFERENCES councils (id),
    score_id BIGINT NOT NULL REFERENCES scores (id),
    as_of TEXT NOT NULL,
    band TEXT NOT NULL,
    band_order INTEGER NOT NULL,
    total BIGINT NOT NULL,
    a BIGINT NOT NULL,
    b BIGINT NOT NULL,
    c BIGINT NOT NULL,
    d BIGINT NOT NULL,
    e BIGINT NOT NULL,
    not_assessed TEXT NOT NULL,
    sentence TEXT NOT NULL,
    rule_set TEXT NOT NULL,
    inputs TEXT NOT NULL,
    -- milli-points since the score of three months before; unknown where there is none
    change BIGINT
);
CREATE INDEX standings_by_priority ON standings (band_order DESC, total DESC);

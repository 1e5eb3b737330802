-- How long things are kept: what went, scores under a pseudonym, and marks that keep removed evidence from coming back.

-- The key that pseudonyms are made with: random, and gone once no score is left that was made with it.
CREATE TABLE pseudonym_keys (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    secret BLOB NOT NULL,
    made_at BIGINT NOT NULL
);

-- Scores of councils that are no longer named. Points are milli-points.
CREATE TABLE past_scores (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    pseudonym TEXT NOT NULL,
    county TEXT NOT NULL,
    as_of TEXT NOT NULL,
    -- the day of the council's next score: until then this one held
    replaced_on TEXT NOT NULL,
    rule_set TEXT NOT NULL REFERENCES rule_sets (hash),
    band TEXT NOT NULL,
    total BIGINT NOT NULL,
    a BIGINT NOT NULL,
    b BIGINT NOT NULL,
    c BIGINT NOT NULL,
    d BIGINT NOT NULL,
    e BIGINT NOT NULL,
    not_assessed TEXT NOT NULL
);
CREATE INDEX past_scores_by_pseudonym ON past_scores (pseudonym, as_of);
CREATE INDEX past_scores_by_end ON past_scores (replaced_on);

-- What was removed: one entry a batch, written in the transaction that removed it. Appended, never changed.
CREATE TABLE removals (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    class TEXT NOT NULL,
    -- removed or pseudonymised
    what_was_done TEXT NOT NULL,
    -- the rule in words, as it was then
    rule TEXT NOT NULL,
    -- what was dated before this day
    cutoff_on TEXT NOT NULL,
    how_many BIGINT NOT NULL,
    first_key TEXT NOT NULL,
    last_key TEXT NOT NULL,
    -- the same for all batches of one application
    applied_at BIGINT NOT NULL,
    -- person:12, command, system
    actor TEXT NOT NULL
);
CREATE INDEX removals_by_application ON removals (applied_at, class);

-- What was removed may be sent again: its fingerprint says that it was.
CREATE TABLE removed_evidence (
    feed TEXT NOT NULL REFERENCES feeds (id),
    fingerprint TEXT NOT NULL,
    removed_on TEXT NOT NULL,
    PRIMARY KEY (feed, fingerprint)
);

-- Whether a document was seen lately, and whether a score is a council's latest, is asked of each.
CREATE INDEX runs_by_document ON runs (sha256);
CREATE INDEX standings_by_score ON standings (score_id);

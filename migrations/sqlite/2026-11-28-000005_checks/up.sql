-- Waivers: an error of a check that is let pass for one record of a feed until a day, with who and why.

-- Kept for good, as the log is; ending one early only fills in when and by whom. No names: an actor is a reference.
CREATE TABLE waivers (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    feed TEXT NOT NULL REFERENCES feeds (id),
    -- the source's own key for the thing, as evidence has it
    record_key TEXT NOT NULL,
    -- of the check
    code TEXT NOT NULL,
    why TEXT NOT NULL,
    -- the last day on which it holds
    until TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    made_by TEXT NOT NULL,
    organisation_id BIGINT REFERENCES organisations (id),
    ended_at BIGINT,
    ended_by TEXT
);
CREATE INDEX waivers_by_feed ON waivers (feed);

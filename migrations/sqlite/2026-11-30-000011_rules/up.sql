-- Rule sets before they count: drafted by somebody, approved by two others, published. Nothing here is ever changed.
CREATE TABLE rule_drafts (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    -- SHA-256 over its files
    rule_set TEXT NOT NULL,
    title TEXT NOT NULL,
    -- name to text, as JSON
    files TEXT NOT NULL,
    -- the set in force when it was drafted
    based_on TEXT NOT NULL,
    why TEXT NOT NULL,
    -- person:12, key:3, command
    drafted_by TEXT NOT NULL,
    drafted_at BIGINT NOT NULL
);

-- approved, refused or taken_back.
CREATE TABLE rule_draft_decisions (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    draft_id BIGINT NOT NULL REFERENCES rule_drafts (id),
    decision TEXT NOT NULL,
    why TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_at BIGINT NOT NULL,
    UNIQUE (draft_id, decided_by)
);

-- The latest one is in force; without any, the rules that the program is started with.
CREATE TABLE rule_publications (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    rule_set TEXT NOT NULL REFERENCES rule_sets (hash),
    -- a draft is published once
    draft_id BIGINT NOT NULL UNIQUE REFERENCES rule_drafts (id),
    why TEXT NOT NULL,
    published_by TEXT NOT NULL,
    published_at BIGINT NOT NULL
);

-- Personal data: whom to write to at a council, kept apart from evidence, and what was blacked out.

-- One version of one contact. A change ends a version and starts the next; who was erased keeps post, council and times.
CREATE TABLE contacts (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    -- the contact's first version, which names the contact; itself where absent
    first_id BIGINT REFERENCES contacts (id),
    council_id BIGINT NOT NULL REFERENCES councils (id),
    post TEXT NOT NULL,
    name TEXT,
    -- in lower case
    email TEXT,
    telephone TEXT,
    -- who told us
    source TEXT NOT NULL,
    kept_since BIGINT NOT NULL,
    ended_at BIGINT,
    erased_at BIGINT
);
CREATE INDEX contacts_by_council ON contacts (council_id);
CREATE INDEX contacts_by_first ON contacts (first_id);
CREATE INDEX contacts_by_email ON contacts (email);

-- What was blacked out, where, by whom and why; never the text, but its salted hash: it is blacked out again on arrival.
CREATE TABLE redactions (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    organisation_id BIGINT,
    -- held_row, evidence, document
    kind TEXT NOT NULL,
    -- the held row's or the item's id, or the document's hash
    target TEXT NOT NULL,
    feed TEXT REFERENCES feeds (id),
    -- of evidence: what arrives for this council only
    council_id BIGINT REFERENCES councils (id),
    -- the column as the source heads it, or the field of the evidence
    place TEXT NOT NULL,
    -- the number in the text's place, the same wherever the same text stood
    mark BIGINT NOT NULL,
    salt TEXT NOT NULL,
    text_hash TEXT NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX redactions_by_feed ON redactions (feed);

-- Who may see and do what: organisations, their people and keys, sessions, and the log of what was done.
-- Tokens, keys and codes are kept as SHA-256 only; what must stay readable to the program is sealed.

-- An organisation that works with the service.
CREATE TABLE organisations (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    -- a short word for configurations and command lines, such as wealdshire-calc
    key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    -- the council itself, where the organisation is one
    council_id BIGINT REFERENCES councils (id),
    created_at BIGINT NOT NULL,
    closed_at BIGINT
);

-- The counties of a county association.
CREATE TABLE organisation_counties (
    organisation_id BIGINT NOT NULL REFERENCES organisations (id),
    county TEXT NOT NULL,
    PRIMARY KEY (organisation_id, county)
);

-- A person who signs in. The address is in lower case.
CREATE TABLE people (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    organisation_id BIGINT NOT NULL REFERENCES organisations (id),
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    closed_at BIGINT,
    last_signed_in_at BIGINT,
    -- sealed; a factor counts once confirmed_at is set
    second_factor TEXT,
    second_factor_confirmed_at BIGINT,
    -- the last time step whose code was taken: none is taken twice
    second_factor_step BIGINT
);
CREATE INDEX people_by_organisation ON people (organisation_id);

CREATE TABLE person_roles (
    person_id BIGINT NOT NULL REFERENCES people (id),
    role TEXT NOT NULL,
    PRIMARY KEY (person_id, role)
);

CREATE TABLE recovery_codes (
    person_id BIGINT NOT NULL REFERENCES people (id),
    code_hash TEXT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (person_id, code_hash)
);

-- Whom an OpenID Connect issuer means by a subject.
CREATE TABLE openid_subjects (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    person_id BIGINT NOT NULL REFERENCES people (id),
    linked_at BIGINT NOT NULL,
    PRIMARY KEY (issuer, subject)
);

-- One-time links.
CREATE TABLE sign_in_links (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    person_id BIGINT NOT NULL REFERENCES people (id),
    token_hash TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX sign_in_links_by_person ON sign_in_links (person_id, created_at);

CREATE TABLE sessions (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    person_id BIGINT NOT NULL REFERENCES people (id),
    opened_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    -- whether a second factor was shown
    second_factor BOOLEAN NOT NULL,
    wrong_codes INTEGER NOT NULL,
    closed_at BIGINT,
    -- how it was opened: link, openid, command, demo
    opened_by TEXT NOT NULL,
    opened_from TEXT NOT NULL
);
CREATE INDEX sessions_by_person ON sessions (person_id, opened_at);

-- Machines' keys.
CREATE TABLE api_keys (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    organisation_id BIGINT NOT NULL REFERENCES organisations (id),
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    -- JSON: the actions it is kept to; all of its role's when empty
    actions TEXT NOT NULL,
    prefix TEXT NOT NULL UNIQUE,
    key_hash TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT,
    last_used_at BIGINT,
    -- the key that it takes the place of
    replaces BIGINT REFERENCES api_keys (id)
);
CREATE INDEX api_keys_by_organisation ON api_keys (organisation_id);

-- What was done by whom, when, from where: appended, never changed. Each entry's hash covers the one before it.
CREATE TABLE audit_log (
    position BIGINT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    -- person:12, key:3, command, system
    actor TEXT NOT NULL,
    organisation_id BIGINT,
    origin TEXT NOT NULL,
    action TEXT NOT NULL,
    -- council:E04990001, person:4, run:12, ...
    subject TEXT NOT NULL,
    -- JSON
    details TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL
);
CREATE INDEX audit_log_by_organisation ON audit_log (organisation_id, position);
CREATE INDEX audit_log_by_subject ON audit_log (subject, position);

-- What was published of a month's end, as it was published: worked out again under other rules or another register, it
-- would be a second table to subtract from the first.
CREATE TABLE published_figures (
    as_of TEXT NOT NULL PRIMARY KEY,
    published_at BIGINT NOT NULL,
    -- JSON
    figures TEXT NOT NULL
);

-- The organisation that sends a feed: its people see the feed's runs.
ALTER TABLE feeds ADD COLUMN owner TEXT;

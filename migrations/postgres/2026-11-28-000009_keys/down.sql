ALTER TABLE submission_keys ALTER COLUMN submission_id DROP NOT NULL;
ALTER TABLE submission_keys ADD COLUMN holder TEXT NOT NULL DEFAULT '';
ALTER TABLE submission_keys ADD COLUMN held_until BIGINT NOT NULL DEFAULT 0;

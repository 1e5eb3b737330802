-- A submission's key is kept with its receipt or not at all: nobody claims one beforehand, and a claim that somebody left
-- behind means nothing.

DELETE FROM submission_keys WHERE submission_id IS NULL;
ALTER TABLE submission_keys DROP COLUMN holder;
ALTER TABLE submission_keys DROP COLUMN held_until;
ALTER TABLE submission_keys ALTER COLUMN submission_id SET NOT NULL;

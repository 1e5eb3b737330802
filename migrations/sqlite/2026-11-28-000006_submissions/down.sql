DROP INDEX evidence_by_run;
DROP INDEX evidence_by_writing;
ALTER TABLE evidence DROP COLUMN written_in;
DROP TABLE corrections;
DROP TABLE source_versions;
DROP TABLE submission_keys;
DROP TABLE submissions;

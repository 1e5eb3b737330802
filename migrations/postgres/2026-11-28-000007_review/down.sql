DROP TABLE run_undos;
DROP TABLE mendings;
DROP TABLE aliases;
DROP INDEX held_rows_by_naming;
ALTER TABLE held_rows DROP COLUMN naming;

DROP INDEX standings_by_score;
DROP INDEX runs_by_document;
DROP TABLE removed_evidence;
DROP TABLE removals;
DROP TABLE past_scores;
DROP TABLE pseudonym_keys;

DROP TABLE rule_publications;
DROP TABLE rule_draft_decisions;
DROP TABLE rule_drafts;

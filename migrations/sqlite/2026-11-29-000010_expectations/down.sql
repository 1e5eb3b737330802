DROP TABLE feed_expectations;

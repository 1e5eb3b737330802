DROP TABLE run_holds;
DROP TABLE feed_baselines;
DROP TABLE folder_files;

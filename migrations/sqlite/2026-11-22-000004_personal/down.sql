DROP TABLE redactions;
DROP TABLE contacts;

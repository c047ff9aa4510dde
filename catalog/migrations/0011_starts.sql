-- No colons: the Data API takes what follows one for a parameter.

ALTER TABLE "revisions" ADD COLUMN "starts" integer DEFAULT 0 NOT NULL;
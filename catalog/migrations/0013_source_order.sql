-- Long-running
-- No colons: the Data API takes what follows one for a parameter.

CREATE INDEX CONCURRENTLY IF NOT EXISTS "videos_source" ON "videos" USING btree ("bucket","key" collate "C");

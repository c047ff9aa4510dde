-- No colons: the Data API takes what follows one for a parameter.

DROP INDEX "uploads_expiry";--> statement-breakpoint
CREATE INDEX "uploads_expiry" ON "uploads" USING btree ("expires_at") WHERE completed_at is null;--> statement-breakpoint
-- Counts an owner's open uploads. A lock holds until the transaction ends, so that concurrent inserts cannot each miss
-- the other's upload.
CREATE FUNCTION count_open_uploads(announcer text) RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(1, hashtext(announcer));
  RETURN (
    SELECT count(*) FROM uploads WHERE owner_id = announcer AND completed_at IS NULL AND expires_at > now()
  );
END
$$;
--> statement-breakpoint
-- As before, with a time that never goes back for a video. now() is the start of the transaction, which for one that
-- waited for another may precede the other's; the clock of a server after a failover may be behind.
CREATE OR REPLACE FUNCTION stamp_video() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND new IS NOT DISTINCT FROM old THEN
    RETURN new;
  END IF;
  new.changed_at = clock_timestamp();
  IF TG_OP = 'UPDATE' THEN
    new.changed_at = greatest(new.changed_at, old.changed_at);
  END IF;
  new.changed_xid = cast(cast(pg_current_xact_id() AS text) AS bigint);
  new.ever_shared = new.ever_shared OR new.visibility <> 'private';
  RETURN new;
END
$$;
--> statement-breakpoint
-- Clears earlier deletions as catalog/videos/tombstone-video.ts does.
DELETE FROM steps USING revisions WHERE revisions.id = steps.revision_id AND revisions.status = 'deleted';
--> statement-breakpoint
DELETE FROM renditions USING revisions WHERE revisions.id = renditions.revision_id AND revisions.status = 'deleted';
--> statement-breakpoint
UPDATE revisions SET
  etag = NULL, size_bytes = NULL, content_type = NULL, code = NULL, message = NULL, claimed_by = NULL,
  claimed_at = NULL, source = NULL, plan = NULL, percent = NULL, duration_ms = NULL, price_usd = NULL
WHERE status = 'deleted';
--> statement-breakpoint
UPDATE videos SET owner_name = NULL WHERE status = 'deleted';

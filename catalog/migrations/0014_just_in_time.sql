-- No colons: the Data API takes what follows one for a parameter.

ALTER TABLE "revisions" ADD COLUMN "just_in_time" jsonb;--> statement-breakpoint
ALTER TABLE "revisions" ADD COLUMN "source_superseded_at" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "settled_changes" ADD COLUMN "pointer" integer;--> statement-breakpoint
ALTER TABLE "videos" ADD COLUMN "just_in_time_revision_id" uuid;--> statement-breakpoint
ALTER TABLE "videos" ADD COLUMN "pointer_number" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "videos" ADD CONSTRAINT "videos_just_in_time_revision_id_revisions_id_fk" FOREIGN KEY ("just_in_time_revision_id") REFERENCES "public"."revisions"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
-- As before; the end of a revision that plays also changes what plays.
CREATE OR REPLACE FUNCTION follow_revision() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  newest record;
BEGIN
  IF TG_OP = 'UPDATE' AND new IS NOT DISTINCT FROM old THEN
    RETURN NULL;
  END IF;
  PERFORM FROM videos WHERE id = new.video_id FOR NO KEY UPDATE;
  SELECT id, status INTO newest FROM revisions
    WHERE video_id = new.video_id AND status NOT IN ('superseded', 'deleted')
    ORDER BY number DESC LIMIT 1;
  UPDATE videos SET
    latest_revision_id = newest.id,
    status = CASE
      WHEN status = 'deleted' AND owner_id IS NOT NULL THEN 'deleted'
      WHEN newest.id IS NOT NULL THEN newest.status
      WHEN EXISTS (SELECT FROM revisions WHERE video_id = new.video_id AND status = 'superseded') THEN 'uploaded'
      ELSE 'deleted'
    END,
    pointer_number = pointer_number + CASE
      WHEN TG_OP = 'UPDATE' AND new.status <> old.status AND new.status IN ('rejected', 'deleted')
        AND new.id IN (current_revision_id, just_in_time_revision_id) THEN 1
      ELSE 0
    END,
    changed_at = now(),
    changed_xid = cast(cast(pg_current_xact_id() AS text) AS bigint)
  WHERE id = new.video_id;
  UPDATE uploads SET completed_at = now() WHERE video_id = new.video_id AND completed_at IS NULL;
  RETURN NULL;
END
$$;
--> statement-breakpoint
-- Numbers the changes of what plays at the permanent address; lambdas/chain/write-pointer.ts explains their use.
CREATE FUNCTION number_pointer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF new.current_revision_id IS DISTINCT FROM old.current_revision_id
    OR new.just_in_time_revision_id IS DISTINCT FROM old.just_in_time_revision_id
    OR (new.withdrawn_at IS NULL) <> (old.withdrawn_at IS NULL)
    OR (new.status = 'deleted') <> (old.status = 'deleted')
  THEN
    new.pointer_number = old.pointer_number + 1;
  END IF;
  RETURN new;
END
$$;
--> statement-breakpoint
CREATE TRIGGER videos_pointer BEFORE UPDATE ON videos
  FOR EACH ROW EXECUTE FUNCTION number_pointer();

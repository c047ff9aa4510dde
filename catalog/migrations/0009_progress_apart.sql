-- No colons: the Data API takes what follows one for a parameter.

CREATE TABLE "encode_progress" (
	"revision_id" uuid PRIMARY KEY NOT NULL,
	"attempt_id" text NOT NULL,
	"percent" integer NOT NULL,
	"changed_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"changed_xid" bigint DEFAULT cast(cast(pg_current_xact_id() as text) as bigint) NOT NULL,
	CONSTRAINT "encode_progress_percent" CHECK ("encode_progress"."percent" between 0 and 100)
);
--> statement-breakpoint
ALTER TABLE "encode_progress" ADD CONSTRAINT "encode_progress_revision_id_revisions_id_fk" FOREIGN KEY ("revision_id") REFERENCES "public"."revisions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
-- Half-empty pages leave room for the next version of each row.
ALTER TABLE "encode_progress" SET (fillfactor = 50);
--> statement-breakpoint
-- The percentages of encodes that are running, which earlier versions stored with the revision.
INSERT INTO encode_progress (revision_id, attempt_id, percent)
SELECT id, attempt_id, percent FROM revisions
WHERE status = 'transcoding' AND attempt_id IS NOT NULL AND percent IS NOT NULL;
--> statement-breakpoint
-- The table holds running encodes only, however many have ended.
CREATE FUNCTION end_progress() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM encode_progress WHERE revision_id = new.id;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER revisions_end_progress AFTER UPDATE OF status, attempt_id ON revisions
  FOR EACH ROW WHEN (old.status = 'transcoding' AND (new.status, new.attempt_id) IS DISTINCT FROM (old.status, old.attempt_id))
  EXECUTE FUNCTION end_progress();

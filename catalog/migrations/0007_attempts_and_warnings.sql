-- No colons: the Data API takes what follows one for a parameter.

ALTER TABLE "revisions" ADD COLUMN "failed_attempts" jsonb DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE "revisions" ADD COLUMN "warnings" jsonb DEFAULT '[]' NOT NULL;
--> statement-breakpoint
-- As before, but a revision in progress may go back to `uploaded` for its next attempt.
CREATE OR REPLACE FUNCTION enforce_revision_status() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF new.status IN ('uploading', 'uploaded', 'superseded') THEN
      RETURN new;
    END IF;
    RAISE EXCEPTION 'a revision cannot begin as %', new.status
      USING ERRCODE = 'check_violation', CONSTRAINT = 'revisions_status_transition';
  END IF;
  IF new.status = old.status
    OR (CASE old.status
      WHEN 'uploading' THEN new.status IN ('uploaded', 'failed', 'superseded', 'deleted')
      WHEN 'uploaded' THEN new.status IN ('transcoding', 'rejected', 'failed', 'superseded', 'deleted')
      WHEN 'transcoding' THEN new.status IN ('uploaded', 'processing', 'rejected', 'failed', 'superseded', 'deleted')
      WHEN 'processing' THEN new.status IN ('uploaded', 'ready', 'rejected', 'failed', 'superseded', 'deleted')
      WHEN 'ready' THEN new.status IN ('superseded', 'deleted')
      WHEN 'rejected' THEN new.status IN ('deleted')
      WHEN 'failed' THEN new.status IN ('uploaded', 'superseded', 'deleted')
      WHEN 'superseded' THEN new.status IN ('deleted')
      ELSE false
    END)
  THEN
    RETURN new;
  END IF;
  RAISE EXCEPTION 'revision % cannot go from % to %', old.id, old.status, new.status
    USING ERRCODE = 'check_violation', CONSTRAINT = 'revisions_status_transition';
END
$$;

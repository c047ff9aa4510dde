-- No colons: the Data API takes what follows one for a parameter.

-- Enforces the transitions of catalog/schema/revision-status.ts.
CREATE FUNCTION enforce_revision_status() RETURNS trigger LANGUAGE plpgsql AS $$
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
      WHEN 'transcoding' THEN new.status IN ('processing', 'rejected', 'failed', 'superseded', 'deleted')
      WHEN 'processing' THEN new.status IN ('ready', 'rejected', 'failed', 'superseded', 'deleted')
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
--> statement-breakpoint
CREATE TRIGGER revisions_status_transition BEFORE INSERT OR UPDATE OF status ON revisions
  FOR EACH ROW EXECUTE FUNCTION enforce_revision_status();
--> statement-breakpoint
-- A revision's video and upload never change.
CREATE FUNCTION enforce_revision_identity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF new.id <> old.id OR new.video_id <> old.video_id OR new.number <> old.number
    OR (old.version_id IS NOT NULL AND new.version_id IS DISTINCT FROM old.version_id)
  THEN
    RAISE EXCEPTION 'revision % cannot become another', old.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'revisions_identity';
  END IF;
  RETURN new;
END
$$;
--> statement-breakpoint
CREATE TRIGGER revisions_identity BEFORE UPDATE OF id, video_id, number, version_id ON revisions
  FOR EACH ROW EXECUTE FUNCTION enforce_revision_identity();
--> statement-breakpoint
-- A video's current revision moves only forward, and only to a ready revision of the same video.
CREATE FUNCTION enforce_current_revision() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  target revisions%ROWTYPE;
BEGIN
  IF TG_OP = 'UPDATE' AND new.current_revision_id IS NOT DISTINCT FROM old.current_revision_id THEN
    RETURN new;
  END IF;
  IF TG_OP = 'INSERT' AND new.current_revision_id IS NULL THEN
    RETURN new;
  END IF;
  SELECT * INTO target FROM revisions WHERE id = new.current_revision_id;
  IF target.id IS NULL OR target.video_id <> new.id OR target.status <> 'ready' THEN
    RAISE EXCEPTION 'the current revision of video % must be a ready one of its own', new.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'videos_current_revision_ready';
  END IF;
  IF TG_OP = 'UPDATE'
    AND EXISTS (SELECT FROM revisions WHERE id = old.current_revision_id AND number > target.number)
  THEN
    RAISE EXCEPTION 'the current revision of video % cannot move back to number %', new.id, target.number
      USING ERRCODE = 'check_violation', CONSTRAINT = 'videos_current_revision_forward';
  END IF;
  RETURN new;
END
$$;
--> statement-breakpoint
CREATE TRIGGER videos_current_revision BEFORE INSERT OR UPDATE OF current_revision_id ON videos
  FOR EACH ROW EXECUTE FUNCTION enforce_current_revision();

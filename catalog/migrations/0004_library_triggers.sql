-- No colons: the Data API takes what follows one for a parameter.

-- Records the transaction of a video's last change; catalog/videos/list-changes.ts explains its use.
CREATE FUNCTION stamp_video() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND new IS NOT DISTINCT FROM old THEN
    RETURN new;
  END IF;
  new.changed_at = now();
  new.changed_xid = cast(cast(pg_current_xact_id() AS text) AS bigint);
  new.ever_shared = new.ever_shared OR new.visibility <> 'private';
  RETURN new;
END
$$;
--> statement-breakpoint
CREATE TRIGGER videos_stamp BEFORE INSERT OR UPDATE ON videos
  FOR EACH ROW EXECUTE FUNCTION stamp_video();
--> statement-breakpoint
-- Copies to a video the status of its newest revision that was not superseded. The lock comes first, so that of two
-- transactions that end revisions of one video the second sees the changes of the first.
CREATE FUNCTION follow_revision() RETURNS trigger LANGUAGE plpgsql AS $$
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
    changed_at = now(),
    changed_xid = cast(cast(pg_current_xact_id() AS text) AS bigint)
  WHERE id = new.video_id;
  UPDATE uploads SET completed_at = now() WHERE video_id = new.video_id AND completed_at IS NULL;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER revisions_followed AFTER INSERT OR UPDATE ON revisions
  FOR EACH ROW EXECUTE FUNCTION follow_revision();
--> statement-breakpoint
-- A late revision does not revive a deleted video, unless the video has no owner: such a key may be written again. The
-- trigger's name makes it run after the one that restricts how revisions begin.
CREATE FUNCTION bury_late_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM videos WHERE id = new.video_id AND status = 'deleted' AND owner_id IS NOT NULL) THEN
    new.status = 'deleted';
    new.ended_at = now();
  END IF;
  RETURN new;
END
$$;
--> statement-breakpoint
CREATE TRIGGER revisions_tombstone BEFORE INSERT ON revisions
  FOR EACH ROW EXECUTE FUNCTION bury_late_revision();
--> statement-breakpoint
CREATE FUNCTION follow_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' OR new IS DISTINCT FROM old THEN
    UPDATE videos SET changed_at = now(), changed_xid = cast(cast(pg_current_xact_id() AS text) AS bigint)
    FROM revisions WHERE revisions.id = new.revision_id AND videos.id = revisions.video_id;
  END IF;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER steps_followed AFTER INSERT OR UPDATE ON steps
  FOR EACH ROW EXECUTE FUNCTION follow_step();
--> statement-breakpoint
-- Each attempt is a separate job, whose progress starts over.
CREATE FUNCTION restart_percent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF new.attempt_id IS DISTINCT FROM old.attempt_id THEN
    new.percent = NULL;
  END IF;
  RETURN new;
END
$$;
--> statement-breakpoint
CREATE TRIGGER revisions_percent_restart BEFORE UPDATE OF attempt_id ON revisions
  FOR EACH ROW EXECUTE FUNCTION restart_percent();
--> statement-breakpoint
UPDATE videos SET (latest_revision_id, status) = (
  SELECT newest.id, newest.status FROM revisions AS newest
  WHERE newest.video_id = videos.id AND newest.status NOT IN ('superseded', 'deleted')
  ORDER BY newest.number DESC LIMIT 1
)
WHERE EXISTS (
  SELECT FROM revisions WHERE video_id = videos.id AND status NOT IN ('superseded', 'deleted')
);
--> statement-breakpoint
-- Title search; catalog/videos/title-matches.ts explains it.
CREATE FUNCTION search_text(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURNS NULL ON NULL INPUT
  RETURN lower(normalize($1, NFKC) COLLATE "und-x-icu");
--> statement-breakpoint
CREATE FUNCTION search_grams(folded text) RETURNS text[] LANGUAGE plpgsql
  IMMUTABLE PARALLEL SAFE RETURNS NULL ON NULL INPUT COST 1000 AS $$
DECLARE
  singles text[] = string_to_array(folded, NULL);
  grams text[] = singles;
BEGIN
  FOR place IN 2..cardinality(singles) LOOP
    grams = grams || (singles[place - 1] || singles[place]);
  END LOOP;
  RETURN grams;
END
$$;
--> statement-breakpoint
CREATE INDEX videos_search ON videos USING gin (search_grams(search_text(title)));

-- No colons: the Data API takes what follows one for a parameter.

ALTER TABLE "revisions" ADD COLUMN "superseded_at" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "revisions" ADD COLUMN "retired_at" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "videos" ADD COLUMN "withdrawn_at" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "videos" ADD COLUMN "publication" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "videos" ADD CONSTRAINT "videos_publication" CHECK (("videos"."withdrawn_at" is not null) = ("videos"."publication" % 2 = 1));--> statement-breakpoint
-- Earlier encodes that were replaced are retired with the next change of their video.
UPDATE revisions SET superseded_at = now() WHERE status = 'superseded' AND attempt_id IS NOT NULL;

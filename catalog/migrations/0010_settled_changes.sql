-- No colons: the Data API takes what follows one for a parameter.

CREATE TABLE "settled_changes" (
	"video_id" uuid PRIMARY KEY NOT NULL,
	"publication" integer DEFAULT 0 NOT NULL,
	"removed_through" integer
);
--> statement-breakpoint
ALTER TABLE "settled_changes" ADD CONSTRAINT "settled_changes_video_id_videos_id_fk" FOREIGN KEY ("video_id") REFERENCES "public"."videos"("id") ON DELETE cascade ON UPDATE no action;
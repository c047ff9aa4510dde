CREATE TABLE "renditions" (
	"revision_id" uuid NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"codecs" text NOT NULL,
	"width" integer,
	"height" integer,
	"frame_rate" double precision,
	"language" text,
	"channels" integer,
	"duration_ms" bigint NOT NULL,
	"size_bytes" bigint NOT NULL,
	"average_bps" bigint NOT NULL,
	"peak_bps" bigint NOT NULL,
	CONSTRAINT "renditions_revision_id_name_pk" PRIMARY KEY("revision_id","name"),
	CONSTRAINT "renditions_kind" CHECK ("renditions"."kind" in ('video', 'audio'))
);
--> statement-breakpoint
CREATE TABLE "revisions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"video_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"version_id" text,
	"etag" text,
	"sequencer" text,
	"size_bytes" bigint,
	"content_type" text,
	"status" text NOT NULL,
	"code" text,
	"message" text,
	"attempt_id" text,
	"claimed_at" timestamp(3) with time zone,
	"job_id" text,
	"source" jsonb,
	"plan" jsonb,
	"duration_ms" bigint,
	"price_usd" numeric(12, 6),
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"submitted_at" timestamp(3) with time zone,
	"ended_at" timestamp(3) with time zone,
	"published_at" timestamp(3) with time zone,
	CONSTRAINT "revisions_number" UNIQUE("video_id","number"),
	CONSTRAINT "revisions_version" UNIQUE("video_id","version_id"),
	CONSTRAINT "revisions_attempt" UNIQUE("attempt_id"),
	CONSTRAINT "revisions_status" CHECK ("revisions"."status" in ('uploading', 'uploaded', 'transcoding', 'processing', 'ready', 'rejected', 'failed', 'superseded', 'deleted')),
	CONSTRAINT "revisions_number_positive" CHECK ("revisions"."number" > 0),
	CONSTRAINT "revisions_identified" CHECK ("revisions"."version_id" is not null or "revisions"."status" in ('uploading', 'failed', 'superseded', 'deleted')),
	CONSTRAINT "revisions_end_code" CHECK ("revisions"."code" is not null or "revisions"."status" not in ('rejected', 'failed'))
);
--> statement-breakpoint
CREATE TABLE "steps" (
	"revision_id" uuid NOT NULL,
	"step" text NOT NULL,
	"status" text NOT NULL,
	"attempts" integer DEFAULT 1 NOT NULL,
	"detail" jsonb,
	"started_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp(3) with time zone,
	CONSTRAINT "steps_revision_id_step_pk" PRIMARY KEY("revision_id","step"),
	CONSTRAINT "steps_status" CHECK ("steps"."status" in ('running', 'done', 'failed'))
);
--> statement-breakpoint
CREATE TABLE "uploads" (
	"id" uuid PRIMARY KEY NOT NULL,
	"video_id" uuid,
	"bucket" text NOT NULL,
	"key" text NOT NULL,
	"multipart_upload_id" text NOT NULL,
	"size_bytes" bigint NOT NULL,
	"part_size_bytes" bigint NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp(3) with time zone NOT NULL,
	"completed_at" timestamp(3) with time zone,
	CONSTRAINT "uploads_multipart" UNIQUE("bucket","key","multipart_upload_id")
);
--> statement-breakpoint
CREATE TABLE "videos" (
	"id" uuid PRIMARY KEY NOT NULL,
	"bucket" text NOT NULL,
	"key" text NOT NULL,
	"current_revision_id" uuid,
	"title" text NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "videos_bucket_key" UNIQUE("bucket","key")
);
--> statement-breakpoint
ALTER TABLE "renditions" ADD CONSTRAINT "renditions_revision_id_revisions_id_fk" FOREIGN KEY ("revision_id") REFERENCES "public"."revisions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "revisions" ADD CONSTRAINT "revisions_video_id_videos_id_fk" FOREIGN KEY ("video_id") REFERENCES "public"."videos"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "steps" ADD CONSTRAINT "steps_revision_id_revisions_id_fk" FOREIGN KEY ("revision_id") REFERENCES "public"."revisions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "uploads" ADD CONSTRAINT "uploads_video_id_videos_id_fk" FOREIGN KEY ("video_id") REFERENCES "public"."videos"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "videos" ADD CONSTRAINT "videos_current_revision_id_revisions_id_fk" FOREIGN KEY ("current_revision_id") REFERENCES "public"."revisions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "revisions_unfinished" ON "revisions" USING btree ("status","created_at") WHERE status in ('uploading', 'uploaded', 'transcoding', 'processing');--> statement-breakpoint
CREATE INDEX "uploads_expiry" ON "uploads" USING btree ("expires_at");
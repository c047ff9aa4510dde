CREATE TABLE "idempotency_keys" (
	"owner_id" text NOT NULL,
	"key" text NOT NULL,
	"request_hash" text NOT NULL,
	"resource_id" uuid NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"completed_at" timestamp(3) with time zone,
	CONSTRAINT "idempotency_keys_owner_id_key_pk" PRIMARY KEY("owner_id","key")
);
--> statement-breakpoint
ALTER TABLE "uploads" DROP CONSTRAINT "uploads_video_id_videos_id_fk";
--> statement-breakpoint
ALTER TABLE "uploads" ALTER COLUMN "multipart_upload_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "uploads" ALTER COLUMN "part_size_bytes" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "revisions" ADD COLUMN "percent" integer;--> statement-breakpoint
ALTER TABLE "uploads" ADD COLUMN "owner_id" text;--> statement-breakpoint
ALTER TABLE "uploads" ADD COLUMN "file_name" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "uploads" ADD COLUMN "content_type" text DEFAULT 'application/octet-stream' NOT NULL;--> statement-breakpoint
ALTER TABLE "videos" ADD COLUMN "owner_id" text;--> statement-breakpoint
ALTER TABLE "videos" ADD COLUMN "owner_name" text;--> statement-breakpoint
ALTER TABLE "videos" ADD COLUMN "description" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "videos" ADD COLUMN "visibility" text DEFAULT 'private' NOT NULL;--> statement-breakpoint
ALTER TABLE "videos" ADD COLUMN "ever_shared" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "videos" ADD COLUMN "status" text DEFAULT 'uploading' NOT NULL;--> statement-breakpoint
ALTER TABLE "videos" ADD COLUMN "latest_revision_id" uuid;--> statement-breakpoint
ALTER TABLE "videos" ADD COLUMN "changed_at" timestamp(3) with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "videos" ADD COLUMN "changed_xid" bigint DEFAULT cast(cast(pg_current_xact_id() as text) as bigint) NOT NULL;--> statement-breakpoint
CREATE INDEX "idempotency_keys_age" ON "idempotency_keys" USING btree ("created_at");--> statement-breakpoint
ALTER TABLE "uploads" ADD CONSTRAINT "uploads_video_id_videos_id_fk" FOREIGN KEY ("video_id") REFERENCES "public"."videos"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "videos" ADD CONSTRAINT "videos_latest_revision_id_revisions_id_fk" FOREIGN KEY ("latest_revision_id") REFERENCES "public"."revisions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "uploads_unfinished" ON "uploads" USING btree ("owner_id","expires_at") WHERE completed_at is null;--> statement-breakpoint
CREATE INDEX "videos_status" ON "videos" USING btree ("status","id");--> statement-breakpoint
CREATE INDEX "videos_owner" ON "videos" USING btree ("owner_id","id");--> statement-breakpoint
CREATE INDEX "videos_owner_status" ON "videos" USING btree ("owner_id","status","id");--> statement-breakpoint
CREATE INDEX "videos_shared" ON "videos" USING btree ("id") WHERE visibility <> 'private';--> statement-breakpoint
CREATE INDEX "videos_shared_status" ON "videos" USING btree ("status","id") WHERE visibility <> 'private';--> statement-breakpoint
CREATE INDEX "videos_unfinished" ON "videos" USING btree ("owner_id","visibility") WHERE "videos"."status" in ('uploading', 'uploaded', 'transcoding', 'processing');--> statement-breakpoint
CREATE INDEX "videos_changed" ON "videos" USING btree ("changed_xid","id");--> statement-breakpoint
ALTER TABLE "uploads" ADD CONSTRAINT "uploads_video" UNIQUE("video_id");--> statement-breakpoint
ALTER TABLE "revisions" ADD CONSTRAINT "revisions_percent" CHECK ("revisions"."percent" between 0 and 100);--> statement-breakpoint
ALTER TABLE "uploads" ADD CONSTRAINT "uploads_parts" CHECK (("uploads"."multipart_upload_id" is null) = ("uploads"."part_size_bytes" is null));--> statement-breakpoint
ALTER TABLE "videos" ADD CONSTRAINT "videos_visibility" CHECK ("videos"."visibility" in ('private', 'shared', 'public'));--> statement-breakpoint
ALTER TABLE "videos" ADD CONSTRAINT "videos_status" CHECK ("videos"."status" in ('uploading', 'uploaded', 'transcoding', 'processing', 'ready', 'rejected', 'failed', 'deleted'));
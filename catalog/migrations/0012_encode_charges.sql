-- No colons: the Data API takes what follows one for a parameter.

CREATE TABLE "encode_charges" (
	"attempt_id" text PRIMARY KEY NOT NULL,
	"revision_id" uuid NOT NULL,
	"day" date NOT NULL,
	"price_usd" numeric(12, 6) NOT NULL,
	"state" text DEFAULT 'reserved' NOT NULL,
	CONSTRAINT "encode_charges_state" CHECK ("encode_charges"."state" in ('reserved', 'spent', 'returned'))
);
--> statement-breakpoint
CREATE TABLE "encode_days" (
	"day" date PRIMARY KEY NOT NULL,
	"reserved_usd" numeric(14, 6) DEFAULT '0' NOT NULL,
	"spent_usd" numeric(14, 6) DEFAULT '0' NOT NULL
);
--> statement-breakpoint
ALTER TABLE "revisions" ADD COLUMN "price_tier" text;--> statement-breakpoint
ALTER TABLE "revisions" ADD COLUMN "estimated_price_usd" numeric(12, 6);--> statement-breakpoint
ALTER TABLE "encode_charges" ADD CONSTRAINT "encode_charges_revision_id_revisions_id_fk" FOREIGN KEY ("revision_id") REFERENCES "public"."revisions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
-- Moves an attempt's charge to another state or price, and the sums of its day with it. A spent charge stays spent, so that
-- repeated and late calls change nothing. It runs with the rights of its owner, since whatever ends a revision books.
CREATE FUNCTION book_encode(attempt text, booked text, actual_usd numeric) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  known encode_charges%ROWTYPE;
  usd numeric;
BEGIN
  SELECT * INTO known FROM encode_charges WHERE attempt_id = attempt FOR UPDATE;
  usd = coalesce(actual_usd, known.price_usd);
  IF NOT FOUND OR (known.state = 'spent' AND booked <> 'spent') OR (known.state = booked AND known.price_usd = usd) THEN
    RETURN false;
  END IF;
  UPDATE encode_charges SET state = booked, price_usd = usd WHERE attempt_id = attempt;
  UPDATE encode_days SET
    reserved_usd = reserved_usd - CASE known.state WHEN 'reserved' THEN known.price_usd ELSE 0 END,
    spent_usd = spent_usd - CASE known.state WHEN 'spent' THEN known.price_usd ELSE 0 END
      + CASE booked WHEN 'spent' THEN usd ELSE 0 END
  WHERE day = known.day;
  RETURN true;
END
$$;
--> statement-breakpoint
-- Every statement that ends an attempt or its revision books it, in the same transaction. A job is complete once its revision
-- is processing; before that it has failed or was canceled.
CREATE FUNCTION book_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF new.attempt_id IS DISTINCT FROM old.attempt_id THEN
    PERFORM book_encode(old.attempt_id, 'returned', NULL);
  ELSIF new.status IN ('processing', 'ready') THEN
    PERFORM book_encode(new.attempt_id, 'spent', new.price_usd);
  ELSIF new.status IN ('rejected', 'failed', 'superseded', 'deleted') THEN
    PERFORM book_encode(new.attempt_id, 'returned', NULL);
  END IF;
  RETURN NULL;
END
$$;
--> statement-breakpoint
-- Its name makes it run before those that write the video, so that a day is always locked before a video.
CREATE TRIGGER revisions_book AFTER UPDATE OF status, attempt_id, price_usd ON revisions
  FOR EACH ROW WHEN (old.attempt_id IS NOT NULL AND
    (new.status, new.attempt_id, new.price_usd) IS DISTINCT FROM (old.status, old.attempt_id, old.price_usd))
  EXECUTE FUNCTION book_revision();

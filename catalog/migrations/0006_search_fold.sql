-- No colons: the Data API takes what follows one for a parameter.

CREATE INDEX "revisions_ended" ON "revisions" USING btree ("ended_at");--> statement-breakpoint
DROP INDEX videos_search;--> statement-breakpoint
-- The same function as catalog/text/fold-text.ts. The listed characters are Default_Ignorable_Code_Point; U+0307 is a dot
-- above. Most titles are ASCII, for which the first branch is the whole function.
CREATE OR REPLACE FUNCTION search_text(text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE WHEN octet_length($1) = char_length($1) THEN lower($1 COLLATE "und-x-icu") ELSE
    normalize(replace(translate(
      lower(upper(lower(
        regexp_replace(
          normalize($1, NFKC),
          '[\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF0-\uFFF8\U0001BCA0-\U0001BCA3\U0001D173-\U0001D17A\U000E0000-\U000E0FFF]',
          '', 'g'
        )
      COLLATE "und-x-icu") COLLATE "und-x-icu") COLLATE "und-x-icu"),
    'ς', 'σ'), 'i' || chr(775), 'i'), NFKC) END;--> statement-breakpoint
CREATE INDEX videos_search ON videos USING gin (search_grams(search_text(title)));--> statement-breakpoint
-- Keys written on a Mac are decomposed, and so were the titles derived from them.
UPDATE videos SET title = normalize(title, NFC), description = normalize(description, NFC)
WHERE title IS NOT NFC NORMALIZED OR description IS NOT NFC NORMALIZED;

import { paginateListObjectsV2 } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { findReconciledVideo, listReconciledVideos, type ReconciledVideo } from '../../catalog/reconciliation/list-reconciled-videos.ts';
import { videoPrefix } from '../contracts/output-layout.ts';
import { checkOutput } from './check-output.ts';
import { checkRevisions } from './check-revisions.ts';
import { checkVideo } from './check-video.ts';
import { isSettled, type OutputObject, type Run } from './context.ts';
import { countExamined, recordFinding, recordUnknown } from './findings.ts';
import { groupListing, mergeJoin } from './group-listing.ts';

/** Videos of one page of the catalog. */
export const VIDEO_PAGE = 50;

/** Objects that one step reads before it stops at the end of a video. */
const MAX_STEP_OBJECTS = 20_000;

/** Objects of one video that are looked at. An encode has some twenty; the rest of a larger group is looked at by no one. */
const MAX_VIDEO_OBJECTS = 50_000;

/** Prefix of all videos. */
const ROOT = 'v/';

const cursorSchema = z.object({
  /** Folder below the root, or name of an object there, that was handled last. */
  name: z.string(),
  /** Id of the video that was handled last. */
  videoId: z.string().optional(),
});

/**
 * Compares a page of videos with the objects of the output bucket, both in the order of ids, and checks what moves each
 * video on. Memory holds a page of videos and the objects of one of them.
 *
 * @param cursor where the previous call ended
 * @returns where the next call continues; undefined at the end
 */
export async function reconcileOutput(run: Run, cursor: string | undefined): Promise<string | undefined> {
  const { name: after, videoId } = cursor === undefined ? {} : cursorSchema.parse(JSON.parse(cursor));
  const rows = await listReconciledVideos(run.database, { after: videoId, limit: VIDEO_PAGE });
  const groups = groupListing(listOutput(run, after), folderOf, MAX_VIDEO_OBJECTS);
  const join = { groups, rows, nameOf: folderOfVideo, isLastPage: rows.length < VIDEO_PAGE, maxItems: MAX_STEP_OBJECTS };
  let lastId = videoId;
  const end = await mergeJoin(join, async ({ name, items, row }) => {
    countExamined(run, 'objects', items.length);
    if (row === undefined) {
      await checkUnknown(run, name, items);
      return;
    }
    lastId = row.id;
    countExamined(run, 'videos');
    countExamined(run, 'revisions', row.revisions.length);
    await checkVideo(run, row, items.length > 0);
    await checkRevisions(run, row);
    await checkOutput(run, row, items);
  });
  return end === undefined ? undefined : JSON.stringify({ name: end, videoId: lastId } satisfies z.infer<typeof cursorSchema>);
}

function folderOfVideo({ id }: ReconciledVideo): string {
  return `${id}/`;
}

/** Returns the first folder below the root with its slash, or the name of an object that is in none. */
function folderOf({ key }: OutputObject): string {
  const slash = key.indexOf('/', ROOT.length);
  return key.slice(ROOT.length, slash < 0 ? undefined : slash + 1);
}

/** Lists the objects after a folder or object, in key order. */
async function* listOutput({ s3, outputBucket }: Run, after: string | undefined): AsyncGenerator<OutputObject> {
  // No key of the folder `name/` is after `name0`, since 0 is the character after the slash.
  const StartAfter = after === undefined ? undefined : `${ROOT}${after.replace(/\/$/, '0')}`;
  const input = { Bucket: outputBucket, Prefix: ROOT, StartAfter };
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, input)) {
    for (const { Key: key, Size: sizeBytes = 0, LastModified: modifiedAt } of Contents) {
      if (key !== undefined) yield { key, sizeBytes, modifiedAt };
    }
  }
}

async function checkUnknown(run: Run, name: string, objects: readonly OutputObject[]): Promise<void> {
  const [first] = objects;
  if (first === undefined || objects.some(({ modifiedAt }) => !isSettled(run, modifiedAt))) return;
  const id = name.slice(0, -1);
  if (name.at(-1) !== '/' || !isId(id)) return recordFinding(run, 'output_foreign', first.key);
  // The video may have been created after its page was read.
  if ((await findReconciledVideo(run.database, id)) === undefined) await recordUnknown(run, videoPrefix(id));
}

function isId(name: string): boolean {
  return z.uuid().safeParse(name).success && name === name.toLowerCase();
}

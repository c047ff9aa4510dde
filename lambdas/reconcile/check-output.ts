import { GetObjectTaggingCommand, NoSuchKey } from '@aws-sdk/client-s3';
import { findReconciledVideo, type ReconciledRevision, type ReconciledVideo } from '../../catalog/reconciliation/list-reconciled-videos.ts';
import { DASH_MANIFEST, encodePrefix, HLS_PLAYLIST, pointerKey, PUBLISHED_TAG, revisionPrefix, sourcePrefix } from '../contracts/output-layout.ts';
import { deleteBelow } from '../runtime/delete-objects.ts';
import { isSettled, type OutputObject, type Run } from './context.ts';
import { recordFinding, recordUnknown } from './findings.ts';

/** Objects of one attempt at an encode, or those from which a source is packaged. */
interface Encode {
  readonly prefix: string;
  /** Number of the revision, or undefined for a path that Sluice does not write. */
  readonly number: number | undefined;
  readonly attemptId: string | undefined;
  readonly isSource: boolean;
  readonly objects: readonly OutputObject[];
}

/** Objects of one video whose tags are read in a run. A withdrawn video with more is checked in part. */
const MAX_TAGS_READ = 500;

/**
 * Checks the objects of a video: that each encode is of use, that the ready revision is whole, and that what is published is
 * what the catalog says. That an encode is of no use never changes again, so that it can be deleted whatever happens meanwhile.
 */
export async function checkOutput(run: Run, video: ReconciledVideo, objects: readonly OutputObject[]): Promise<void> {
  const encodes = groupByEncode(video.id, objects);
  for (const encode of encodes) await checkEncode(run, video, encode);
  for (const revision of video.revisions) {
    const { status, attemptId, supersededAt, retiredAt } = revision;
    if (attemptId === null || retiredAt !== null) continue;
    const prefix = encodePrefix({ videoId: video.id, revision: revision.number, attemptId });
    const own = encodes.find((encode) => encode.prefix === prefix)?.objects ?? [];
    if (status === 'ready') await checkWhole(run, video, revision, own, prefix);
    if (status === 'ready' || (status === 'superseded' && supersededAt !== null)) await checkTags(run, video, revision, own);
  }
}

function groupByEncode(videoId: string, objects: readonly OutputObject[]): readonly Encode[] {
  const ofRevisions = objects.filter(({ key }) => key !== pointerKey(videoId));
  const groups = Map.groupBy(ofRevisions, ({ key }) => key.split('/').slice(0, 4).join('/'));
  return [...groups].map(([path, group]) => {
    const [, , number = '', attemptId = ''] = path.split('/');
    const revision = Number(number);
    const isFolder = /^[1-9]\d*$/.test(number) && path !== group[0]?.key;
    if (isFolder && `${path}/` === sourcePrefix({ videoId, revision }))
      return { prefix: `${path}/`, number: revision, attemptId: undefined, isSource: true, objects: group };
    return isFolder && /^[a-z0-9]{8,32}$/.test(attemptId)
      ? { prefix: encodePrefix({ videoId, revision, attemptId }), number: revision, attemptId, isSource: false, objects: group }
      : { prefix: path, number: undefined, attemptId: undefined, isSource: false, objects: group };
  });
}

async function checkEncode(run: Run, video: ReconciledVideo, { prefix, number, attemptId, isSource, objects }: Encode): Promise<void> {
  if (objects.some(({ modifiedAt }) => !isSettled(run, modifiedAt))) return;
  if (number === undefined) return recordFinding(run, 'output_foreign', prefix);
  const revision = video.revisions.find((each) => each.number === number);
  if (revision !== undefined) {
    if (isSource ? !isUselessSource(run, video, revision) : !isUseless(run, revision, attemptId)) return;
    await recordFinding(run, 'output_orphaned', prefix, () => deleteBelow(run.s3, run.outputBucket, prefix));
    return;
  }
  // The revision may have been registered after its page was read.
  const now = await findReconciledVideo(run.database, video.id);
  if (now?.revisions.some((each) => each.number === number) !== true)
    await recordUnknown(run, revisionPrefix({ videoId: video.id, revision: number }));
}

/** Returns whether nothing will ever read an encode. A failed revision keeps its own until a newer one is ready. */
function isUseless({ afterGrace }: Run, revision: ReconciledRevision, attemptId: string | undefined): boolean {
  const { status, supersededAt, retiredAt } = revision;
  if (status === 'deleted' || status === 'rejected') return true;
  if (status === 'superseded' && supersededAt === null) return true;
  if (retiredAt !== null) return afterGrace === 'delete' || supersededAt === null;
  // Until the first attempt is claimed there is no other to compare with.
  return revision.attemptId !== null && revision.attemptId !== attemptId;
}

/** Returns whether the source of a revision will never be packaged again. */
function isUselessSource({ afterGrace }: Run, { justInTimeRevisionId }: ReconciledVideo, revision: ReconciledRevision): boolean {
  const { id, status, supersededAt, sourceSupersededAt, retiredAt } = revision;
  if (status === 'deleted' || status === 'rejected') return true;
  if (retiredAt !== null) return afterGrace === 'delete' || (supersededAt ?? sourceSupersededAt) === null;
  return status === 'superseded' && supersededAt === null && sourceSupersededAt === null && justInTimeRevisionId !== id;
}

async function checkWhole(
  run: Run,
  video: ReconciledVideo,
  { id, endedAt, renditions }: ReconciledRevision,
  objects: readonly OutputObject[],
  prefix: string,
): Promise<void> {
  if (!isSettled(run, endedAt)) return;
  const sizes = new Map(objects.map(({ key, sizeBytes }) => [key.slice(prefix.length), sizeBytes]));
  const missing = [
    ...[HLS_PLAYLIST, DASH_MANIFEST].filter((name) => !sizes.has(name)),
    ...Object.entries(renditions).flatMap(([name, size]) => (sizes.get(name) === size ? [] : [name])),
  ];
  if (missing.length === 0) return;
  const now = await findReconciledVideo(run.database, video.id);
  const isStillReady = now?.revisions.some((each) => each.id === id && each.status === 'ready') === true;
  if (isStillReady) await recordFinding(run, 'output_missing', `${prefix}${missing[0] ?? ''}`);
}

/**
 * Compares tags with the catalog. The HLS playlist is tagged last when a revision is published and untagged first when it is
 * withdrawn: one request tells whether a published revision is whole, and a withdrawn one takes a request for each object.
 */
async function checkTags(run: Run, video: ReconciledVideo, revision: ReconciledRevision, objects: readonly OutputObject[]): Promise<void> {
  if (!isSettled(run, video.changedAt) || video.settledPublication < video.publication) return;
  const mustBePublished = video.withdrawnAt === null;
  const candidates = mustBePublished ? objects.filter(({ key }) => key.endsWith(`/${HLS_PLAYLIST}`)) : objects.slice(0, MAX_TAGS_READ);
  for (const { key } of candidates) {
    const isPublished = await readPublished(run, key);
    if (isPublished === undefined || isPublished === mustBePublished) continue;
    const now = await findReconciledVideo(run.database, video.id);
    if (now?.publication !== video.publication || now.status === 'deleted') return;
    if (now.revisions.find(({ id }) => id === revision.id)?.retiredAt !== null) return;
    await recordFinding(run, 'tags_disagree', key, () => run.sendWithdrawal({ type: 'tags-disagree', videoId: video.id }));
    return;
  }
}

/** @returns undefined for an object that was deleted meanwhile */
async function readPublished({ s3, outputBucket }: Run, key: string): Promise<boolean | undefined> {
  try {
    const { TagSet = [] } = await s3.send(new GetObjectTaggingCommand({ Bucket: outputBucket, Key: key }));
    return TagSet.some(({ Key, Value }) => Key === PUBLISHED_TAG.key && Value === PUBLISHED_TAG.value);
  } catch (error) {
    if (error instanceof NoSuchKey || Object(Object(error).$metadata).httpStatusCode === 404) return undefined;
    throw error;
  }
}

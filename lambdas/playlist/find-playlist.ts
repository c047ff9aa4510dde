import { PackagingError } from '../../media/packaging/packaging-error.ts';
import { type Clip, readClip } from '../../media/packaging/playlists/clip.ts';
import { encodePrefix, indexKey, pointerKey, sourcePrefix } from '../contracts/output-layout.ts';
import { CLIP_PARAMETERS } from '../contracts/playlist-parameters.ts';
import type { Pointer, PointerTarget } from '../contracts/pointer.ts';
import type { OpenedIndex } from '../just-in-time/kept-indexes.ts';
import { type PlaylistPlace, type PlaylistRequest, type RawClip } from './playlist-request.ts';
import { badRequest, FORBIDDEN, notFound, PREPARING, type Refusal } from './refusal.ts';
import { writeSourcePlaylist } from './source-playlists.ts';

/** Published objects of one kind. */
export interface ObjectReader<Value> {
  /** @returns undefined if the object is missing or not published; throws if storage fails */
  get(key: string): Promise<Value | undefined>;
}

export interface PlaylistObjects {
  readonly pointers: ObjectReader<Pointer>;
  readonly indexes: ObjectReader<OpenedIndex>;
  /** Playlists as the encoder wrote them. */
  readonly texts: ObjectReader<string>;
  /** Requests that the index of a revision is made again. */
  readonly requestIndex: (videoId: string, revision: number) => Promise<void>;
}

/** A playlist without signatures. */
export interface FoundPlaylist {
  readonly kind: 'found';
  readonly text: string;
  /** Path at the edge against which its references are resolved. */
  readonly storedPath: string;
}

/**
 * Finds the text of a playlist. At a video's permanent address, the pointer says which one: that of an encode, or one that is
 * written from the index of a source. A clip is always written from an index, since only an index says where segments may begin.
 */
export async function findPlaylist(request: PlaylistRequest, objects: PlaylistObjects): Promise<FoundPlaylist | Refusal> {
  const clip = parseClip(request.clip);
  if ('kind' in clip) return clip;
  const { place, videoId } = request;
  if (place.kind === 'permanent') return findByPointer({ videoId, name: place.name, clip }, objects);
  if (place.kind === 'source') return findOfRevision({ videoId, name: place.name, clip }, place, objects);
  if (clip.length > 0) return badRequest(`A part of a video is played at /v/${videoId}/index.m3u8 or index.mpd.`);
  return (await findText(place.key, objects)) ?? FORBIDDEN;
}

/** Reads the clip of a request. A parameter that is given twice would be read differently by different players. */
function parseClip(raw: RawClip): Clip | Refusal {
  const repeated = CLIP_PARAMETERS.find((name) => raw[name].length > 1);
  if (repeated !== undefined) return badRequest(`${repeated} is given ${raw[repeated].length} times.`);
  try {
    return readClip({ start: raw.start[0], end: raw.end[0], trimming: raw.trimming[0] });
  } catch (error) {
    if (error instanceof PackagingError) return badRequest(error.message);
    throw error;
  }
}

/** A playlist of a video, wherever it comes from. */
interface Wanted {
  readonly videoId: string;
  readonly name: string;
  readonly clip: Clip;
}

async function findByPointer(wanted: Wanted, objects: PlaylistObjects): Promise<FoundPlaylist | Refusal> {
  const pointer = await objects.pointers.get(pointerKey(wanted.videoId));
  if (pointer === undefined || pointer.target === null) return FORBIDDEN;
  const { target, previous } = pointer;
  const found = await findTarget(wanted, target, objects);
  if (found !== undefined) return found;
  if (target.kind === 'source') await objects.requestIndex(wanted.videoId, target.revision);
  const earlier = previous === null ? undefined : await findTarget(wanted, previous, objects);
  if (earlier !== undefined) return earlier;
  if (target.kind === 'source') return PREPARING;
  return wanted.clip.length > 0 ? notFound('No part of this video can be played by itself.') : FORBIDDEN;
}

/** @returns undefined if the object of the target is missing */
function findTarget(
  wanted: Wanted,
  target: PointerTarget,
  objects: PlaylistObjects,
): Promise<FoundPlaylist | Refusal | undefined> {
  const { videoId, name, clip } = wanted;
  if (target.kind === 'source' || clip.length > 0) return findSource(wanted, target.revision, objects);
  return findText(`${encodePrefix({ videoId, ...target })}${name}`, objects);
}

async function findText(key: string, { texts }: PlaylistObjects): Promise<FoundPlaylist | undefined> {
  const text = await texts.get(key);
  return text === undefined ? undefined : { kind: 'found', text, storedPath: `/${key}` };
}

/** @returns undefined if the index is missing */
async function findSource(
  { videoId, name, clip }: Wanted,
  revision: number,
  { indexes, requestIndex }: PlaylistObjects,
): Promise<FoundPlaylist | Refusal | undefined> {
  const opened = await indexes.get(indexKey({ videoId, revision }));
  if (opened === undefined) return undefined;
  if (opened.kind === 'unusable') {
    await requestIndex(videoId, revision);
    return PREPARING;
  }
  const text = writeSourcePlaylist(opened.index, name, clip);
  if (typeof text !== 'string') return text;
  return { kind: 'found', text, storedPath: `/${sourcePrefix({ videoId, revision })}${name}` };
}

/** Finds a playlist of a source at its own address. A missing index is made again only while the video plays from it. */
async function findOfRevision(
  wanted: Wanted,
  { revision }: Extract<PlaylistPlace, { kind: 'source' }>,
  objects: PlaylistObjects,
): Promise<FoundPlaylist | Refusal> {
  const found = await findSource(wanted, revision, objects);
  if (found !== undefined) return found;
  const target = (await objects.pointers.get(pointerKey(wanted.videoId)))?.target;
  if (target?.kind !== 'source' || target.revision !== revision) return FORBIDDEN;
  await objects.requestIndex(wanted.videoId, revision);
  return PREPARING;
}

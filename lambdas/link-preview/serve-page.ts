import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { signObject, type VideoSigner } from '../signing/sign-video.ts';
import { writePreviewTags } from './preview-tags.ts';
import type { VideoPreview } from './read-preview.ts';

/** Request of the edge. */
export interface PageCall {
  readonly path: string;
  /** Raw, without the question mark. */
  readonly query: string;
}

export interface PageSources {
  /** Returns the document of all pages. */
  readonly readDocument: () => Promise<string>;
  /** Reads the preview of a public video. @param origin scheme and authority of the edge */
  readonly readPreview: (origin: string, videoId: string, signal: AbortSignal) => Promise<VideoPreview | undefined>;
  readonly signingKey: () => Promise<Omit<VideoSigner, 'edgeUrl'>>;
  readonly now: () => Date;
  readonly reportError: (error: unknown, videoId: string) => void;
  /** Time after which the document is sent without a preview. @default 2,000 */
  readonly patienceMs?: number;
}

export interface PageResponse {
  readonly status: 200 | 404;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Path and query to which the edge rewrites a request for a video's page. */
const DOCUMENT_PATH = '/index.html';
const querySchema = z.object({ video: z.uuid(), origin: z.url({ protocol: /^https?$/ }) });

/** Validity of the poster's URL in a preview, which other sites fetch once or again some days later. */
const POSTER_LIFETIME_MS = 7 * 24 * 3_600_000;

const TITLE = /<title>.*?<\/title>/s;
const NO_INDEX = '<meta name="robots" content="noindex" />';

/**
 * Serves the document of a video's page: with a preview if the video is public, or else with the same document for a
 * private and a missing one, so that it reveals nothing. A preview that fails or takes too long is left out.
 */
export async function servePage(call: PageCall, sources: PageSources): Promise<PageResponse> {
  const query = querySchema.safeParse(Object.fromEntries(new URLSearchParams(call.query)));
  // The edge then fetches the document of the path from the bucket.
  if (call.path !== DOCUMENT_PATH || !query.success) return { status: 404, headers: {}, body: '' };
  const { video, origin } = query.data;
  const [document, tags] = await Promise.all([sources.readDocument(), findTags(sources, video, origin)]);
  return {
    status: 200,
    // Not cached: the edge has what the preview is made from, and forgets that once the video is no longer public.
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' },
    // A function, since `$` has a meaning in a replacement text.
    body: document.replace(TITLE, (title) => tags ?? title),
  };
}

/** Returns tags to write instead of the title; undefined if they cannot be determined. */
async function findTags(sources: PageSources, videoId: string, origin: string): Promise<string | undefined> {
  const waiting = new AbortController();
  try {
    const tags = tagsOf(sources, videoId, origin, waiting.signal);
    const timeout = sleep(sources.patienceMs ?? 2000, undefined, { signal: waiting.signal }).then(() => {
      throw new Error('The preview took too long.');
    });
    return await Promise.race([tags, timeout]);
  } catch (error) {
    sources.reportError(error, videoId);
    return undefined;
  } finally {
    waiting.abort();
  }
}

async function tagsOf(
  { readPreview, signingKey, now }: PageSources,
  videoId: string,
  origin: string,
  signal: AbortSignal,
): Promise<string> {
  const preview = await readPreview(origin, videoId, signal);
  if (preview === undefined) return `<title>Sluice</title>\n    ${NO_INDEX}`;
  const { title, description, posterKey } = preview;
  const expiresAt = new Date(now().getTime() + POSTER_LIFETIME_MS);
  const posterUrl =
    posterKey === null ? null : signObject({ ...(await signingKey()), edgeUrl: origin }, posterKey, expiresAt);
  return writePreviewTags({ origin, videoId, title, description, posterUrl });
}

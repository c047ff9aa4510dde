import { END_CODES, type EndCode } from '../contracts/end-codes.ts';
import type { Revision } from '../../catalog/schema/index.ts';
import type { FoundVideo } from '../../catalog/videos/find-video.ts';
import type { VideoOverview } from '../../catalog/videos/video-overview.ts';
import { removeBidiControls } from '../../catalog/text/bidi-controls.ts';
import { replaceControlCharacters } from '../../catalog/text/control-characters.ts';
import { cutText } from '../../catalog/text/cut-text.ts';
import { hasVisibleCharacter } from '../../catalog/text/has-visible-character.ts';
import { MAX_TITLE_LENGTH, titleOf } from '../../catalog/videos/title-of.ts';
import type { SourceAudioFacts, SourceVideoFacts } from '../../catalog/schema/source-facts.ts';
import type { Video, VideoStatus, VideoSummary, Warning } from '../contracts/api/video.ts';
import { type FoundWarning, isKnownWarning } from '../contracts/source-warnings.ts';
import { MAX_KEPT_MS } from './edge-cache.ts';
import { mayManage, type User } from './user.ts';
import type { PosterUrls } from '../signing/poster-urls.ts';
import { timelineOf } from './timeline.ts';

/** Presents videos to the caller, who must be allowed to see them. */
export async function presentSummaries(
  rows: readonly VideoOverview[],
  user: User | undefined,
  posterUrls: PosterUrls,
): Promise<VideoSummary[]> {
  const locations = rows.flatMap(({ video, playable }) =>
    playable === null ? [] : [{ videoId: video.id, revision: playable.number, attemptId: playable.attemptId }],
  );
  // The edge may keep what a signed-out visitor gets.
  const urls = await posterUrls(locations, user === undefined ? MAX_KEPT_MS : 0);
  const posters = new Map(locations.map(({ videoId }, index) => [videoId, urls[index]]));
  return rows.map((row) => summaryOf(row, user, posters.get(row.video.id) ?? null));
}

function summaryOf(
  { video, latest, playable, source, pageSource }: VideoOverview,
  user: User | undefined,
  posterUrl: string | null,
): VideoSummary {
  const status = visibleStatus(video.status);
  const hasEnded = status === 'rejected' || status === 'failed';
  return {
    id: video.id,
    title: validTitle(video.title, video.key),
    visibility: video.visibility,
    status,
    code: hasEnded ? (latest?.code ?? null) : null,
    percent: status === 'transcoding' ? (latest?.percent ?? null) : null,
    warningCount: hasEnded ? 0 : (latest?.warningCount ?? 0),
    playable: playable !== null || source !== null || pageSource !== null,
    withdrawnAt: video.withdrawnAt?.toISOString() ?? null,
    durationMs: (pageSource ?? source)?.film.durationMs ?? playable?.durationMs ?? latest?.durationMs ?? latest?.sourceDurationMs ?? null,
    posterUrl,
    // A sign-in name is half of what a sign-in needs.
    ownerName: user === undefined ? null : video.ownerName,
    editable: mayManage(user, video),
    createdAt: video.createdAt.toISOString(),
    changedAt: video.changedAt.toISOString(),
  };
}

/** Presents a video with its details to the caller. */
export async function presentVideo(
  found: FoundVideo,
  user: User | undefined,
  posterUrls: PosterUrls,
): Promise<Video> {
  const { video, revision, upload } = found;
  const [summary] = await presentSummaries([found], user, posterUrls);
  if (summary === undefined) throw new Error('presentSummaries returned no summary');
  const { editable } = summary;
  const warnings = summary.code === null ? (revision?.warnings ?? []).filter(isKnownWarning) : [];
  return {
    ...summary,
    warningCount: warnings.length,
    description: replaceControlCharacters(removeBidiControls(found.description), 'lines', ''),
    revision: revision?.number ?? null,
    message: (editable && summary.code !== null ? revision?.message : null) ?? textOf(summary.code),
    justInTime: presentJustInTime(revision),
    timeline: timelineOf(found),
    failedAttempts: (revision?.failedAttempts ?? []).map(({ code, failedAt, nextAt }) => ({ code, failedAt, nextAt })),
    warnings: warnings.map(presentWarning),
    uploadId: editable && summary.status === 'uploading' ? (upload?.id ?? null) : null,
    source: {
      fileName: editable ? (upload?.fileName || nameOf(video.key)).normalize('NFC') : null,
      sizeBytes: revision?.sizeBytes ?? upload?.sizeBytes ?? null,
      contentType: revision?.contentType ?? upload?.contentType ?? null,
      container: revision?.source?.container ?? null,
      durationMs: revision?.source?.durationMs ?? null,
      video: revision?.source == null ? null : videoTrack(revision.source.video),
      audio: (revision?.source?.audio ?? []).map(audioTrack),
    },
    renditions: found.renditions.map(({ revisionId: _revisionId, ...rendition }) => rendition),
    price: editable && revision !== null ? priceOf(revision) : null,
    priceUsd: !editable || revision?.priceUsd == null ? null : Number(revision.priceUsd),
  };
}

function presentJustInTime(revision: Revision | null): Video['justInTime'] {
  if (revision?.justInTime == null || revision.status === 'rejected') return null;
  const { level, reasons } = revision.justInTime;
  return { level, reasons: [...reasons] };
}

function priceOf({ priceTier, estimatedPriceUsd }: Revision): Video['price'] {
  if (priceTier === null || estimatedPriceUsd === null) return null;
  return { tier: priceTier, estimatedUsd: Number(estimatedPriceUsd) };
}

function presentWarning({ code, track, startMs, durationMs }: FoundWarning): Warning {
  return { code, track: track ?? null, startMs: startMs ?? null, durationMs: durationMs ?? null };
}

/** Returns the public text of a code; the stored message may name a job or quote the encoder. */
function textOf(code: string | null): string | null {
  return Object.entries<EndCode>(END_CODES).find(([name]) => name === code)?.[1].message ?? null;
}

/** @throws Error for a tombstone, which is visible to no one */
function visibleStatus(status: VideoOverview['video']['status']): VideoStatus {
  if (status === 'deleted') throw new Error('A deleted video cannot be shown');
  return status;
}

/** Returns the title, or one derived from the key if an operator or an earlier version stored none that is valid. */
function validTitle(title: string, key: string): string {
  const line = replaceControlCharacters(removeBidiControls(title), 'line', '');
  const valid = cutText(line.normalize('NFC').trim(), MAX_TITLE_LENGTH).trim();
  return hasVisibleCharacter(valid) ? valid : titleOf(key);
}

function nameOf(key: string): string {
  return key.split('/').findLast((part) => part !== '') ?? key;
}

function videoTrack({ codec, width, height, frameRate }: SourceVideoFacts) {
  return {
    codec,
    width,
    height,
    frameRate: frameRate === undefined ? null : frameRate.numerator / frameRate.denominator,
    language: null,
    channels: null,
  };
}

function audioTrack({ codec, channels, language }: SourceAudioFacts) {
  return {
    codec,
    width: null,
    height: null,
    frameRate: null,
    language: language ?? null,
    channels,
  };
}

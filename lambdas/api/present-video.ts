import { END_CODES, type EndCode } from '../contracts/end-codes.ts';
import type { FoundVideo } from '../../catalog/videos/find-video.ts';
import type { VideoOverview } from '../../catalog/videos/video-overview.ts';
import { titleOf } from '../../catalog/videos/title-of.ts';
import type { SourceAudioFacts, SourceVideoFacts } from '../../catalog/schema/source-facts.ts';
import { MAX_TITLE, type Video, type VideoStatus, type VideoSummary } from '../contracts/api/video.ts';
import { mayManage, type User } from './user.ts';
import type { PosterUrls } from '../signing/poster-urls.ts';
import { timelineOf } from './timeline.ts';

/** Rows of the catalog as somebody gets to see them; of what they may see only. */
export async function presentSummaries(
  rows: readonly VideoOverview[],
  person: User | undefined,
  posterUrls: PosterUrls,
): Promise<VideoSummary[]> {
  const locations = rows.flatMap(({ video, playable }) =>
    playable === null ? [] : [{ videoId: video.id, revision: playable.number, attemptId: playable.attemptId }],
  );
  const urls = await posterUrls(locations);
  const posters = new Map(locations.map(({ videoId }, index) => [videoId, urls[index]]));
  return rows.map((row) => summaryOf(row, person, posters.get(row.video.id) ?? null));
}

function summaryOf(
  { video, latest, playable }: VideoOverview,
  person: User | undefined,
  posterUrl: string | null,
): VideoSummary {
  const status = shownStatus(video.status);
  const hasEnded = status === 'rejected' || status === 'failed';
  return {
    id: video.id,
    title: shownTitle(video.title, video.key),
    visibility: video.visibility,
    status,
    code: hasEnded ? (latest?.code ?? null) : null,
    percent: status === 'transcoding' ? (latest?.percent ?? null) : null,
    playable: playable !== null,
    durationMs: playable?.durationMs ?? latest?.durationMs ?? latest?.sourceDurationMs ?? null,
    posterUrl,
    ownerName: video.ownerName,
    editable: mayManage(person, video),
    createdAt: video.createdAt.toISOString(),
    changedAt: video.changedAt.toISOString(),
  };
}

export async function presentVideo(
  found: FoundVideo,
  person: User | undefined,
  posterUrls: PosterUrls,
): Promise<Video> {
  const { video, revision, upload } = found;
  const [summary] = await presentSummaries([found], person, posterUrls);
  if (summary === undefined) throw new Error('A row became no summary');
  const { editable } = summary;
  return {
    ...summary,
    description: found.description,
    revision: revision?.number ?? null,
    message: (editable && summary.code !== null ? revision?.message : null) ?? wordsOf(summary.code),
    timeline: timelineOf(found),
    uploadId: editable && summary.status === 'uploading' ? (upload?.id ?? null) : null,
    source: {
      fileName: editable ? upload?.fileName || nameOf(video.key) : null,
      sizeBytes: revision?.sizeBytes ?? upload?.sizeBytes ?? null,
      contentType: revision?.contentType ?? upload?.contentType ?? null,
      container: revision?.source?.container ?? null,
      durationMs: revision?.source?.durationMs ?? null,
      video: revision?.source == null ? null : videoTrack(revision.source.video),
      audio: (revision?.source?.audio ?? []).map(audioTrack),
    },
    renditions: found.renditions.map(({ revisionId: _revisionId, ...rendition }) => rendition),
    priceUsd: !editable || revision?.priceUsd == null ? null : Number(revision.priceUsd),
  };
}

/** What a code says to everybody; the message beside it may name a job, or quote the encoder. */
function wordsOf(code: string | null): string | null {
  return Object.entries<EndCode>(END_CODES).find(([name]) => name === code)?.[1].message ?? null;
}

/** A tombstone is shown to nobody. */
function shownStatus(status: VideoOverview['video']['status']): VideoStatus {
  if (status === 'deleted') throw new Error('A deleted video cannot be shown');
  return status;
}

/** A title that came with a key may be longer than one that people may give, or be of blanks only. */
function shownTitle(title: string, key: string): string {
  return shortened(title) || shortened(titleOf(key)) || '–';
}

function shortened(text: string): string {
  return text.slice(0, MAX_TITLE).trim().toWellFormed();
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

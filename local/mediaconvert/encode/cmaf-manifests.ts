import { averageBitrate, maxSegmentBitrate, peakSegmentBitrate, targetDuration } from '../../../media/bitrate.ts';
import { writeMpd } from '../../../media/dash/mpd.ts';
import { writeImagePlaylist } from '../../../media/hls/image-playlist.ts';
import { writeMediaPlaylist } from '../../../media/hls/media-playlist.ts';
import { writeMultivariantPlaylist } from '../../../media/hls/multivariant-playlist.ts';
import type { Segment } from '../../../media/segments.ts';
import type { EncodePlan, PlannedAudio, PlannedSheets, PlannedVideo } from './encode-plan.ts';
import type { FinishedRendition } from './finished-rendition.ts';
import type { CmafGroupSettings } from '../settings/output-group-settings.ts';

export type Planned = PlannedVideo | PlannedAudio;

/** A rendition with the output that it belongs to. */
export interface Finished<Kind extends Planned> extends FinishedRendition {
  readonly planned: Kind;
  /** File name without extension, such as `index_720p`. */
  readonly name: string;
}

export interface FinishedSheets {
  readonly planned: PlannedSheets;
  readonly images: readonly {
    readonly file: string;
    readonly uri: string;
    readonly size: number;
    readonly durationSeconds: number;
  }[];
}

/** Content that the manifests of a CMAF group describe. */
interface CmafContent {
  readonly plan: EncodePlan;
  readonly settings: CmafGroupSettings;
  /** Prefix of every file name, such as `index`. */
  readonly baseName: string;
  readonly videos: readonly Finished<PlannedVideo>[];
  readonly audios: readonly Finished<PlannedAudio>[];
  readonly sheets: readonly FinishedSheets[];
}

/** Group of audio outputs that name none. */
const DEFAULT_AUDIO_GROUP = 'program_audio';

/** Returns the name of the thumbnails' playlist and images: that of the group, since they belong to no rendition. */
export function thumbnailsName(baseName: string): string {
  return `${baseName}_thumbnails`;
}

export function durationOf(segments: readonly Segment[]): number {
  return segments.reduce((sum, { durationSeconds }) => sum + durationSeconds, 0);
}

/** Writes a media playlist. @param renditions all of the presentation, which share one target duration */
export function mediaPlaylist(
  { name, track, segments }: Finished<Planned>,
  extension: string,
  renditions: readonly FinishedRendition[],
  settings: CmafGroupSettings,
): string {
  return writeMediaPlaylist({
    uri: `${name}.${extension}`,
    initSize: track.initSize,
    segments,
    targetSeconds: targetSecondsOf(renditions, settings),
  });
}

/** Returns the file name of a rendition's I-frame playlist, as the maker's other encoders form it. */
export function keyFramesName({ name }: Finished<PlannedVideo>): string {
  return `${name}_I-Frame`;
}

/** Returns the renditions whose settings request an I-frame playlist. */
export function withKeyFrames(videos: readonly Finished<PlannedVideo>[]): readonly Finished<PlannedVideo>[] {
  return videos.filter(({ planned: { output: { containerSettings: container } } }) =>
    container.container === 'CMFC' && container.cmfcSettings?.iFrameOnlyManifest === 'INCLUDE');
}

/**
 * Writes a rendition's I-frame playlist, for scrubbing: RFC 8216, 4.3.3.6. Its target duration may differ from that of the
 * other playlists (6.2.4).
 */
export function keyFramePlaylist({ name, track, keyFrames }: Finished<PlannedVideo>): string {
  const targetSeconds = targetDuration(keyFrames);
  return writeMediaPlaylist({ uri: `${name}.cmfv`, initSize: track.initSize, segments: keyFrames, targetSeconds, iFramesOnly: true });
}

function targetSecondsOf(renditions: readonly FinishedRendition[], settings: CmafGroupSettings): number {
  const rounding = settings.targetDurationCompatibilityMode === 'LEGACY' ? 'up' : 'nearest';
  return Math.max(...renditions.map(({ segments }) => targetDuration(segments, rounding)));
}

export function imagePlaylist({
  planned: { thumbnail, columns, rows, intervalSeconds },
  images,
}: FinishedSheets): string {
  return writeImagePlaylist({ thumbnail, columns, rows, intervalSeconds, images });
}

function bitrates({ segments }: FinishedRendition, targetSeconds: number) {
  return {
    peakBps: peakSegmentBitrate(segments, targetSeconds),
    averageBps: averageBitrate(segments),
  };
}

/** Returns the channels that the settings request: the sample entry of an MP4 always states 2. */
function channelsOf({ planned: { description } }: Finished<PlannedAudio>): number {
  return { CODING_MODE_1_0: 1, CODING_MODE_2_0: 2, CODING_MODE_5_1: 6 }[
    description.codecSettings.aacSettings.codingMode
  ];
}

function audioName({ planned: { description, language } }: Finished<PlannedAudio>): string {
  return description.streamName ?? language ?? 'Audio';
}

function audioSettings({ planned }: Finished<PlannedAudio>) {
  const { containerSettings: container } = planned.output;
  const settings = container.container === 'CMFC' ? container.cmfcSettings : undefined;
  const type = settings?.audioTrackType ?? 'ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT';
  return {
    groupId: settings?.audioGroupId ?? DEFAULT_AUDIO_GROUP,
    isDefault: type === 'ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT',
    autoSelect: type !== 'ALTERNATE_AUDIO_NOT_AUTO_SELECT',
  };
}

function audioGroupsOf(
  { planned }: Finished<PlannedVideo>,
  audios: readonly Finished<PlannedAudio>[],
): readonly string[] {
  const { containerSettings: container } = planned.output;
  const sets = container.container === 'CMFC' ? container.cmfcSettings?.audioRenditionSets : undefined;
  return sets?.split(',') ?? [...new Set(audios.map((audio) => audioSettings(audio).groupId))];
}

export function multivariantPlaylist({ plan, settings, videos, audios, sheets, baseName }: CmafContent): string {
  const targetSeconds = targetSecondsOf([...videos, ...audios], settings);
  return writeMultivariantPlaylist({
    audio: audios.map((audio) => ({
      ...audioSettings(audio),
      name: audioName(audio),
      language: audio.planned.language,
      channels: channelsOf(audio),
      codec: audio.codec,
      ...bitrates(audio, targetSeconds),
      uri: `${audio.name}.m3u8`,
    })),
    variants: videos.map((video) => ({
      codec: video.codec,
      width: video.planned.description.width,
      height: video.planned.description.height,
      frameRate: plan.frameRate,
      ...bitrates(video, targetSeconds),
      audioGroups: audioGroupsOf(video, audios),
      uri: `${video.name}.m3u8`,
    })),
    keyFrames: withKeyFrames(videos).map((video) => ({
      codec: video.codec,
      width: video.planned.description.width,
      height: video.planned.description.height,
      peakBps: peakSegmentBitrate(video.keyFrames, targetDuration(video.keyFrames)),
      averageBps: averageBitrate(video.keyFrames),
      uri: `${keyFramesName(video)}.m3u8`,
    })),
    images: sheets.map(({ planned: { thumbnail }, images }) => ({
      ...thumbnail,
      peakBps: maxSegmentBitrate(images),
      uri: `${thumbnailsName(baseName)}.m3u8`,
    })),
  });
}

export function dashManifest({ plan, videos, audios, sheets, baseName }: CmafContent): string {
  const file = (rendition: Finished<Planned>, extension: string) => ({
    id: rendition.name.slice(baseName.length + 1),
    uri: `${rendition.name}.${extension}`,
    codec: rendition.codec,
    peakBps: maxSegmentBitrate(rendition.segments),
    timescale: rendition.track.track.timescale,
    initSize: rendition.track.initSize,
    indexSize: rendition.index.length,
  });
  const renditions = [...videos, ...audios];
  const ends = renditions.map(({ segments }) => (segments[0]?.startSeconds ?? 0) + durationOf(segments));
  const longest = renditions.map(({ segments }) => Math.max(...segments.map(({ durationSeconds }) => durationSeconds)));
  const [thumbnails] = sheets;
  return writeMpd({
    durationSeconds: Math.max(...ends),
    longestSegmentSeconds: Math.max(...longest),
    video: videos.map((video) => ({
      ...file(video, 'cmfv'),
      width: video.planned.description.width,
      height: video.planned.description.height,
      frameRate: plan.frameRate,
    })),
    audio: audios.map((audio) => ({
      ...file(audio, 'cmfa'),
      language: audio.planned.language,
      label: audioName(audio),
      isDefault: audioSettings(audio).isDefault,
      channels: channelsOf(audio),
      sampleRate: audio.track.track.timescale,
    })),
    tiles: thumbnails === undefined ? undefined : thumbnailTiles(thumbnails, baseName),
  });
}

function thumbnailTiles(
  { planned: { thumbnail, columns, rows, intervalSeconds }, images }: FinishedSheets,
  baseName: string,
) {
  return {
    id: 'thumbnails',
    media: `${thumbnailsName(baseName)}_$Number%05d$.jpg`,
    columns,
    rows,
    width: columns * thumbnail.width,
    height: rows * thumbnail.height,
    durationSeconds: columns * rows * intervalSeconds,
    images: images.length,
    peakBps: maxSegmentBitrate(images),
  };
}

import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DISCARDED_SHEET } from '../../../media/stills/still-output.ts';
import { alignFragments, joinFragments } from '../../../media/segments.ts';
import { valueOf } from '../../../media/rational.ts';
import {
  dashManifest,
  durationOf,
  type Finished,
  type FinishedSheets,
  imagePlaylist,
  keyFramePlaylist,
  keyFramesName,
  mediaPlaylist,
  multivariantPlaylist,
  type Planned,
  thumbnailsName,
  withKeyFrames,
} from './cmaf-manifests.ts';
import type { EncodePlan, PlannedAudio, PlannedVideo } from './encode-plan.ts';
import { finishRendition } from './finished-rendition.ts';
import { JobFailedError } from '../jobs/job-failed-error.ts';
import type { OutputDetail } from '../jobs/job-record.ts';
import { parseS3Uri } from '../encoder-store.ts';
import type { CmafGroupSettings } from '../settings/output-group-settings.ts';
import type { StartTimes } from './start-times.ts';
import type { OutputFile } from './output-file.ts';

/** Result of a group of outputs: objects to write, manifests last, and their description in the event. */
export interface FinishedGroup {
  readonly uploads: readonly OutputFile[];
  readonly playlistFilePaths: readonly string[];
  /** Description of each output, in the order of the settings. */
  readonly outputDetails: readonly OutputDetail[];
}

/**
 * Packages the files of a CMAF group as MediaConvert does with `SINGLE_FILE`: a file and a playlist per rendition, one
 * multivariant playlist, one MPD.
 *
 * @throws JobFailedError if a rendition does not hold a single frame
 */
export async function finishCmafGroup(
  plan: EncodePlan,
  starts: StartTimes,
  group: { readonly index: number; readonly settings: CmafGroupSettings; readonly directory: string },
): Promise<FinishedGroup> {
  const { index, settings, directory } = group;
  const { bucket, key: base } = parseS3Uri(settings.destination);
  const baseName = basename(base);
  const nameOf = ({ output }: Planned): string => `${baseName}${output.nameModifier}`;

  const videos: Finished<PlannedVideo>[] = [];
  for (const planned of plan.videos.filter(({ groupIndex }) => groupIndex === index)) {
    const segmentSeconds = planned.segmentFrames / valueOf(plan.frameRate);
    const length = { segmentSeconds, minFinalSeconds: settings.minFinalSegmentLength };
    const finished = await finishRendition(join(directory, planned.file), starts.videoSeconds, (fragments, timescale) =>
      joinFragments(fragments, timescale, length));
    if (finished === undefined) throw new JobFailedError('nothingDecoded');
    videos.push({ ...finished, planned, name: nameOf(planned) });
  }
  const videoSegments = videos[0]?.segments ?? [];
  const audios: Finished<PlannedAudio>[] = [];
  for (const planned of plan.audios.filter(({ groupIndex }) => groupIndex === index)) {
    const startSeconds = starts.audio.get(planned.stream.index)?.startSeconds ?? 0;
    const finished = await finishRendition(join(directory, planned.file), startSeconds, (fragments, timescale) =>
      alignFragments(fragments, timescale, videoSegments, {
        segmentSeconds: settings.segmentLength,
        minFinalSeconds: settings.minFinalSegmentLength,
      }),
    );
    if (finished === undefined)
      throw new JobFailedError('audioNotDecoded');
    audios.push({ ...finished, planned, name: nameOf(planned) });
  }
  const sheets = await finishSheets(plan, { index, directory, baseName, videoSeconds: durationOf(videoSegments) });

  const renditions = [...videos, ...audios];
  const content = { plan, settings, baseName, videos, audios, sheets };
  const folder = base.slice(0, base.length - baseName.length);
  const object = (name: string, contentType: string): Pick<OutputFile, 'bucket' | 'key' | 'contentType'> => ({
    bucket,
    key: `${folder}${name}`,
    contentType,
  });
  const playlist = (name: string, text: string): OutputFile => ({
    ...object(name, 'application/vnd.apple.mpegurl'),
    text,
  });
  const media = (
    { planned, name, track, index: sidx }: Finished<Planned>,
    extension: string,
    type: string,
  ): OutputFile => ({
    ...object(`${name}.${extension}`, type),
    file: planned.file,
    insertion: { offset: track.initSize, base64: Buffer.from(sidx).toString('base64') },
  });
  return {
    uploads: [
      ...videos.map((video) => media(video, 'cmfv', 'video/mp4')),
      ...audios.map((audio) => media(audio, 'cmfa', 'audio/mp4')),
      ...sheets.flatMap(({ images }) => images.map(({ file, uri }) => ({ ...object(uri, 'image/jpeg'), file }))),
      ...videos.map((video) => playlist(`${video.name}.m3u8`, mediaPlaylist(video, 'cmfv', renditions, settings))),
      ...withKeyFrames(videos).map((video) => playlist(`${keyFramesName(video)}.m3u8`, keyFramePlaylist(video))),
      ...audios.map((audio) => playlist(`${audio.name}.m3u8`, mediaPlaylist(audio, 'cmfa', renditions, settings))),
      ...sheets.map((set) => playlist(`${thumbnailsName(baseName)}.m3u8`, imagePlaylist(set))),
      { ...object(`${baseName}.mpd`, 'application/dash+xml'), text: dashManifest(content) },
      playlist(`${baseName}.m3u8`, multivariantPlaylist(content)),
    ],
    playlistFilePaths: ['mpd', 'm3u8'].map((extension) => `${settings.destination}.${extension}`),
    outputDetails: [...videos.map(videoDetail), ...audios.map(audioDetail)]
      .toSorted((a, b) => a.outputIndex - b.outputIndex)
      .map(({ detail }) => detail),
  };
}

async function finishSheets(
  plan: EncodePlan,
  group: {
    readonly index: number;
    readonly directory: string;
    readonly baseName: string;
    readonly videoSeconds: number;
  },
): Promise<FinishedSheets[]> {
  const sheets = plan.sheets.filter(({ groupIndex }) => groupIndex === group.index);
  return Promise.all(sheets.map(async (planned) => {
    const prefix = planned.file.slice(0, planned.file.indexOf('%'));
    const files = (await readdir(group.directory))
      .filter((name) => name.startsWith(prefix) && Number.parseInt(name.slice(prefix.length), 10) !== DISCARDED_SHEET)
      .toSorted();
    const sheetSeconds = planned.columns * planned.rows * planned.intervalSeconds;
    const images = await Promise.all(files.map(async (file, position) => ({
      file,
      uri: `${thumbnailsName(group.baseName)}_${file.slice(prefix.length)}`,
      size: (await stat(join(group.directory, file))).size,
      durationSeconds: Math.min(sheetSeconds, Math.max(0.001, group.videoSeconds - position * sheetSeconds)),
    })));
    return { planned, images };
  }));
}

/**
 * Describes a rendition as a job's completion event does: in a CMAF group, without file paths and bit rates.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/cmaf-group.html
 */
function videoDetail({ planned, segments }: Finished<PlannedVideo>): { outputIndex: number; detail: OutputDetail } {
  return {
    outputIndex: planned.outputIndex,
    detail: {
      durationInMs: Math.round(durationOf(segments) * 1000),
      videoDetails: {
        widthInPx: planned.description.width,
        heightInPx: planned.description.height,
      },
    },
  };
}

function audioDetail({ planned, segments }: Finished<PlannedAudio>): { outputIndex: number; detail: OutputDetail } {
  return {
    outputIndex: planned.outputIndex,
    detail: { durationInMs: Math.round(durationOf(segments) * 1000) },
  };
}

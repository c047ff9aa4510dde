import { rational, type Rational } from '../../media/rational.ts';
import {
  type FrameCaptures,
  stillInterval,
  type StillInterval,
  type TiledSheets,
} from '../../media/stills/still-output.ts';
import { wholeFrames } from '../../media/whole-frames.ts';
import type { AudioDescription } from './audio-settings.ts';
import type { LocalMedia, ProbedFile, ProbedStream } from './ffprobe.ts';
import { JobFailedError } from './job-failed-error.ts';
import type { JobSettings } from './job-settings.ts';
import type { Output } from './output-group-settings.ts';
import { audioStreams, languageOf, videoStreams } from './stream-facts.ts';
import type { H264Settings, Preprocessors, VideoDescription } from './video-settings.ts';

/** A file that ffmpeg makes for one output, in the job's directory. */
interface PlannedFile {
  /** Name of the file, or the name pattern of images. */
  readonly file: string;
  /** Position of the output in the settings. */
  readonly groupIndex: number;
  readonly outputIndex: number;
  readonly output: Output;
}

export interface PlannedVideo extends PlannedFile {
  readonly description: VideoDescription;
  readonly h264: H264Settings;
  /** Frames from one segment's key frame to the next, and the maximum within a group of pictures. */
  readonly segmentFrames: number;
  readonly gopFrames: number;
}

export interface PlannedAudio extends PlannedFile {
  readonly description: AudioDescription;
  readonly stream: ProbedStream;
  /** ISO 639-2 code in lower case; undefined if neither settings nor file state it. */
  readonly language: string | undefined;
}

interface PlannedCaptures extends PlannedFile, FrameCaptures {}

export interface PlannedSheets extends TiledSheets, StillInterval {
  readonly file: string;
  readonly groupIndex: number;
}

export interface EncodePlan {
  readonly media: LocalMedia;
  readonly video: ProbedStream;
  readonly rotate: JobSettings['inputs'][number]['videoSelector']['rotate'];
  readonly preprocessors: Preprocessors;
  readonly frameRate: Rational;
  /** Duration of the source; undefined if the file does not state it. */
  readonly durationSeconds: number | undefined;
  readonly videos: readonly PlannedVideo[];
  readonly audios: readonly PlannedAudio[];
  readonly captures: readonly PlannedCaptures[];
  readonly sheets: readonly PlannedSheets[];
}

/**
 * Resolves a job's settings against its source.
 *
 * @throws JobFailedError if the source lacks what the settings require
 */
export function planJob(settings: JobSettings, media: LocalMedia, probed: ProbedFile): EncodePlan {
  const [input] = settings.inputs;
  const [video] = videoStreams(probed);
  if (input === undefined || video === undefined) throw new JobFailedError('noVideo');
  if (video.codec_name === undefined) throw new JobFailedError('unsupportedCodec', video.codec_tag_string);
  const outputs = settings.outputGroups.flatMap(({ outputs: list, outputGroupSettings }, groupIndex) =>
    list.map((output, outputIndex) => ({ output, groupIndex, outputIndex, group: outputGroupSettings })),
  );
  const first = outputs.find(({ output }) => output.videoDescription?.codecSettings.codec === 'H_264')?.output
    .videoDescription;
  if (first?.codecSettings.codec !== 'H_264') throw new JobFailedError('unknown', 'the job has no video output');
  const { framerateNumerator, framerateDenominator } = first.codecSettings.h264Settings;
  const frameRate = rational(framerateNumerator, framerateDenominator);

  const plan = {
    media,
    video,
    rotate: input.videoSelector.rotate,
    preprocessors: first.videoPreprocessors ?? {},
    frameRate,
    durationSeconds: probed.format.duration ?? video.duration,
    videos: [] as PlannedVideo[],
    audios: [] as PlannedAudio[],
    captures: [] as PlannedCaptures[],
    sheets: [] as PlannedSheets[],
  };
  for (const [index, { output, groupIndex, outputIndex, group }] of outputs.entries()) {
    const common = { output, groupIndex, outputIndex };
    const codec = output.videoDescription?.codecSettings;
    if (output.videoDescription !== undefined && codec?.codec === 'H_264' && group.type === 'CMAF_GROUP_SETTINGS') {
      plan.videos.push({
        ...common,
        file: `video-${index}.mp4`,
        description: output.videoDescription,
        h264: codec.h264Settings,
        segmentFrames: wholeFrames(group.cmafGroupSettings.segmentLength, frameRate),
        gopFrames: wholeFrames(codec.h264Settings.gopSize, frameRate),
      });
    } else if (output.videoDescription !== undefined && codec?.codec === 'FRAME_CAPTURE') {
      const {
        framerateNumerator: captures,
        framerateDenominator: seconds,
        maxCaptures,
        quality,
      } = codec.frameCaptureSettings;
      const { everyFrames } = stillInterval(seconds / captures, frameRate);
      const { width, height } = output.videoDescription;
      plan.captures.push({
        ...common,
        file: `capture-${index}-%07d.jpg`,
        size: { width, height },
        everyFrames,
        maxCaptures,
        quality,
      });
    } else if (output.audioDescriptions?.[0] !== undefined) {
      const [description] = output.audioDescriptions;
      const stream = selectAudio(input, description, probed);
      plan.audios.push({
        ...common,
        file: `audio-${index}.mp4`,
        description,
        stream,
        language: outputLanguage(description, stream),
      });
    }
  }
  for (const [groupIndex, { outputGroupSettings: group }] of settings.outputGroups.entries()) {
    if (group.type !== 'CMAF_GROUP_SETTINGS' || group.cmafGroupSettings.imageBasedTrickPlaySettings === undefined)
      continue;
    const tiles = group.cmafGroupSettings.imageBasedTrickPlaySettings;
    plan.sheets.push({
      file: `tiles-${groupIndex}-%05d.jpg`,
      groupIndex,
      thumbnail: { width: tiles.thumbnailWidth, height: tiles.thumbnailHeight },
      columns: tiles.tileWidth,
      rows: tiles.tileHeight,
      // "MediaConvert automatically rounds the interval to align with the output frame rate."
      ...stillInterval(tiles.thumbnailInterval, frameRate),
    });
  }
  return plan;
}

function selectAudio(
  input: JobSettings['inputs'][number],
  description: AudioDescription,
  probed: ProbedFile,
): ProbedStream {
  const selectors = Object.entries(input.audioSelectors);
  const named = selectors.find(([name]) => name === description.audioSourceName);
  const selector = named?.[1] ?? selectors.find(([, { defaultSelection }]) => defaultSelection === 'DEFAULT')?.[1];
  const number = selector?.tracks?.[0] ?? 1;
  const stream = audioStreams(probed)[number - 1];
  if (stream === undefined) throw new JobFailedError('missingAudio', `track ${number}`);
  if (stream.codec_name === undefined) throw new JobFailedError('unsupportedCodec', `audio track ${number}`);
  return stream;
}

function outputLanguage(description: AudioDescription, stream: ProbedStream): string | undefined {
  const configured = description.customLanguageCode ?? description.languageCode?.toLowerCase();
  const found = languageOf(stream);
  return description.languageCodeControl === 'USE_CONFIGURED' ? (configured ?? found) : (found ?? configured);
}

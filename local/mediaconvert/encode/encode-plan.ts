import type { Orientation } from '../../../media/orientation.ts';
import { rational, type Rational } from '../../../media/rational.ts';
import {
  type FrameCaptures,
  stillInterval,
  type StillInterval,
  type TiledSheets,
} from '../../../media/stills/still-output.ts';
import { wholeFrames } from '../../../media/whole-frames.ts';
import type { AudioDescription } from '../settings/audio-settings.ts';
import type { ColorPart } from './color-parts.ts';
import { type ColorPlan, planColorParts, planColors, type PlannedColorPart } from './color-plan.ts';
import type { LocalMedia, ProbedFile, ProbedStream } from '../probe/ffprobe.ts';
import { JobFailedError } from '../jobs/job-failed-error.ts';
import type { JobSettings } from '../settings/job-settings.ts';
import type { Output } from '../settings/output-group-settings.ts';
import type { PlanInputs } from './plan-inputs.ts';
import { audioStreams, chosenVideo, languageOf, videoStreams } from '../probe/stream-facts.ts';
import { streamOrientation } from '../probe/stream-orientation.ts';
import type { H264Settings, Preprocessors, VideoDescription } from '../settings/video-settings.ts';

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
  /** Number of the stream among the recognized audio streams, from 1. */
  readonly track: number;
  /** ISO 639-2 code in lower case; undefined if neither settings nor file state it. */
  readonly language: string | undefined;
  /** Whether it ends with the video: `MATCH_VIDEO_DURATION`. */
  readonly matchesVideo: boolean;
}

interface PlannedCaptures extends PlannedFile, FrameCaptures {}

export interface PlannedSheets extends TiledSheets, StillInterval {
  readonly file: string;
  readonly groupIndex: number;
}

export interface EncodePlan extends PlanInputs {
  readonly video: ProbedStream;
  /** Rotation from the settings, and mirroring from the file. */
  readonly orientation: Orientation;
  /** Whether black frames pad a video that begins later or ends earlier than its audio. */
  readonly padsVideo: boolean;
  readonly preprocessors: Preprocessors;
  readonly colors: ColorPlan;
  /** Colors of the source by part, if they change and are converted; otherwise none. */
  readonly colorParts: readonly PlannedColorPart[];
  readonly frameRate: Rational;
  /** Timestamp at which the source begins; ffmpeg counts from it. */
  readonly startSeconds: number;
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
 * @param parts parts of the video whose color labels change
 * @throws JobFailedError if the source lacks what the settings require
 */
export function planJob(
  settings: JobSettings,
  media: LocalMedia,
  probed: ProbedFile,
  parts: readonly ColorPart[] = [],
): EncodePlan {
  const [input] = settings.inputs;
  const streams = videoStreams(probed);
  const video = chosenVideo(probed);
  if (input === undefined || streams.length === 0) throw new JobFailedError('noVideo');
  if (video === undefined) throw new JobFailedError('unsupportedCodec', streams[0]?.codec_tag_string);
  const outputs = settings.outputGroups.flatMap(({ outputs: list, outputGroupSettings }, groupIndex) =>
    list.map((output, outputIndex) => ({ output, groupIndex, outputIndex, group: outputGroupSettings })),
  );
  const first = outputs.find(({ output }) => output.videoDescription?.codecSettings.codec === 'H_264')?.output
    .videoDescription;
  if (first?.codecSettings.codec !== 'H_264') throw new JobFailedError('unknown', 'the job has no video output');
  const { framerateNumerator, framerateDenominator } = first.codecSettings.h264Settings;
  const frameRate = rational(framerateNumerator, framerateDenominator);

  const plan = {
    media: { ...media, thorough: probed.thorough ?? false },
    video,
    orientation: planOrientation(input.videoSelector.rotate, streamOrientation(video), media),
    padsVideo: input.videoSelector.padVideo === 'BLACK',
    preprocessors: first.videoPreprocessors ?? {},
    colors: planColors(video, input.videoSelector, first.videoPreprocessors?.colorCorrector),
    colorParts: planColorParts(parts, input.videoSelector, first.videoPreprocessors?.colorCorrector),
    frameRate,
    startSeconds: probed.format.start_time ?? 0,
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
      const { stream, track } = selectAudio(input, description, probed);
      plan.audios.push({
        ...common,
        file: `audio-${index}.mp4`,
        description,
        stream,
        track,
        language: outputLanguage(description, stream),
        matchesVideo: matchesVideo(output),
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

/**
 * Returns the picture's orientation. The rotation is that of the settings or, for `AUTO`, that of the file: "If your input video
 * container is .mov or .mp4 and your input has rotation metadata, you can choose Automatic." MediaConvert has no setting that
 * mirrors. This encoder does mirror as the file asks; the chain warns that AWS does not.
 * https://docs.aws.amazon.com/mediaconvert/latest/apireference/jobs.html#jobs-model-videoselector
 */
function planOrientation(rotate: Rotate, inFile: Orientation, { demuxer }: LocalMedia): Orientation {
  const rotation = rotate === 'AUTO' ? (demuxer === 'mov' ? inFile.rotation : 0) : DEGREES[rotate];
  return { rotation, mirrored: inFile.mirrored };
}

type Rotate = JobSettings['inputs'][number]['videoSelector']['rotate'];
const DEGREES = { DEGREE_0: 0, DEGREES_90: 90, DEGREES_180: 180, DEGREES_270: 270 } as const;

function selectAudio(
  input: JobSettings['inputs'][number],
  description: AudioDescription,
  probed: ProbedFile,
): Pick<PlannedAudio, 'stream' | 'track'> {
  const selectors = Object.entries(input.audioSelectors);
  const named = selectors.find(([name]) => name === description.audioSourceName);
  const selector = named?.[1] ?? selectors.find(([, { defaultSelection }]) => defaultSelection === 'DEFAULT')?.[1];
  const track = selector?.tracks?.[0] ?? 1;
  const stream = audioStreams(probed)[track - 1];
  if (stream === undefined) {
    const position = Math.max(0, selectors.findIndex(([, one]) => one === selector)) + 1;
    throw new JobFailedError('missingAudio', `[${position}]. Audio track [${track}] not found in input container.`);
  }
  return { stream, track };
}

function matchesVideo({ containerSettings: container }: Output): boolean {
  const settings = container.container === 'CMFC' ? container.cmfcSettings : undefined;
  return settings?.audioDuration === 'MATCH_VIDEO_DURATION';
}

function outputLanguage(description: AudioDescription, stream: ProbedStream): string | undefined {
  const configured = description.customLanguageCode ?? description.languageCode?.toLowerCase();
  const found = languageOf(stream);
  return description.languageCodeControl === 'USE_CONFIGURED' ? (configured ?? found) : (found ?? configured);
}

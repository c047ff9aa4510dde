import { rational, type Rational, valueOf } from '../../media/rational.ts';
import type { AudioDescription } from './audio-settings.ts';
import type { LocalMedia, ProbedFile, ProbedStream } from './ffprobe.ts';
import { JobFailedError } from './job-failure.ts';
import type { JobSettings } from './job-request.ts';
import type { CmafGroupSettings, Output } from './output-group-settings.ts';
import { audioStreams, languageOf, videoStreams } from './stream-facts.ts';
import type { FrameCaptureSettings, H264Settings, Preprocessors, VideoDescription } from './video-settings.ts';

/** A file that ffmpeg makes for one output, in the job's own directory. */
interface PlannedFile {
  /** Name of the file, or its pattern for images. */
  readonly file: string;
  /** Where the output stands in the settings. */
  readonly groupIndex: number;
  readonly outputIndex: number;
  readonly output: Output;
}

export interface PlannedVideo extends PlannedFile {
  readonly description: VideoDescription;
  readonly h264: H264Settings;
  /** Frames from one segment's key frame to the next, and the most within a group of pictures. */
  readonly segmentFrames: number;
  readonly gopFrames: number;
}

export interface PlannedAudio extends PlannedFile {
  readonly description: AudioDescription;
  /** Index of the stream in the file. */
  readonly stream: ProbedStream;
  /** ISO 639-2, lower case; undefined where neither settings nor file say. */
  readonly language: string | undefined;
}

export interface PlannedCaptures extends PlannedFile {
  readonly description: VideoDescription;
  readonly capture: FrameCaptureSettings;
  /** Frames of the output from one capture to the next. */
  readonly everyFrames: number;
}

export interface PlannedTiles {
  readonly file: string;
  readonly groupIndex: number;
  readonly settings: NonNullable<CmafGroupSettings['imageBasedTrickPlaySettings']>;
  readonly everyFrames: number;
  /** The interval that a whole number of frames makes. */
  readonly intervalSeconds: number;
}

export interface EncodePlan {
  readonly media: LocalMedia;
  readonly video: ProbedStream;
  readonly rotate: JobSettings['inputs'][number]['videoSelector']['rotate'];
  readonly preprocessors: Preprocessors;
  readonly frameRate: Rational;
  /** Seconds; undefined where the file does not say. */
  readonly durationSeconds: number | undefined;
  readonly videos: readonly PlannedVideo[];
  readonly audios: readonly PlannedAudio[];
  readonly captures: readonly PlannedCaptures[];
  readonly tiles: readonly PlannedTiles[];
}

/**
 * What a job's settings mean for its source.
 *
 * @throws JobFailedError where the source lacks what the settings ask for
 */
export function planEncode(settings: JobSettings, media: LocalMedia, probed: ProbedFile): EncodePlan {
  const [input] = settings.inputs;
  const [video] = videoStreams(probed);
  if (input === undefined || video === undefined) throw new JobFailedError('noVideo');
  if (video.codec_name === undefined) throw new JobFailedError('unsupportedCodec', video.codec_tag_string);
  const outputs = settings.outputGroups.flatMap(({ outputs: list, outputGroupSettings }, groupIndex) =>
    list.map((output, outputIndex) => ({ output, groupIndex, outputIndex, group: outputGroupSettings })),
  );
  const first = outputs.find(({ output }) => output.videoDescription?.codecSettings.codec === 'H_264')?.output.videoDescription;
  if (first?.codecSettings.codec !== 'H_264') throw new JobFailedError('unknown', 'the job has no video output');
  const { framerateNumerator, framerateDenominator } = first.codecSettings.h264Settings;
  const frameRate = rational(framerateNumerator, framerateDenominator);
  const fps = valueOf(frameRate);

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
    tiles: [] as PlannedTiles[],
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
        segmentFrames: wholeFrames(group.cmafGroupSettings.segmentLength, fps),
        gopFrames: wholeFrames(codec.h264Settings.gopSize, fps),
      });
    } else if (output.videoDescription !== undefined && codec?.codec === 'FRAME_CAPTURE') {
      const capture = codec.frameCaptureSettings;
      const everyFrames = wholeFrames(capture.framerateDenominator / capture.framerateNumerator, fps);
      plan.captures.push({ ...common, file: `capture-${index}-%07d.jpg`, description: output.videoDescription, capture, everyFrames });
    } else if (output.audioDescriptions?.[0] !== undefined) {
      const [description] = output.audioDescriptions;
      const stream = selectAudio(input, description, probed);
      plan.audios.push({ ...common, file: `audio-${index}.mp4`, description, stream, language: outputLanguage(description, stream) });
    }
  }
  for (const [groupIndex, { outputGroupSettings: group }] of settings.outputGroups.entries()) {
    if (group.type !== 'CMAF_GROUP_SETTINGS' || group.cmafGroupSettings.imageBasedTrickPlaySettings === undefined) continue;
    const tileSettings = group.cmafGroupSettings.imageBasedTrickPlaySettings;
    // "MediaConvert automatically rounds the interval to align with the output frame rate."
    const everyFrames = wholeFrames(tileSettings.thumbnailInterval, fps);
    const intervalSeconds = everyFrames / fps;
    plan.tiles.push({ file: `tiles-${groupIndex}-%05d.jpg`, groupIndex, settings: tileSettings, everyFrames, intervalSeconds });
  }
  return plan;
}

function wholeFrames(seconds: number, fps: number): number {
  return Math.max(1, Math.round(seconds * fps));
}

function selectAudio(input: JobSettings['inputs'][number], description: AudioDescription, probed: ProbedFile): ProbedStream {
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

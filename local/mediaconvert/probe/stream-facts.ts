import { rational, type Rational, valueOf } from '../../../media/rational.ts';
import { chooseVideo } from '../../../media/containers/choose-video.ts';
import { codecName } from './codec-name.ts';
import type { ProbedFile, ProbedStream } from './ffprobe.ts';

/** Returns the video streams in the order of the file, without cover images. */
export function videoStreams({ streams }: ProbedFile): readonly ProbedStream[] {
  return streams.filter((stream) => stream.codec_type === 'video' && stream.disposition?.attached_pic !== 1);
}

/**
 * Returns the video stream to encode, or undefined if none can be decoded. Laptop encoder: MediaConvert's choice among several
 * is not documented.
 */
export function chosenVideo(probed: ProbedFile): ProbedStream | undefined {
  const streams = videoStreams(probed);
  const candidates = streams.map((stream) => ({ codec: codecName(stream.codec_name), durationSeconds: durationOf(stream) }));
  return streams[chooseVideo(candidates) ?? -1];
}

/**
 * Returns a stream's duration, in seconds. Matroska files state it in a tag such as `00:00:03.021000000`; without the tag,
 * ffprobe reports the duration of the whole file for the first stream.
 */
export function durationOf({ duration, tags }: ProbedStream): number | undefined {
  const [, hours, minutes, seconds] = /^(\d+):(\d+):(\d+(?:\.\d+)?)$/.exec(tags?.['DURATION'] ?? '') ?? [];
  return seconds === undefined ? duration : Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

/**
 * Returns the audio streams that MediaConvert recognizes, in file order; track numbers count only these. A stream may be
 * recognized even if none of its packets decodes.
 */
export function audioStreams({ streams }: ProbedFile): readonly ProbedStream[] {
  return streams.filter(({ codec_type: type, codec_name: codec }) => type === 'audio' && codecName(codec) !== 'UNKNOWN');
}

/** Returns the nominal frame rate, or the mean rate if the two differ, as for variable rates. */
export function streamFrameRate(stream: ProbedStream): Rational | undefined {
  const nominal = parseFraction(stream.r_frame_rate);
  const mean = parseFraction(stream.avg_frame_rate);
  if (nominal === undefined || mean === undefined) return mean ?? nominal;
  return Math.abs(valueOf(nominal) - valueOf(mean)) < valueOf(mean) * 0.01 ? nominal : mean;
}

/** Returns the ISO 639-2 code in lower case; undefined if the file states none. */
export function languageOf(stream: ProbedStream): string | undefined {
  const language = stream.tags?.['language']?.toLowerCase();
  return language === undefined || language === 'und' ? undefined : language;
}

/** Parses text such as `30000/1001` or `16:9`. Returns undefined for `0/0`. */
export function parseFraction(text: string | undefined): Rational | undefined {
  const [, numerator, denominator] = /^(\d+)[/:](\d+)$/.exec(text ?? '') ?? [];
  const [above, below] = [Number(numerator), Number(denominator)];
  return above > 0 && below > 0 ? rational(above, below) : undefined;
}

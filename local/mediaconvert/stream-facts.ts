import { rational, type Rational, valueOf } from '../../media/rational.ts';
import type { ProbedFile, ProbedStream } from './ffprobe.ts';

/** Returns the video streams in the order of the file, without cover images. */
export function videoStreams({ streams }: ProbedFile): readonly ProbedStream[] {
  return streams.filter((stream) => stream.codec_type === 'video' && stream.disposition?.attached_pic !== 1);
}

export function audioStreams({ streams }: ProbedFile): readonly ProbedStream[] {
  return streams.filter((stream) => stream.codec_type === 'audio');
}

/** Returns the nominal frame rate, or the mean rate if the two differ, as for variable rates. */
export function streamFrameRate(stream: ProbedStream): Rational | undefined {
  const nominal = parseFraction(stream.r_frame_rate);
  const mean = parseFraction(stream.avg_frame_rate);
  if (nominal === undefined || mean === undefined) return mean ?? nominal;
  return Math.abs(valueOf(nominal) - valueOf(mean)) < valueOf(mean) * 0.01 ? nominal : mean;
}

/** Returns the rotation that a player applies, clockwise degrees; ffprobe counts counterclockwise. */
export function rotationOf(stream: ProbedStream): number {
  const counterclockwise = stream.side_data_list?.find(({ rotation }) => rotation !== undefined)?.rotation ?? 0;
  return (360 - Math.round(counterclockwise)) % 360;
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

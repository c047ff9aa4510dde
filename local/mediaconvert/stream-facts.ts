import { rational, type Rational, valueOf } from '../../media/rational.ts';
import type { ProbedFile, ProbedStream } from './ffprobe.ts';

/** Video that is no cover picture, in the order of the file. */
export function videoStreams({ streams }: ProbedFile): readonly ProbedStream[] {
  return streams.filter((stream) => stream.codec_type === 'video' && stream.disposition?.attached_pic !== 1);
}

export function audioStreams({ streams }: ProbedFile): readonly ProbedStream[] {
  return streams.filter((stream) => stream.codec_type === 'audio');
}

/** The rate that frames were meant to have; the mean one where the two differ, as in variable rates. */
export function streamFrameRate(stream: ProbedStream): Rational | undefined {
  const nominal = parseFraction(stream.r_frame_rate);
  const mean = parseFraction(stream.avg_frame_rate);
  if (nominal === undefined || mean === undefined) return mean ?? nominal;
  return Math.abs(valueOf(nominal) - valueOf(mean)) < valueOf(mean) * 0.01 ? nominal : mean;
}

/** Clockwise degrees by which a player turns the picture; ffprobe counts counterclockwise. */
export function rotationOf(stream: ProbedStream): number {
  const counterclockwise = stream.side_data_list?.find(({ rotation }) => rotation !== undefined)?.rotation ?? 0;
  return (360 - Math.round(counterclockwise)) % 360;
}

/** ISO 639-2, lower case; undefined where the file does not say. */
export function languageOf(stream: ProbedStream): string | undefined {
  const language = stream.tags?.['language']?.toLowerCase();
  return language === undefined || language === 'und' ? undefined : language;
}

/** @param text such as `30000/1001` or `16:9`; undefined for `0/0` */
export function parseFraction(text: string | undefined): Rational | undefined {
  const [, numerator, denominator] = /^(\d+)[/:](\d+)$/.exec(text ?? '') ?? [];
  const [above, below] = [Number(numerator), Number(denominator)];
  return above > 0 && below > 0 ? rational(above, below) : undefined;
}

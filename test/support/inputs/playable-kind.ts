import type { ExpectedAudio, ExpectedOutput } from '../chain/expect-renditions.ts';
import { makeWithFfmpeg } from '../clips.ts';
import type { InputKind } from './input-kind.ts';

/** Kind of file that becomes ready. */
export interface PlayableKind extends InputKind {
  readonly make: () => Promise<Buffer>;
  readonly expected: ExpectedOutput;
}

/** Optional properties of a kind. A function of the output lets texts state the numbers that the test compares. */
interface More extends Pick<InputKind, 'warnings' | 'onMediaConvert'> {
  readonly becomes?: Description;
  readonly keeps?: Description;
}

type Description = string | ((expected: ExpectedOutput) => string);

/** Returns a kind that `make` generates. */
export function made(
  topic: InputKind['topic'],
  name: string,
  make: () => Promise<Buffer>,
  expected: ExpectedOutput,
  { becomes, keeps, ...more }: More = {},
): PlayableKind {
  const describe = (text: Description | undefined): string | undefined => (typeof text === 'function' ? text(expected) : text);
  return { name, topic, make, expected, becomes: describe(becomes), keeps: describe(keeps), ...more };
}

/** Returns a function that makes kinds of one topic with ffmpeg. */
export function kindsOf(topic: InputKind['topic']) {
  return (name: string, file: string, args: readonly string[], expected: ExpectedOutput, more?: More): PlayableKind =>
    made(topic, name, () => makeWithFfmpeg(file, args), expected, more);
}

export function stereo(language = 'und'): ExpectedAudio {
  return { language, channels: 2 };
}

export function surround(language = 'und'): ExpectedAudio {
  return { language, channels: 6 };
}

/** Expects one second of 320×180 at 25 frames per second without audio, unless overridden. */
export function output(
  overrides: Partial<Omit<ExpectedOutput, 'displayed'>> & { displayed?: readonly [number, number] } = {},
): ExpectedOutput {
  const { displayed: [width, height] = [320, 180], ...others } = overrides;
  const { audio = [] } = others;
  return {
    displayed: { width, height },
    framesPerSecond: 25,
    videoSeconds: 1,
    audioSeconds: audio.length > 0 ? 1 : undefined,
    audio,
    ...others,
  };
}

/** Output of files with sound in mono or stereo. */
export const WITH_AUDIO = output({ audio: [stereo()] });

/** Describes the size of the top rung, such as `320 × 180 pixels`. */
export function sizeOf({ displayed: { width, height } }: ExpectedOutput): string {
  const even = (side: number): number => 2 * Math.floor(side / 2 + 1e-6);
  return `${even(width)} × ${even(height)} pixels`;
}

/** Describes the frame rate of all rungs, such as `60 frames per second`. */
export function rateOf({ framesPerSecond }: ExpectedOutput): string {
  return `${Number(framesPerSecond.toFixed(3))} frames per second`;
}

/** Describes the duration of all tracks, such as `3 s`. */
export function lengthOf({ videoSeconds }: ExpectedOutput): string {
  return `${Number(videoSeconds.toFixed(2))} s`;
}

/** Describes the renditions of sound, such as `stereo and 5.1`. */
export function soundOf({ audio }: ExpectedOutput): string {
  const names = audio.map(({ language, channels }) => {
    const layout = channels === 6 ? '5.1' : 'stereo';
    return language === 'und' ? layout : `${LANGUAGES.of(language) ?? language} in ${layout}`;
  });
  return new Intl.ListFormat('en').format([...new Set(names)]);
}

const LANGUAGES = new Intl.DisplayNames(['en'], { type: 'language' });

import type { Video } from '../../lambdas/contracts/api/video.ts';
import { SOURCE_WARNINGS } from '../../lambdas/contracts/source-warnings.ts';
import { formatClock, type Formats } from '../texts/format.ts';
import type { Language } from '../texts/language.ts';
import type { ProblemText } from '../texts/problems-en.ts';
import type { Texts } from '../texts/en.ts';

type Warning = Video['warnings'][number];

/** Losses for viewers, with every affected track and part of the video. */
export interface DescribedWarning extends ProblemText {
  readonly code: string;
  readonly places: readonly string[];
}

/** Dictionary and formats of one language. */
export interface WarningLanguage {
  readonly language: Language;
  readonly texts: Texts['warnings'];
  readonly format: Formats;
}

/** Describes warnings in words, grouped by code, in the order in which the codes first appear. */
export function describeWarnings(warnings: readonly Warning[], words: WarningLanguage): DescribedWarning[] {
  const byCode = new Map<string, string[]>();
  for (const warning of warnings) {
    const place = placeOf(warning, words);
    byCode.set(warning.code, [...(byCode.get(warning.code) ?? []), ...(place === '' ? [] : [place])]);
  }
  return [...byCode].map(([code, places]) => ({ code, places, ...explainWarning(code, words.language) }));
}

/** Returns the text of a code; a code from a newer API that these pages do not know stands for itself. */
function explainWarning(code: string, language: Language): ProblemText {
  return Object.entries(SOURCE_WARNINGS).find(([known]) => known === code)?.[1][language] ?? { what: code, next: '' };
}

/** Returns the track and the part of the video, as in `Track 2, from 0:35 for 12 sec`; empty if neither is known. */
function placeOf({ track, startMs, durationMs }: Warning, { texts, format }: WarningLanguage): string {
  const length = durationMs === null ? null : format.span(durationMs / 1000);
  // Never rounded up: the clock must not point past the start of the affected part.
  const start = startMs === null ? null : formatClock(Math.floor(startMs / 1000) * 1000);
  const part =
    start === null ? (length === null ? null : texts.length(length)) : length === null ? texts.from(start) : texts.part(start, length);
  const place = [track === null ? null : texts.track(track), part].filter((text) => text !== null).join(', ');
  return place.charAt(0).toUpperCase() + place.slice(1);
}

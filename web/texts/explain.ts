import type { Language } from './language.ts';
import { problemsEn, type KnownCode, type ProblemText } from './problems-en.ts';
import { problemsKo } from './problems-ko.ts';

const DICTIONARIES: Record<Language, Record<KnownCode, ProblemText>> = { en: problemsEn, ko: problemsKo };

function isKnown(code: string): code is KnownCode {
  return Object.hasOwn(problemsEn, code);
}

/** Returns the text of a code; for a code that is unknown to these pages, its detail. */
export function explainIn(language: Language, code: string | null, detail: string | null): ProblemText {
  return code !== null && isKnown(code) ? DICTIONARIES[language][code] : { what: detail ?? code ?? '', next: '' };
}

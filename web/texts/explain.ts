import { isWarningCode, SOURCE_WARNINGS } from '../../lambdas/contracts/source-warnings.ts';
import type { Language } from './language.ts';
import { problemsEn, type KnownCode, type ProblemText } from './problems-en.ts';
import { problemsKo } from './problems-ko.ts';

const DICTIONARIES: Record<Language, Record<KnownCode, ProblemText>> = { en: problemsEn, ko: problemsKo };

function isKnown(code: string): code is KnownCode {
  return Object.hasOwn(problemsEn, code);
}

/** Returns the text of a problem or warning, or its detail if these pages do not know the code. */
export function explainIn(language: Language, code: string | null, detail: string | null): ProblemText {
  if (code !== null && isWarningCode(code)) return SOURCE_WARNINGS[code][language];
  return code !== null && isKnown(code) ? DICTIONARIES[language][code] : { what: detail ?? code ?? '', next: '' };
}

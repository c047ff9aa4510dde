import { en, type Texts } from './en.ts';
import { explainIn } from './explain.ts';
import { createFormats } from './format.ts';
import { ko } from './ko.ts';
import { chooseLanguage, type Language } from './language.ts';
import type { ProblemText } from './problems-en.ts';

const DICTIONARIES: Record<Language, Texts> = { en, ko };

/** Language of the pages, fixed until the page is reloaded. */
export const language: Language = chooseLanguage(navigator.languages);

/** Texts of the pages in the user's language. */
export const t: Texts = DICTIONARIES[language];

/** Formats of numbers and dates, of the user's region if its language is that of the pages. */
export const format = createFormats(
  navigator.languages.find((tag) => tag.toLowerCase().split('-', 1)[0] === language) ?? language,
);

/** Explains a code in the user's language. */
export function explain(code: string | null, detail: string | null): ProblemText {
  return explainIn(language, code, detail);
}

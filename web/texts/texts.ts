import { en, type Texts } from './en.ts';
import { explainIn } from './explain.ts';
import { createFormats } from './format.ts';
import { ko } from './ko.ts';
import { chooseLanguage, type Language } from './language.ts';
import type { ProblemText } from './problems-en.ts';

const DICTIONARIES: Record<Language, Texts> = { en, ko };

/** Of this page's whole life: browsers load anew when their language is changed. */
export const language: Language = chooseLanguage(navigator.languages);

/** What the pages say, in that language. */
export const t: Texts = DICTIONARIES[language];

/** Numbers and dates, as the person's own region writes them where it is one of that language. */
export const format = createFormats(
  navigator.languages.find((tag) => tag.toLowerCase().split('-', 1)[0] === language) ?? language,
);

export function explain(code: string | null, detail: string | null): ProblemText {
  return explainIn(language, code, detail);
}

const LANGUAGES = ['en', 'ko'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Returns the first of the user's preferred languages that the pages support. */
export function chooseLanguage(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const base = tag.toLowerCase().split('-', 1)[0];
    const supported = LANGUAGES.find((language) => language === base);
    if (supported !== undefined) return supported;
  }
  return 'en';
}

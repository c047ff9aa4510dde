/** The forms of a phrase that a language has use for; `two` also where a language has no such plural, for exactly 2. */
export interface Forms {
  readonly one?: string;
  readonly two?: string;
  readonly other: string;
}

/** Chooses the form for a number as the language counts: https://cldr.unicode.org/index/cldr-spec/plural-rules */
export function plural(language: string): ((count: number, forms: Forms) => string) {
  const rules = new Intl.PluralRules(language);
  return (count, forms) => {
    if (count === 2 && forms.two !== undefined) return forms.two;
    const form = rules.select(count);
    return (form === 'one' ? forms.one : undefined) ?? forms.other;
  };
}

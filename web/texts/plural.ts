/** Plural forms of a phrase; `two` is used for exactly 2, even in languages without a dual. */
interface PluralForms {
  readonly one?: string;
  readonly two?: string;
  readonly other: string;
}

/** Returns a function that selects the plural form for a number: https://cldr.unicode.org/index/cldr-spec/plural-rules */
export function createPlural(language: string): ((count: number, forms: PluralForms) => string) {
  const rules = new Intl.PluralRules(language);
  return (count, forms) => {
    if (count === 2 && forms.two !== undefined) return forms.two;
    const form = rules.select(count);
    return (form === 'one' ? forms.one : undefined) ?? forms.other;
  };
}

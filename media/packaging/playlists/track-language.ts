import { terminologicalCode } from '../../language.ts';

const NAMES = new Intl.DisplayNames(['en'], { type: 'language' });
const ISO_639_2 = /^[a-z]{3}$/;

/** Returns the language tag of an ISO 639-2 code, `und` for anything else: RFC 5646, 2.2.1, takes the shortest code. */
export function languageTag(code: string): string {
  return ISO_639_2.test(code) ? new Intl.Locale(terminologicalCode(code)).toString() : 'und';
}

/** Names sound tracks for a menu, each differently: English, English 2, Audio. */
export function audioNames(languages: readonly string[]): readonly string[] {
  const uses = new Map<string, number>();
  return languages.map((language) => {
    const tag = languageTag(language);
    const name = tag === 'und' ? 'Audio' : (NAMES.of(tag) ?? tag);
    const use = (uses.get(name) ?? 0) + 1;
    uses.set(name, use);
    return use === 1 ? name : `${name} ${use}`;
  });
}

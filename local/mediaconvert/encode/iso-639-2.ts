import { LanguageCode } from '@aws-sdk/client-mediaconvert';

/** ISO 639-2 codes by the shortest tag of each language (RFC 5646); the first code of languages with two. */
const CODES = new Map(
  Object.values(LanguageCode)
    .toReversed()
    .map((code) => [new Intl.Locale(code).language, code.toLowerCase()] as const),
);

/**
 * Returns the code of a language for the `mdhd` box, which holds three letters (ISO/IEC 14496-12, 8.4.2.3).
 *
 * @param tag RFC 5646 tag, such as `ko` or `pt-BR`
 */
export function iso6392Of(tag: string): string {
  const { language } = new Intl.Locale(tag);
  return CODES.get(language) ?? (language.length === 3 ? language : 'und');
}

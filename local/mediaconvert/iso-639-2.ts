import { LanguageCode } from '@aws-sdk/client-mediaconvert';

/** By the shortest tag of each language, as RFC 5646 has it, its three letters of ISO 639-2: the first where it has two. */
const LETTERS = new Map(
  Object.values(LanguageCode)
    .toReversed()
    .map((code) => [new Intl.Locale(code).language, code.toLowerCase()] as const),
);

/**
 * What the box `mdhd` says of a language, which has room for three letters only (ISO/IEC 14496-12, 8.4.2.3).
 *
 * @param tag of RFC 5646, such as `ko` or `pt-BR`
 */
export function iso6392Of(tag: string): string {
  const { language } = new Intl.Locale(tag);
  return LETTERS.get(language) ?? (language.length === 3 ? language : 'und');
}

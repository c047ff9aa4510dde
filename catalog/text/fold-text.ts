/**
 * Folds a text for comparison, so that texts that differ only in case, Unicode form or invisible characters are equal:
 * `Straße` and `STRASSE`, `İstanbul` and `istanbul`, full-width and plain letters, composed and decomposed syllables. It
 * follows Unicode's NFKC_Casefold, except that the dotted and the dotless i are one letter. Accents count.
 *
 * The database's `search_text`, which indexes titles, is the same function. Lower, upper and lower case in turn fold
 * fully, since a single letter such as `ẞ` or `ſ` reaches its common form only through one of the other two.
 * https://www.unicode.org/reports/tr44/#NFKC_Casefold
 */
export function foldText(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')
    .toLowerCase()
    .toUpperCase()
    .toLowerCase()
    .replaceAll('ς', 'σ')
    .replaceAll('i\u0307', 'i')
    .normalize('NFKC');
}

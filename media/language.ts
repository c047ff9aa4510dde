/**
 * Terminological codes of the languages that have two codes in ISO 639-2, by their bibliographic codes. Matroska writes
 * the bibliographic code; MP4, MediaConvert and language tags (RFC 5646, 2.2.1) take the terminological one.
 */
const TERMINOLOGICAL: Readonly<Record<string, string>> = {
  alb: 'sqi', arm: 'hye', baq: 'eus', bur: 'mya', chi: 'zho', cze: 'ces', dut: 'nld', fre: 'fra', geo: 'kat', ger: 'deu',
  gre: 'ell', ice: 'isl', mac: 'mkd', mao: 'mri', may: 'msa', per: 'fas', rum: 'ron', slo: 'slk', tib: 'bod', wel: 'cym',
};

/**
 * Returns the terminological code of a language.
 *
 * @param code ISO 639-2 code of either kind, in lower case
 */
export function terminologicalCode(code: string): string {
  return TERMINOLOGICAL[code] ?? code;
}

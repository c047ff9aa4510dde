/**
 * Languages that have two codes in ISO 639-2: the bibliographic one, which Matroska writes, and the terminological one,
 * which MP4, MediaConvert and language tags (RFC 5646, 2.2.1) take.
 */
const TERMINOLOGICAL: Readonly<Record<string, string>> = {
  alb: 'sqi', arm: 'hye', baq: 'eus', bur: 'mya', chi: 'zho', cze: 'ces', dut: 'nld', fre: 'fra', geo: 'kat', ger: 'deu',
  gre: 'ell', ice: 'isl', mac: 'mkd', mao: 'mri', may: 'msa', per: 'fas', rum: 'ron', slo: 'slk', tib: 'bod', wel: 'cym',
};

/** @param code ISO 639-2, lower case, either kind */
export function terminologicalCode(code: string): string {
  return TERMINOLOGICAL[code] ?? code;
}

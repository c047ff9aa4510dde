import type { IndexedTrack } from '../index/source-index.ts';
import type { Container } from './stream-address.ts';

/** Codecs whose parameter is the type of the sample entry, case-sensitive. */
const SAMPLE_ENTRIES: Readonly<Record<string, string>> = { opus: 'Opus', flac: 'fLaC' };
/** Sample entries with in-band parameter sets, and the corresponding entries with out-of-band ones. */
const OUT_OF_BAND = { avc3: 'avc1', hev1: 'hvc1' };

/**
 * Returns the `codecs` parameter of a track: RFC 6381, 3.3. A transport stream has no sample entries; players know H.264 and HEVC
 * by the names of those with parameter sets of their own, and MP3 as audio object type 34 (ISO/IEC 14496-3, Table 1.17).
 */
export function codecsParameter({ codec, codecString }: Pick<IndexedTrack, 'codec' | 'codecString'>, container: Container): string {
  if (container === 'fmp4') return SAMPLE_ENTRIES[codec] ?? codecString;
  if (codec === 'mp3') return 'mp4a.40.34';
  return Object.entries(OUT_OF_BAND).reduce((text, [from, to]) => text.replace(`${from}.`, `${to}.`), codecString);
}

import { u32 } from '../byte-writer.ts';
import { writeFullBox } from './box-writer.ts';
import { boxesIn, findBox, type LoadedBox, readerOf } from './box-tree.ts';

/**
 * Types of references to files: ISO/IEC 14496-12:2022, 8.7.2, and, for `alis` and `rsrc`, QuickTime File Format, Data
 * Reference Atoms.
 */
const FILE_REFERENCES: ReadonlySet<string> = new Set(['url ', 'urn ', 'alis', 'rsrc']);
/** Flag of media in the same file. */
const SELF_CONTAINED = 1;

/**
 * Returns whether a sample description names media in another file. Other references of the table do not matter.
 *
 * @param minf Media Information Box: ISO/IEC 14496-12:2022, 8.4.4
 */
export function hasExternalMedia(minf: LoadedBox): boolean {
  const dref = findBox(minf, 'dinf', 'dref');
  const stsd = findBox(minf, 'stbl', 'stsd');
  if (dref === undefined || stsd === undefined) return false;
  const isExternal = boxesIn(dref, 8).map(isExternalReference);
  // References count from 1.
  return isExternal.includes(true) && boxesIn(stsd, 8).some((entry) => isExternal[referenceOf(entry) - 1] === true);
}

function isExternalReference(reference: LoadedBox): boolean {
  return FILE_REFERENCES.has(reference.type) && (readerOf(reference).u32() & SELF_CONTAINED) === 0;
}

/** Returns the `data_reference_index` of a sample entry: ISO/IEC 14496-12:2022, 8.5.2.2. */
function referenceOf(entry: LoadedBox): number {
  const reader = readerOf(entry);
  reader.skip(6);
  return reader.u16();
}

/** Writes ISO/IEC 14496-12:2022, 8.7.2 Data Reference Box with one entry, for media in the same file. */
export function writeDref(): Uint8Array {
  return writeFullBox('dref', 0, 0, u32(1), writeFullBox('url ', 0, SELF_CONTAINED));
}

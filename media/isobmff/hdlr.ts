import { fourCc, zeros } from '../byte-writer.ts';
import { writeFullBox } from './box-writer.ts';
import { type LoadedBox, readerOf } from './box-tree.ts';

/** Reads the handler type of a track, such as `vide`, `soun`, `text`: ISO/IEC 14496-12:2022, 8.4.3 Handler Reference Box. */
export function parseHdlr(box: LoadedBox): string {
  const reader = readerOf(box);
  reader.fullBox();
  reader.skip(4);
  return reader.fourCc();
}

/** Writes ISO/IEC 14496-12:2022, 8.4.3 Handler Reference Box. */
export function writeHdlr(handler: string): Uint8Array {
  return writeFullBox('hdlr', 0, 0, zeros(4), fourCc(handler), zeros(12), zeros(1));
}

import type { ByteSource } from '../byte-source.ts';
import { asfEnd } from './asf.ts';
import { matroskaEnd } from './matroska.ts';
import { mxfEnd } from './mxf.ts';
import { riffEnd } from './riff.ts';

const READERS: Readonly<Record<string, (source: ByteSource) => Promise<number | undefined>>> = {
  matroska: matroskaEnd,
  webm: matroskaEnd,
  avi: riffEnd,
  asf: asfEnd,
  mxf: mxfEnd,
};

/**
 * Returns the end that a file declares, bytes from its start. A file that ends before it is cut off.
 *
 * @returns undefined for containers that declare none, and for recordings whose size was unknown at the start
 */
export async function declaredEnd(container: string, source: ByteSource): Promise<number | undefined> {
  return READERS[container]?.(source);
}

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
 * Where a file ends by what it says of itself, bytes from its start; a file that ends before is cut off.
 *
 * @returns undefined for containers that do not say, and for recordings whose length was not yet known when they began
 */
export async function declaredEnd(container: string, source: ByteSource): Promise<number | undefined> {
  return READERS[container]?.(source);
}

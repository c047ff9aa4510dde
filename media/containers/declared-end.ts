import type { ByteSource } from '../byte-source.ts';
import { flvEnd } from '../flv/flv-end.ts';
import { asfEnd } from './asf.ts';
import { matroskaEnd } from './matroska.ts';
import { mxfEnd } from './mxf.ts';
import { riffEnd } from './riff.ts';

const READERS: Readonly<Record<string, (source: ByteSource) => Promise<number | undefined>>> = {
  matroska: matroskaEnd,
  webm: matroskaEnd,
  avi: riffEnd,
  flv: flvEnd,
  asf: asfEnd,
  mxf: mxfEnd,
};

/**
 * Returns the end that a file declares for its media, in bytes from its start. A file that ends before it is cut off. Bytes
 * missing after the media, or a wrong total size, cost no frame and are ignored. Plan.
 *
 * @returns undefined for containers that declare none, and for recordings whose size was unknown at the start
 */
export async function declaredEnd(container: string, source: ByteSource): Promise<number | undefined> {
  return READERS[container]?.(source);
}

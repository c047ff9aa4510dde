import { createHash } from 'node:crypto';

const UINT32 = 2 ** 32;

/**
 * Returns a generator of numbers from 0 to below 1 that depends on the seed and the purpose alone, so that one service's
 * numbers are the same however many another has used. The generator is mulberry32.
 */
export function seededRandom(seed: number, purpose: string): () => number {
  let state = createHash('sha256').update(`${seed} ${purpose}`).digest().readUInt32LE();
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / UINT32;
  };
}

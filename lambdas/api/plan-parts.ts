import { MAX_PART_BYTES } from '../contracts/api/upload.ts';

const MIB = 1024 ** 2;
/** Maximum size of a file that is sent in one request. */
const MAX_SINGLE_BYTES = 64 * MIB;
/** Large enough for a fast connection, small enough to send again after an interruption. */
const MIN_PART_BYTES = 16 * MIB;
/** Target number of parts: below S3's 10,000, so that sizes can be whole MiB. */
const TARGET_PARTS = 9000;

/** Returns the size of all parts but the last, or undefined for a file that is sent in one request. */
export function partSizeOf(sizeBytes: number): number | undefined {
  if (sizeBytes <= MAX_SINGLE_BYTES) return undefined;
  const fitting = Math.ceil(sizeBytes / TARGET_PARTS / MIB) * MIB;
  return Math.min(Math.max(fitting, MIN_PART_BYTES), MAX_PART_BYTES);
}

export interface PartPlan {
  readonly sizeBytes: number;
  readonly partSizeBytes: number;
}

export function partCountOf({ sizeBytes, partSizeBytes }: PartPlan): number {
  return Math.ceil(sizeBytes / partSizeBytes);
}

/** @param partNumber counts from 1 */
export function sizeOfPart({ sizeBytes, partSizeBytes }: PartPlan, partNumber: number): number {
  return Math.min(partSizeBytes, sizeBytes - (partNumber - 1) * partSizeBytes);
}

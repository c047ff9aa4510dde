import { MAX_PART_BYTES } from '../contracts/api/upload.ts';

const MIB = 1024 ** 2;
/** Up to here a file goes in one request. */
export const MAX_SINGLE_BYTES = 64 * MIB;
/** Large enough for the rate of a fast line, small enough to be sent again after a break. */
const MIN_PART_BYTES = 16 * MIB;
/** Below S3's 10,000, so that sizes can be whole MiB. */
const AIMED_PARTS = 9000;

/** The size of all parts but the last, or undefined for a file that goes in one request. */
export function partSizeOf(sizeBytes: number): number | undefined {
  if (sizeBytes <= MAX_SINGLE_BYTES) return undefined;
  const fitting = Math.ceil(sizeBytes / AIMED_PARTS / MIB) * MIB;
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

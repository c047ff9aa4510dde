import type { ByteSource } from './byte-source.ts';
import { cacheBlocks } from './cache-blocks.ts';
import { type LimitedSource, limitTotals, type ReadLimits } from './limit-totals.ts';

const MEBIBYTE = 1024 * 1024;
/** Length of the longest index that is read at once, and a margin. */
const MAX_READ_BYTES = 136 * MEBIBYTE;

/**
 * Requests for parts of one file. Plan: they must end within a minute, at some 25 ms each and 70 MB per second, and a large file
 * with sixteen sound tracks needs a thousand.
 */
export const REQUEST_LIMITS: ReadLimits = { maxReads: 1_500, maxBytes: 768 * MEBIBYTE, maxReadBytes: MAX_READ_BYTES };

/** Reads that a cache serves and visits to boxes, each of which is a step of some loop and takes microseconds. */
export const STEP_LIMITS: ReadLimits = { maxReads: 4_000_000, maxBytes: 4 * 1024 * MEBIBYTE, maxReadBytes: MAX_READ_BYTES };

/** A file with a budget for everything that is read of it. */
export interface OpenSource extends ByteSource {
  /** Requests that were sent. */
  readonly requests: LimitedSource['used'];
  /** Whether the budget is used up. */
  isExhausted(): boolean;
}

/**
 * Opens a file of which each read is a request. Caches blocks, and limits requests, bytes and steps in total, whatever tracks,
 * tables and boxes the file has; reads beyond them throw `SourceBudgetError`.
 */
export function openSource(file: ByteSource, stepLimits = STEP_LIMITS): OpenSource {
  const requests = limitTotals(file, REQUEST_LIMITS);
  const steps = limitTotals(cacheBlocks(requests), stepLimits);
  return {
    size: file.size,
    read: (offset, length) => steps.read(offset, length),
    spend: steps.spend,
    requests: requests.used,
    isExhausted: () => requests.isExhausted || steps.isExhausted,
  };
}

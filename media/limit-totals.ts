import type { ByteSource } from './byte-source.ts';
import { SourceBudgetError } from './source-budget.ts';

/** Limits of what is read of one file, in total. */
export interface ReadLimits {
  readonly maxReads: number;
  readonly maxBytes: number;
  /** Maximum length of one read, bytes. It takes that much memory. */
  readonly maxReadBytes: number;
}

/** A source with a budget. */
export interface LimitedSource extends ByteSource {
  readonly spend: (steps: number) => void;
  /** Numbers of reads and bytes so far. */
  readonly used: { readonly reads: number; readonly bytes: number };
  /** Whether a read has exceeded the budget. No later read succeeds. */
  readonly isExhausted: boolean;
}

/**
 * Limits how often and how much is read of a source, whoever reads it.
 *
 * Reads throw `SourceBudgetError` beyond the limits. A read that is too long on its own does not end the budget.
 */
export function limitTotals(source: ByteSource, { maxReads, maxBytes, maxReadBytes }: ReadLimits): LimitedSource {
  const used = { reads: 0, bytes: 0 };
  let isExhausted = false;
  const read = async (offset: number, length: number): Promise<Uint8Array> => {
    const bytes = Math.max(0, Math.min(offset + length, source.size) - offset);
    if (bytes > maxReadBytes) throw new SourceBudgetError(`A read of ${bytes} bytes is longer than ${maxReadBytes}.`);
    isExhausted ||= used.reads >= maxReads || used.bytes + bytes > maxBytes;
    if (isExhausted) throw new SourceBudgetError(`The file takes more than ${maxReads} reads or ${maxBytes} bytes.`);
    used.reads += 1;
    used.bytes += bytes;
    return source.read(offset, length);
  };
  const spend = (steps: number): void => {
    used.reads += steps;
    isExhausted ||= used.reads > maxReads;
    if (isExhausted) throw new SourceBudgetError(`The file takes more than ${maxReads} steps.`);
  };
  return {
    size: source.size,
    read,
    spend,
    used,
    get isExhausted() {
      return isExhausted;
    },
  };
}

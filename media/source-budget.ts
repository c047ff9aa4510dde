/**
 * Thrown when a file needs more reading or memory than its budget allows. It does not mean that the file is damaged: facts that
 * could not be read are unknown.
 */
export class SourceBudgetError extends Error {
  override readonly name = 'SourceBudgetError';
}

/**
 * Maximum number of entries of an index, or of times of frames, that are kept in memory at once, all tracks together: four
 * hours of video at 60 frames per second with several sound tracks have 1.7 million. Each takes up to 100 bytes.
 */
export const MAX_ENTRIES = 2_000_000;

/** @throws SourceBudgetError for more than `MAX_ENTRIES` */
export function requireEntries(count: number, name: string): void {
  if (count > MAX_ENTRIES) throw new SourceBudgetError(`The file has more than ${MAX_ENTRIES} ${name}.`);
}

/** Runs a reader; returns `unknown` instead if the file's budget does not suffice. */
export async function withinBudget<Value, Unknown>(read: () => Promise<Value>, unknown: Unknown): Promise<Value | Unknown> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof SourceBudgetError) return unknown;
    throw error;
  }
}

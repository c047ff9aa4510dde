/** A part of a file, sent in one request. */
export interface Part {
  /** S3 part number, from 1. */
  readonly partNumber: number;
  readonly beginBytes: number;
  /** Exclusive. */
  readonly endBytes: number;
}

interface PartedFile {
  readonly sizeBytes: number;
  readonly partSizeBytes: number;
  readonly partCount: number;
  readonly storedParts: readonly number[];
}

/** Returns the parts that the bucket does not have yet, in order. */
export function listMissingParts(file: PartedFile): Part[] {
  const stored = new Set(file.storedParts);
  return Array.from({ length: file.partCount }, (_, index) => ({
    partNumber: index + 1,
    beginBytes: index * file.partSizeBytes,
    endBytes: Math.min((index + 1) * file.partSizeBytes, file.sizeBytes),
  })).filter(({ partNumber }) => !stored.has(partNumber));
}

/** Returns the number of bytes that the bucket already has. */
export function countStoredBytes(file: PartedFile): number {
  return listMissingParts(file).reduce((left, part) => left - (part.endBytes - part.beginBytes), file.sizeBytes);
}

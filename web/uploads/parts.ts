/** A piece of a file that is sent in one request. */
export interface Part {
  /** From 1, as S3 counts. */
  readonly partNumber: number;
  readonly beginBytes: number;
  /** Exclusive. */
  readonly endBytes: number;
}

export interface PartedFile {
  readonly sizeBytes: number;
  readonly partSizeBytes: number;
  readonly partCount: number;
  readonly storedParts: readonly number[];
}

/** The parts that the bucket does not hold yet, from the first on. */
export function missingParts(file: PartedFile): Part[] {
  const stored = new Set(file.storedParts);
  return Array.from({ length: file.partCount }, (_, index) => ({
    partNumber: index + 1,
    beginBytes: index * file.partSizeBytes,
    endBytes: Math.min((index + 1) * file.partSizeBytes, file.sizeBytes),
  })).filter(({ partNumber }) => !stored.has(partNumber));
}

/** Bytes that need not be sent any more. */
export function storedBytes(file: PartedFile): number {
  return missingParts(file).reduce((left, part) => left - (part.endBytes - part.beginBytes), file.sizeBytes);
}

import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { combineCrc, CRC32_POLYNOMIAL, CRC32C_POLYNOMIAL, CRC64NVME_POLYNOMIAL } from './crc-combine.ts';
import { Crc32c } from './crc32c.ts';
import { Crc64Nvme } from './crc64-nvme.ts';

/**
 * Checksum algorithms of S3.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 */
export const CHECKSUM_ALGORITHMS = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const;
export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number];

/** Type of a multipart object's checksum: over all of its bytes, or over the checksums of its parts. */
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';

export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly type: ChecksumType;
  /** Value in Base64, big-endian; a composite one ends in `-<number of parts>`. */
  readonly value: string;
}

/** Computation of a checksum over streamed bytes. */
export interface RunningChecksum {
  update(bytes: Buffer): unknown;
  digest(): Buffer;
}

class Crc32 implements RunningChecksum {
  #crc = 0;

  update(bytes: Buffer): void {
    this.#crc = crc32(bytes, this.#crc);
  }

  digest(): Buffer {
    const digest = Buffer.alloc(4);
    digest.writeUInt32BE(this.#crc);
    return digest;
  }
}

const STARTERS: Readonly<Record<ChecksumAlgorithm, () => RunningChecksum>> = {
  CRC32: () => new Crc32(),
  CRC32C: () => new Crc32c(),
  CRC64NVME: () => new Crc64Nvme(),
  SHA1: () => createHash('sha1'),
  SHA256: () => createHash('sha256'),
};

export function startChecksum(algorithm: ChecksumAlgorithm): RunningChecksum {
  return STARTERS[algorithm]();
}

export const CHECKSUM_BYTES: Readonly<Record<ChecksumAlgorithm, number>> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
};

const POLYNOMIALS: Partial<Record<ChecksumAlgorithm, bigint>> = {
  CRC32: CRC32_POLYNOMIAL,
  CRC32C: CRC32C_POLYNOMIAL,
  CRC64NVME: CRC64NVME_POLYNOMIAL,
};

/** Returns whether S3 supports the combination: SHA checksums are composite only, CRC64NVME is full-object only. */
export function isChecksumTypeSupported(algorithm: ChecksumAlgorithm, type: ChecksumType): boolean {
  return type === 'FULL_OBJECT' ? POLYNOMIALS[algorithm] !== undefined : algorithm !== 'CRC64NVME';
}

export function getDefaultChecksumType(algorithm: ChecksumAlgorithm): ChecksumType {
  return algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE';
}

/** Computes the checksum of a multipart object from those of its parts, in order, without reading the bytes again. */
export function combineChecksums(
  algorithm: ChecksumAlgorithm,
  type: ChecksumType,
  parts: readonly { readonly checksum: string; readonly size: number }[],
): Checksum {
  const polynomial = POLYNOMIALS[algorithm];
  if (type === 'FULL_OBJECT' && polynomial !== undefined) {
    const digests = parts.map(({ checksum, size }) => ({ digest: Buffer.from(checksum, 'base64'), size }));
    return { algorithm, type, value: combineCrc(polynomial, CHECKSUM_BYTES[algorithm], digests).toString('base64') };
  }
  const running = startChecksum(algorithm);
  for (const { checksum } of parts) running.update(Buffer.from(checksum, 'base64'));
  return { algorithm, type: 'COMPOSITE', value: `${running.digest().toString('base64')}-${parts.length}` };
}

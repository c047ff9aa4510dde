import { CHECKSUM_ALGORITHMS, CHECKSUM_BYTES, type ChecksumAlgorithm } from '../store/checksums.ts';
import { s3Error } from '../store/s3-error.ts';
import type { WrittenBody } from '../store/write-body.ts';
import { readAmzHeader, type Exchange, readHeader } from './exchange.ts';

export function makeChecksumHeaderName(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

/** Parses the name of an algorithm. @throws ApiError `InvalidRequest` if S3 does not support it */
function parseAlgorithm(name: string | undefined, headerName: string): ChecksumAlgorithm | undefined {
  if (name === undefined) return undefined;
  const algorithm = CHECKSUM_ALGORITHMS.find((known) => known === name.toUpperCase());
  if (algorithm === undefined) {
    throw s3Error('InvalidRequest', { Message: `Checksum algorithm provided in ${headerName} is unsupported.` });
  }
  return algorithm;
}

function checkEncoding(algorithm: ChecksumAlgorithm, value: string): void {
  const bytes = Buffer.from(value, 'base64');
  if (bytes.length === CHECKSUM_BYTES[algorithm] && bytes.toString('base64') === value) return;
  throw s3Error('InvalidRequest', { Message: `Value for ${makeChecksumHeaderName(algorithm)} header is invalid.` });
}

/** Digests that a request declares for its body. */
interface BodyClaims {
  readonly algorithm?: ChecksumAlgorithm;
  /** Compares the digests with those of the body. @throws ApiError `BadDigest`, `InvalidRequest` */
  readonly check: (written: WrittenBody) => void;
}

/** Reads `Content-MD5`. @throws ApiError `InvalidDigest` */
function readContentMd5(exchange: Exchange): Buffer | undefined {
  const value = readHeader(exchange, 'content-md5');
  if (value === undefined) return undefined;
  const md5 = Buffer.from(value, 'base64');
  if (md5.length !== 16) throw s3Error('InvalidDigest', { 'Content-MD5': value });
  return md5;
}

/** Reads the checksum from a header or trailer; the value of a trailer is known once the body has ended. */
function readChecksum(
  exchange: Exchange,
): { algorithm: ChecksumAlgorithm; value: () => string | undefined } | undefined {
  const inHeaders = CHECKSUM_ALGORITHMS.flatMap((algorithm) => {
    const value = readHeader(exchange, makeChecksumHeaderName(algorithm));
    return value === undefined ? [] : [{ algorithm, value }];
  });
  const declared = readHeader(exchange, 'x-amz-trailer')?.toLowerCase().split(',') ?? [];
  const inTrailer = CHECKSUM_ALGORITHMS.filter((algorithm) =>
    declared.some((name) => name.trim() === makeChecksumHeaderName(algorithm)),
  );
  if (inHeaders.length + inTrailer.length > 1) {
    throw s3Error('InvalidRequest', {
      Message: 'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    });
  }
  const [given] = inHeaders;
  if (given !== undefined) {
    checkEncoding(given.algorithm, given.value);
    return { algorithm: given.algorithm, value: () => given.value };
  }
  const [trailing] = inTrailer;
  if (trailing !== undefined) {
    return { algorithm: trailing, value: () => exchange.call.trailers.get(makeChecksumHeaderName(trailing)) };
  }
  if (readHeader(exchange, 'x-amz-sdk-checksum-algorithm') !== undefined) {
    throw s3Error('InvalidRequest', {
      Message:
        'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    });
  }
  return undefined;
}

/**
 * Reads `Content-MD5` and `x-amz-checksum-…` of a request with a body.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 *
 * @throws ApiError `InvalidDigest`, `InvalidRequest`
 */
export function readBodyClaims(exchange: Exchange): BodyClaims {
  const md5 = readContentMd5(exchange);
  const checksum = readChecksum(exchange);
  return {
    ...(checksum === undefined ? {} : { algorithm: checksum.algorithm }),
    check: (written) => {
      if (md5 !== undefined && !md5.equals(written.md5)) {
        throw s3Error('BadDigest', {
          Message: 'The Content-MD5 you specified did not match what we received.',
          ExpectedDigest: md5.toString('hex'),
          CalculatedDigest: written.md5.toString('hex'),
        });
      }
      if (checksum === undefined) return;
      const { algorithm } = checksum;
      const claimed = checksum.value();
      if (claimed === undefined) {
        throw s3Error('InvalidRequest', { Message: `The trailer ${makeChecksumHeaderName(algorithm)} is missing.` });
      }
      checkEncoding(algorithm, claimed);
      if (claimed !== written.checksums.get(algorithm)) {
        throw s3Error('BadDigest', {
          Message: `The ${algorithm} you specified did not match the calculated checksum.`,
        });
      }
    },
  };
}

/** Returns the headers with the checksum of a stored object. */
export function makeChecksumHeaders(
  checksum: { algorithm: ChecksumAlgorithm; value: string; type?: string } | undefined,
): Record<string, string> {
  return checksum === undefined
    ? {}
    : {
        [makeChecksumHeaderName(checksum.algorithm)]: checksum.value,
        ...(checksum.type === undefined ? {} : { 'x-amz-checksum-type': checksum.type }),
      };
}

/** Reads `x-amz-checksum-algorithm`, which requests for copies and new multipart uploads have. */
export function readRequestedAlgorithm(exchange: Exchange): ChecksumAlgorithm | undefined {
  return parseAlgorithm(readAmzHeader(exchange, 'x-amz-checksum-algorithm'), 'x-amz-checksum-algorithm');
}

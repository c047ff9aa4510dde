import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { ApiError } from './api-error.ts';
import { type ChunkVerifier, decodeAwsChunked } from './aws-chunked.ts';
import type { KnownKey } from './credentials.ts';
import type { RequestSignature } from './request-signature.ts';
import { createSigner, isEqualInConstantTime, formatAmzDate } from './signing.ts';

export const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';
const SIGNED_CHUNKS = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD';
const SIGNED_CHUNKS_TRAILER = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER';
const UNSIGNED_CHUNKS_TRAILER = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';

const EMPTY_SHA256 = createHash('sha256').digest('hex');

export interface Payload {
  readonly stream: Readable;
  readonly trailers: ReadonlyMap<string, string>;
}

/** Verifies signatures that each cover the previous one, starting with the signature of the request. */
function createChainVerifier(signature: RequestSignature, key: KnownKey): ChunkVerifier {
  const signer = createSigner(signature, key);
  const { region, signingName, signedAt } = signature;
  const longDate = formatAmzDate(signedAt);
  const scope = `${longDate.slice(0, 8)}/${region}/${signingName}/aws4_request`;
  let previous = signature.signature;
  const check = async (given: string | undefined, algorithm: string, hashes: readonly string[]): Promise<void> => {
    const stringToSign = [algorithm, longDate, scope, previous, ...hashes].join('\n');
    const expected = await signer.sign(stringToSign, { signingDate: signedAt });
    if (given === undefined || !isEqualInConstantTime(given, expected)) {
      throw new ApiError(
        'SignatureDoesNotMatch',
        403,
        'The request signature we calculated does not match the signature of a chunk of the body.',
      );
    }
    previous = expected;
  };
  return {
    chunk: (given, dataHash) => check(given, 'AWS4-HMAC-SHA256-PAYLOAD', [EMPTY_SHA256, dataHash]),
    trailer: (given, headersHash) => check(given, 'AWS4-HMAC-SHA256-TRAILER', [headersHash]),
  };
}

async function* checkHash(source: AsyncIterable<Buffer>, expected: string): AsyncGenerator<Buffer, void, undefined> {
  const hash = createHash('sha256');
  for await (const chunk of source) {
    hash.update(chunk);
    yield chunk;
  }
  const computed = hash.digest('hex');
  if (computed === expected.toLowerCase()) return;
  throw new ApiError(
    'XAmzContentSHA256Mismatch',
    400,
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
    { details: { ClientComputedContentSHA256: expected, S3ComputedContentSHA256: computed } },
  );
}

async function* checkLength(source: AsyncIterable<Buffer>, expected: number): AsyncGenerator<Buffer, void, undefined> {
  let total = 0;
  for await (const chunk of source) {
    total += chunk.length;
    if (total > expected) break;
    yield chunk;
  }
  if (total === expected) return;
  throw new ApiError(
    'IncompleteBody',
    400,
    'You did not provide the number of bytes specified by the x-amz-decoded-content-length HTTP header',
  );
}

function decodeChunks(
  request: IncomingMessage,
  source: AsyncGenerator<Buffer>,
  verifier: ChunkVerifier | undefined,
  trailers: Map<string, string> | undefined,
): AsyncIterable<Buffer> {
  const length = request.headers['x-amz-decoded-content-length'];
  if (typeof length !== 'string' || !/^\d{1,15}$/.test(length)) {
    throw new ApiError('MissingContentLength', 411, 'You must provide the x-amz-decoded-content-length HTTP header.');
  }
  return checkLength(decodeAwsChunked(source, verifier, trailers), Number(length));
}

/**
 * Opens the body of a request, which is decoded and verified while it streams.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 *
 * @param payloadHash signed value of `x-amz-content-sha256`
 * @param onRead called before the first byte is read, for clients that wait for `100 Continue`
 * @throws ApiError for an unknown payload hash
 */
export function openPayload(
  request: IncomingMessage,
  payloadHash: string,
  signed: { signature: RequestSignature; key: KnownKey } | undefined,
  onRead: () => void,
): Payload {
  const trailers = new Map<string, string>();
  async function* bytes(): AsyncGenerator<Buffer, void, undefined> {
    onRead();
    // Leaving the loop early must not destroy the request: the error is sent through its socket.
    yield* request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  }
  const decode = (): AsyncIterable<Buffer> => {
    const source = bytes();
    if (payloadHash === UNSIGNED_PAYLOAD) return source;
    if (payloadHash === UNSIGNED_CHUNKS_TRAILER) return decodeChunks(request, source, undefined, trailers);
    if (/^[0-9a-f]{64}$/i.test(payloadHash)) return checkHash(source, payloadHash);
    if (signed !== undefined && (payloadHash === SIGNED_CHUNKS || payloadHash === SIGNED_CHUNKS_TRAILER)) {
      const verifier = createChainVerifier(signed.signature, signed.key);
      return decodeChunks(request, source, verifier, payloadHash === SIGNED_CHUNKS ? undefined : trailers);
    }
    throw new ApiError(
      'InvalidArgument',
      400,
      'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, ' +
        'STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.',
    );
  };
  const stream = Readable.from(decode(), { objectMode: false, highWaterMark: 256 * 1024 });
  // Without a reader, a client that disconnects must not cause an uncaught error.
  stream.on('error', () => undefined);
  return { stream, trailers };
}

import { createHash } from 'node:crypto';
import { ApiError } from './api-error.ts';

/** Verifies one link of the chain of signatures, given the SHA-256 of what it covers, in hexadecimal. */
export interface ChunkVerifier {
  chunk(signature: string | undefined, dataHash: string): Promise<void>;
  trailer(signature: string | undefined, headersHash: string): Promise<void>;
}

const CRLF = Buffer.from('\r\n');
/** A chunk's or trailer's line is short; more than this is no `aws-chunked` body. */
const MAX_LINE_BYTES = 16_384;

function malformed(): ApiError {
  return new ApiError('IncompleteBody', 400, 'The request body terminated unexpectedly or is not aws-chunked encoded.');
}

const EMPTY_SHA256 = createHash('sha256').digest('hex');

/** Reads lines and counted bytes from a stream of buffers without ever joining more than a line. */
class ByteReader {
  readonly #source: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterator<Buffer>) {
    this.#source = source;
  }

  async #more(): Promise<boolean> {
    const { done, value } = await this.#source.next();
    if (done === true) return false;
    this.#rest = this.#rest.length === 0 ? value : Buffer.concat([this.#rest, value]);
    return true;
  }

  /** Without its CRLF. */
  async line(): Promise<string> {
    for (;;) {
      const end = this.#rest.indexOf(CRLF);
      if (end >= 0) {
        const line = this.#rest.subarray(0, end).toString('latin1');
        this.#rest = this.#rest.subarray(end + CRLF.length);
        return line;
      }
      if (this.#rest.length > MAX_LINE_BYTES || !(await this.#more())) throw malformed();
    }
  }

  /** At least one byte, at most `limit`. */
  async some(limit: number): Promise<Buffer> {
    if (this.#rest.length === 0 && !(await this.#more())) throw malformed();
    const bytes = this.#rest.subarray(0, limit);
    this.#rest = this.#rest.subarray(bytes.length);
    return bytes;
  }

  /** Whether nothing but an optional line end is left. */
  async atEnd(): Promise<boolean> {
    while (this.#rest.length <= CRLF.length) {
      if (!(await this.#more())) return this.#rest.length === 0 || this.#rest.equals(CRLF);
    }
    return false;
  }
}

async function readTrailers(
  reader: ByteReader,
  trailers: Map<string, string>,
  verifier: ChunkVerifier | undefined,
): Promise<void> {
  const canonical: string[] = [];
  let signature: string | undefined;
  for (;;) {
    const line = await reader.line();
    if (line === '') break;
    const colon = line.indexOf(':');
    if (colon < 1) throw malformed();
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === 'x-amz-trailer-signature') signature = value;
    else {
      trailers.set(name, value);
      canonical.push(`${name}:${value}\n`);
    }
  }
  await verifier?.trailer(signature, createHash('sha256').update(canonical.join('')).digest('hex'));
}

/**
 * Takes the framing off an `aws-chunked` body, passing its data on as it comes.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html,
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 *
 * @param verifier of signed chunks; absent for `STREAMING-UNSIGNED-PAYLOAD-TRAILER`
 * @param trailers filled when the body ends; absent where the request announces none
 * @throws ApiError `SignatureDoesNotMatch`, or `IncompleteBody` if the framing is broken
 */
export async function* decodeAwsChunked(
  source: AsyncGenerator<Buffer>,
  verifier: ChunkVerifier | undefined,
  trailers: Map<string, string> | undefined,
): AsyncGenerator<Buffer, void, undefined> {
  const reader = new ByteReader(source);
  try {
    yield* readChunks(reader, verifier);
    if (trailers !== undefined) await readTrailers(reader, trailers, verifier);
    if (!(await reader.atEnd())) throw malformed();
  } finally {
    await source.return(undefined);
  }
}

async function* readChunks(
  reader: ByteReader,
  verifier: ChunkVerifier | undefined,
): AsyncGenerator<Buffer, void, undefined> {
  for (;;) {
    const [sizeText = '', ...extensions] = (await reader.line()).split(';');
    if (!/^[0-9a-f]{1,12}$/i.test(sizeText)) throw malformed();
    const signature = extensions.find((text) => text.startsWith('chunk-signature='))?.slice('chunk-signature='.length);
    let left = Number.parseInt(sizeText, 16);
    if (left === 0) {
      await verifier?.chunk(signature, EMPTY_SHA256);
      return;
    }
    const hash = verifier === undefined ? undefined : createHash('sha256');
    while (left > 0) {
      const data = await reader.some(left);
      left -= data.length;
      hash?.update(data);
      yield data;
    }
    if ((await reader.line()) !== '') throw malformed();
    if (hash !== undefined) await verifier?.chunk(signature, hash.digest('hex'));
  }
}

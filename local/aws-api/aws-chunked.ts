import { createHash } from 'node:crypto';
import { ApiError } from './api-error.ts';

/** Verifies the chain of chunk signatures; each hash is the hexadecimal SHA-256 of the data that the signature covers. */
export interface ChunkVerifier {
  chunk(signature: string | undefined, dataHash: string): Promise<void>;
  trailer(signature: string | undefined, headersHash: string): Promise<void>;
}

const CRLF = Buffer.from('\r\n');
/** Maximum length of a chunk header or trailer line; longer lines make the body invalid. */
const MAX_LINE_BYTES = 16_384;

function malformedBodyError(): ApiError {
  return new ApiError('IncompleteBody', 400, 'The request body terminated unexpectedly or is not aws-chunked encoded.');
}

const EMPTY_SHA256 = createHash('sha256').digest('hex');

/** Reads lines and byte counts from a stream of buffers, without joining more than one line. */
class ByteReader {
  readonly #source: AsyncIterator<Buffer>;
  #buffered: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterator<Buffer>) {
    this.#source = source;
  }

  async #readMore(): Promise<boolean> {
    const { done, value } = await this.#source.next();
    if (done === true) return false;
    this.#buffered = this.#buffered.length === 0 ? value : Buffer.concat([this.#buffered, value]);
    return true;
  }

  /** Reads a line and returns it without its CRLF. */
  async readLine(): Promise<string> {
    for (;;) {
      const end = this.#buffered.indexOf(CRLF);
      if (end >= 0) {
        const line = this.#buffered.subarray(0, end).toString('latin1');
        this.#buffered = this.#buffered.subarray(end + CRLF.length);
        return line;
      }
      if (this.#buffered.length > MAX_LINE_BYTES || !(await this.#readMore())) throw malformedBodyError();
    }
  }

  /** Reads at least one byte and at most `limit`. */
  async readSome(limit: number): Promise<Buffer> {
    if (this.#buffered.length === 0 && !(await this.#readMore())) throw malformedBodyError();
    const bytes = this.#buffered.subarray(0, limit);
    this.#buffered = this.#buffered.subarray(bytes.length);
    return bytes;
  }

  /** Returns whether nothing but an optional line end remains. */
  async isAtEnd(): Promise<boolean> {
    while (this.#buffered.length <= CRLF.length) {
      if (!(await this.#readMore())) return this.#buffered.length === 0 || this.#buffered.equals(CRLF);
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
    const line = await reader.readLine();
    if (line === '') break;
    const colon = line.indexOf(':');
    if (colon < 1) throw malformedBodyError();
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
 * Removes the framing of an `aws-chunked` body while streaming its data.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html,
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 *
 * @param verifier verifies signed chunks; absent for `STREAMING-UNSIGNED-PAYLOAD-TRAILER`
 * @param trailers filled at the end of the body; absent if the request declares none
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
    if (!(await reader.isAtEnd())) throw malformedBodyError();
  } finally {
    await source.return(undefined);
  }
}

async function* readChunks(
  reader: ByteReader,
  verifier: ChunkVerifier | undefined,
): AsyncGenerator<Buffer, void, undefined> {
  for (;;) {
    const [sizeText = '', ...extensions] = (await reader.readLine()).split(';');
    if (!/^[0-9a-f]{1,12}$/i.test(sizeText)) throw malformedBodyError();
    const signature = extensions.find((text) => text.startsWith('chunk-signature='))?.slice('chunk-signature='.length);
    let left = Number.parseInt(sizeText, 16);
    if (left === 0) {
      await verifier?.chunk(signature, EMPTY_SHA256);
      return;
    }
    const hash = verifier === undefined ? undefined : createHash('sha256');
    while (left > 0) {
      const data = await reader.readSome(left);
      left -= data.length;
      hash?.update(data);
      yield data;
    }
    if ((await reader.readLine()) !== '') throw malformedBodyError();
    if (hash !== undefined) await verifier?.chunk(signature, hash.digest('hex'));
  }
}

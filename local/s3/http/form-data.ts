import { s3Error } from '../store/s3-error.ts';

/** Maximum total size of the fields other than the file. https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTForms.html */
const MAX_FIELDS_BYTES = 20 * 1024;
const MAX_PART_HEADERS_BYTES = 8 * 1024;

export interface Form {
  /** Fields before the file, by lower-case name. */
  readonly fields: ReadonlyMap<string, string>;
  readonly fileName: string;
  readonly fileType: string | undefined;
  /** Content of the file; fails with `MalformedPOSTRequest` if the form is incomplete. */
  readonly file: AsyncIterable<Buffer>;
}

/** Reads up to a marker, which the chunks of the stream may split anywhere. */
class MarkedReader {
  readonly #source: AsyncIterator<Buffer>;
  #buffered: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterator<Buffer>) {
    this.#source = source;
  }

  /** Streams the bytes before the marker, and consumes the marker. */
  async *readUntil(marker: Buffer): AsyncGenerator<Buffer, void, undefined> {
    for (;;) {
      const at = this.#buffered.indexOf(marker);
      if (at >= 0) {
        const before = this.#buffered.subarray(0, at);
        this.#buffered = this.#buffered.subarray(at + marker.length);
        if (before.length > 0) yield before;
        return;
      }
      // The buffered bytes may end with the beginning of the marker.
      const safe = Math.max(this.#buffered.length - marker.length + 1, 0);
      if (safe > 0) {
        const before = this.#buffered.subarray(0, safe);
        this.#buffered = this.#buffered.subarray(safe);
        yield before;
      }
      const { done, value } = await this.#source.next();
      if (done === true) throw s3Error('MalformedPOSTRequest');
      this.#buffered = Buffer.concat([this.#buffered, value]);
    }
  }

  async readText(marker: Buffer, maxBytes: number): Promise<string> {
    const pieces: Buffer[] = [];
    let size = 0;
    for await (const piece of this.readUntil(marker)) {
      size += piece.length;
      if (size > maxBytes) {
        throw s3Error('MalformedPOSTRequest', {
          Message: 'Your POST request fields preceding the upload file were too large.',
        });
      }
      pieces.push(piece);
    }
    return Buffer.concat(pieces).toString('utf8');
  }
}

function readParameter(header: string, name: string): string | undefined {
  const match = new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\s]*))`, 'i').exec(header);
  return match === null ? undefined : (match[1]?.replace(/\\(["\\])/g, '$1').replaceAll('%22', '"') ?? match[2]);
}

const LINE_END = Buffer.from('\r\n');
const HEADERS_END = Buffer.from('\r\n\r\n');

/**
 * Reads a form up to its file, which the caller streams. Fields after the file are ignored, as in S3.
 * https://www.rfc-editor.org/rfc/rfc7578
 *
 * @throws ApiError `MalformedPOSTRequest`, `InvalidArgument` without a file
 */
export async function readForm(contentType: string, body: AsyncIterator<Buffer>): Promise<Form> {
  const boundary = readParameter(contentType, 'boundary');
  if (boundary === undefined || boundary === '' || boundary.length > 70) throw s3Error('MalformedPOSTRequest');
  const reader = new MarkedReader(body);
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  // No line break precedes the first delimiter.
  await reader.readText(Buffer.from(`--${boundary}`), MAX_PART_HEADERS_BYTES);
  const fields = new Map<string, string>();
  let remainingBytes = MAX_FIELDS_BYTES;
  for (;;) {
    if ((await reader.readText(LINE_END, MAX_PART_HEADERS_BYTES)).startsWith('--')) {
      throw s3Error('InvalidArgument', {
        Message: 'POST requires exactly one file upload per request.',
        ArgumentName: 'file',
      });
    }
    const headers = await reader.readText(HEADERS_END, MAX_PART_HEADERS_BYTES);
    const disposition = /^content-disposition:(.*)$/im.exec(headers)?.[1] ?? '';
    const name = readParameter(disposition, 'name')?.toLowerCase();
    if (name === undefined) throw s3Error('MalformedPOSTRequest');
    if (name === 'file') {
      return {
        fields,
        fileName: readParameter(disposition, 'filename') ?? '',
        fileType: /^content-type:\s*(.*?)\s*$/im.exec(headers)?.[1],
        file: reader.readUntil(delimiter),
      };
    }
    const value = await reader.readText(delimiter, remainingBytes);
    remainingBytes -= Buffer.byteLength(name) + Buffer.byteLength(value);
    fields.set(name, value);
  }
}

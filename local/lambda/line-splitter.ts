/** Longest line that is kept, the size of an event of CloudWatch Logs. */
const MAX_LINE_BYTES = 1024 * 1024;

/** Splits output into lines, whose chunks may end anywhere. */
export class LineSplitter {
  readonly #onLine: (line: string) => void;
  #pending: Buffer[] = [];
  #pendingBytes = 0;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf('\n'); end !== -1; end = chunk.indexOf('\n', start)) {
      this.#keep(chunk.subarray(start, end));
      this.#onLine(Buffer.concat(this.#pending).toString());
      this.#pending = [];
      this.#pendingBytes = 0;
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
  }

  #keep(part: Buffer): void {
    if (part.length === 0 || this.#pendingBytes + part.length > MAX_LINE_BYTES) return;
    this.#pending.push(part);
    this.#pendingBytes += part.length;
  }
}

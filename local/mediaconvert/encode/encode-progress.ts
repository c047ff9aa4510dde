/** Progress of ffmpeg, read from the lines of its `-progress` output. */
export class EncodeProgress {
  readonly #durationSeconds: number | undefined;
  frames = 0;
  seconds = 0;

  constructor(durationSeconds: number | undefined) {
    this.#durationSeconds = durationSeconds;
  }

  /** Percentage, 0 to 100; undefined for a file that does not state its duration. */
  get percent(): number | undefined {
    if (this.#durationSeconds === undefined || this.#durationSeconds <= 0) return undefined;
    return Math.max(0, Math.min(100, Math.floor((this.seconds / this.#durationSeconds) * 100)));
  }

  /** Reads one line. Returns whether it ends a report. */
  read(line: string): boolean {
    const [key, value = ''] = line.trim().split('=', 2);
    const number = Number(value);
    if (key === 'frame' && Number.isFinite(number)) this.frames = number;
    // Microseconds. Outputs advance at different speeds, so the number may decrease.
    if (key === 'out_time_us' && Number.isFinite(number)) this.seconds = Math.max(this.seconds, number / 1e6);
    return key === 'progress';
  }
}

/**
 * Reads a text from its start to its end. No method moves back, and each takes time in proportion to the distance that it
 * moves, so that a reader built on it takes linear time as long as every step moves on or ends the reading.
 */
export class TextScanner {
  readonly text: string;
  #position = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** Index of the next character, in UTF-16 code units. */
  get position(): number {
    return this.#position;
  }

  get isAtEnd(): boolean {
    return this.#position === this.text.length;
  }

  /** Moves past a string if it comes next. @returns whether it did */
  skip(expected: string): boolean {
    if (!this.text.startsWith(expected, this.#position)) return false;
    this.#position += expected.length;
    return true;
  }

  /** Takes the characters that come next and belong to a class. @param characters sticky, such as `/[A-Z]+/y` */
  take(characters: RegExp): string {
    characters.lastIndex = this.#position;
    const [taken = ''] = characters.exec(this.text) ?? [];
    this.#position += taken.length;
    return taken;
  }

  /** Takes everything before a string and moves past it; moves to the end if there is none. @returns undefined then */
  takeUntil(delimiter: string): string | undefined {
    const start = this.#position;
    const end = this.text.indexOf(delimiter, start);
    this.#position = end === -1 ? this.text.length : end + delimiter.length;
    return end === -1 ? undefined : this.text.slice(start, end);
  }
}

import { IsobmffError } from './isobmff-error.ts';

/**
 * Reads big-endian fields of one box in order, never beyond its end.
 *
 * Every method throws `IsobmffError` `field_beyond_box` if the box is too short.
 */
export class ByteReader {
  readonly #view: DataView;
  readonly #boxType: string;
  #position = 0;

  constructor(bytes: Uint8Array, boxType: string) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#boxType = boxType;
  }

  get remaining(): number {
    return this.#view.byteLength - this.#position;
  }

  get position(): number {
    return this.#position;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2));
  }

  u24(): number {
    return this.u16() * 256 + this.u8();
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4));
  }

  i16(): number {
    return this.#view.getInt16(this.#take(2));
  }

  i32(): number {
    return this.#view.getInt32(this.#take(4));
  }

  /** @throws IsobmffError `bad_value` above 2^53 - 1, where a number loses bits */
  u64(): number {
    return this.#exact(this.#view.getBigUint64(this.#take(8)));
  }

  /** @throws IsobmffError `bad_value` beyond ±(2^53 - 1) */
  i64(): number {
    return this.#exact(this.#view.getBigInt64(this.#take(8)));
  }

  fourCc(): string {
    return String.fromCharCode(this.u8(), this.u8(), this.u8(), this.u8());
  }

  bytes(length: number): Uint8Array {
    const start = this.#take(length);
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset + start, length);
  }

  skip(length: number): void {
    this.#take(length);
  }

  /** Reads version and flags of a full box: ISO/IEC 14496-12:2022, 4.2.2. */
  fullBox(): { readonly version: number; readonly flags: number } {
    return { version: this.u8(), flags: this.u24() };
  }

  #take(length: number): number {
    if (length > this.remaining) {
      throw new IsobmffError('field_beyond_box', `Box ${this.#boxType} ends within a field.`, this.#boxType);
    }
    const start = this.#position;
    this.#position += length;
    return start;
  }

  #exact(value: bigint): number {
    const number = Number(value);
    if (!Number.isSafeInteger(number)) {
      throw new IsobmffError('bad_value', `Box ${this.#boxType} holds a number beyond 2^53.`, this.#boxType);
    }
    return number;
  }
}

import { CRC64NVME_POLYNOMIAL } from './crc-combine.ts';

/** Makes eight tables of 256 remainders, to process eight bytes at a time; each remainder has two 32-bit halves. */
function makeTables(): { high: Uint32Array; low: Uint32Array } {
  const high = new Uint32Array(8 * 256);
  const low = new Uint32Array(8 * 256);
  for (let index = 0; index < 256; index += 1) {
    let crc = BigInt(index);
    for (let slice = 0; slice < 8; slice += 1) {
      for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1n) === 1n ? (crc >> 1n) ^ CRC64NVME_POLYNOMIAL : crc >> 1n;
      high[slice * 256 + index] = Number(crc >> 32n);
      low[slice * 256 + index] = Number(crc & 0xffffffffn);
    }
  }
  return { high, low };
}

let tables: { high: Uint32Array; low: Uint32Array } | undefined;

/** CRC-64/NVME. NVM Express NVM Command Set Specification 1.0d, 5.2.1.3.4 */
export class Crc64Nvme {
  #high = 0xffffffff;
  #low = 0xffffffff;

  update(bytes: Buffer): void {
    tables ??= makeTables();
    const tableHigh = tables.high;
    const tableLow = tables.low;
    let high = this.#high;
    let low = this.#low;
    let at = 0;
    for (const end = bytes.length - 7; at < end; at += 8) {
      const first = low ^ bytes.readUInt32LE(at);
      const second = high ^ bytes.readUInt32LE(at + 4);
      high = 0;
      low = 0;
      for (let byte = 0; byte < 4; byte += 1) {
        const near = (7 - byte) * 256 + ((first >>> (8 * byte)) & 0xff);
        const far = (3 - byte) * 256 + ((second >>> (8 * byte)) & 0xff);
        high ^= (tableHigh[near] ?? 0) ^ (tableHigh[far] ?? 0);
        low ^= (tableLow[near] ?? 0) ^ (tableLow[far] ?? 0);
      }
    }
    for (; at < bytes.length; at += 1) {
      const index = (low ^ (bytes[at] ?? 0)) & 0xff;
      low = ((low >>> 8) | (high << 24)) ^ (tableLow[index] ?? 0);
      high = (high >>> 8) ^ (tableHigh[index] ?? 0);
    }
    this.#high = high;
    this.#low = low;
  }

  digest(): Buffer {
    const digest = Buffer.alloc(8);
    digest.writeUInt32BE(~this.#high >>> 0, 0);
    digest.writeUInt32BE(~this.#low >>> 0, 4);
    return digest;
  }
}

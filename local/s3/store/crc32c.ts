const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let crc = index;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 1 ? 0x82f63b78 ^ (crc >>> 1) : crc >>> 1;
  return crc;
});

/** CRC-32C (Castagnoli). https://www.rfc-editor.org/rfc/rfc3720#appendix-B.4 */
export class Crc32c {
  #crc = 0xffffffff;

  update(bytes: Buffer): void {
    let crc = this.#crc;
    // Indexed, because an iterator costs several times as much per byte.
    for (let index = 0; index < bytes.length; index += 1) {
      crc = (crc >>> 8) ^ (TABLE[(crc ^ (bytes[index] ?? 0)) & 0xff] ?? 0);
    }
    this.#crc = crc;
  }

  digest(): Buffer {
    const digest = Buffer.alloc(4);
    digest.writeUInt32BE(~this.#crc >>> 0);
    return digest;
  }
}

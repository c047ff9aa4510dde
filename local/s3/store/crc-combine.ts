/** Reflected polynomials, without their highest term. */
export const CRC32_POLYNOMIAL = 0xedb88320n;
export const CRC32C_POLYNOMIAL = 0x82f63b78n;
export const CRC64NVME_POLYNOMIAL = 0x9a6c9329ac4bc9b5n;

/** Multiplies two polynomials modulo that of the CRC. All are reflected: the highest bit is the constant term. */
function multiply(polynomial: bigint, bits: bigint, a: bigint, b: bigint): bigint {
  let product = 0n;
  let factor = b;
  for (let mask = 1n << (bits - 1n); mask > 0n; mask >>= 1n) {
    if ((a & mask) !== 0n) product ^= factor;
    factor = (factor & 1n) === 0n ? factor >> 1n : (factor >> 1n) ^ polynomial;
  }
  return product;
}

/**
 * Computes the CRC of a whole from those of its pieces, in order. A CRC is extended over the following bytes by multiplying
 * it with x^(8·length), as in `crc32_combine` of zlib.
 * https://github.com/madler/zlib/blob/develop/crc32.c
 */
export function combineCrc(
  polynomial: bigint,
  bytes: number,
  pieces: readonly { readonly digest: Buffer; readonly size: number }[],
): Buffer {
  const bits = BigInt(bytes) * 8n;
  const one = 1n << (bits - 1n);
  const powerOfX = (exponent: bigint): bigint => {
    let result = one;
    let square = one >> 1n;
    for (let bitsLeft = exponent; bitsLeft > 0n; bitsLeft >>= 1n) {
      if ((bitsLeft & 1n) === 1n) result = multiply(polynomial, bits, square, result);
      square = multiply(polynomial, bits, square, square);
    }
    return result;
  };
  let crc = 0n;
  let lastSize = -1;
  let shift = one;
  for (const { digest, size } of pieces) {
    if (size !== lastSize) shift = powerOfX(BigInt(size) * 8n);
    lastSize = size;
    crc = multiply(polynomial, bits, shift, crc) ^ BigInt(`0x${digest.toString('hex')}`);
  }
  return Buffer.from(crc.toString(16).padStart(bytes * 2, '0'), 'hex');
}

/**
 * A GUID as it lies in a Windows Media file: its first three fields with the low byte first (ASF Specification 01.20.03,
 * 2.2.2.5).
 *
 * @param text such as `75B22630-668E-11CF-A6D9-00AA0062CE6C`
 */
export function asfGuid(text: string): Buffer {
  const bytes = Buffer.from(text.replaceAll('-', ''), 'hex');
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}

import * as z from 'zod';

/**
 * Query parameters that CloudFront accepts as a signature with a custom policy. CloudFront removes them before a
 * function or an origin sees the request, so URLs of playlists carry a copy in the parameter `t`, which the playlist
 * function writes on the URIs of the playlist.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-custom-policy.html
 */

/** CloudFront's variant of base64 has `-`, `_` and `~` for `+`, `=` and `/`. */
function cloudFrontBase64(maxLength: number) {
  return z
    .string()
    .max(maxLength)
    .regex(/^[A-Za-z0-9~_-]+$/);
}

const nativeParametersSchema = z.strictObject({
  Policy: cloudFrontBase64(2048),
  Signature: cloudFrontBase64(1024),
  'Key-Pair-Id': z.string().regex(/^[A-Za-z0-9]{1,64}$/),
  'Hash-Algorithm': z.enum(['SHA1', 'SHA256']).optional(),
});

/** Longer than any copy that the schema admits, so that nothing larger is decoded. */
const MAX_COPY_LENGTH = 5000;

/** Encodes native parameters as the value of `t`. @param native `Policy=…&Key-Pair-Id=…&Signature=…` */
export function encodeCopy(native: string): string {
  return Buffer.from(native, 'ascii').toString('base64url');
}

/**
 * Decodes and checks the value of `t`.
 *
 * @param copy raw value
 * @returns the native parameters, ready to append to a URI; undefined unless the copy is canonical base64url and holds
 * exactly these parameters, each once, without characters that are special in URIs, playlists or XML, except `&`
 */
export function decodeCopy(copy: string): string | undefined {
  if (copy.length > MAX_COPY_LENGTH || !/^[A-Za-z0-9_-]+$/.test(copy)) return undefined;
  const native = Buffer.from(copy, 'base64url').toString('latin1');
  if (encodeCopy(native) !== copy) return undefined;
  const pairs = native.split('&').map(splitPair);
  const parameters = Object.fromEntries(pairs);
  if (Object.keys(parameters).length !== pairs.length) return undefined;
  return nativeParametersSchema.safeParse(parameters).success ? native : undefined;
}

function splitPair(pair: string): [name: string, value: string] {
  const equals = pair.indexOf('=');
  return equals === -1 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
}

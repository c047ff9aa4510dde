import { gzip } from 'node:zlib';
import { promisify } from 'node:util';

/** A body with the headers that describe its coding. */
export interface EncodedBody {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/**
 * Maximum length of a body, bytes. A buffered response may have 6 MB, and the body is a third longer in base64.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const MAX_BODY_BYTES = 4_600_000;

/**
 * Compresses here, since CloudFront compresses only cacheable responses, and signatures make a playlist ten times as
 * long. A text that is too long for a response is compressed whatever the player accepts: it gets nothing otherwise, and players
 * such as ffmpeg decompress although they do not say so.
 *
 * @returns undefined if the text is too long even so
 */
export async function encodeText(text: string, acceptEncoding: string): Promise<EncodedBody | undefined> {
  const plain = Buffer.from(text);
  if (plain.length <= MAX_BODY_BYTES && !mayUseGzip(acceptEncoding)) return { headers: {}, body: plain };
  const body = await promisify(gzip)(plain);
  return body.length > MAX_BODY_BYTES ? undefined : { headers: { 'content-encoding': 'gzip' }, body };
}

/** Returns whether an Accept-Encoding header admits gzip (RFC 9110, section 12.5.3): `gzip` or `*`, unless its weight is zero. */
function mayUseGzip(acceptEncoding: string): boolean {
  const weights = new Map(
    acceptEncoding
      .toLowerCase()
      .split(',')
      .map((coding) => {
        const [name = '', ...parameters] = coding.split(';').map((part) => part.trim());
        const weight = parameters.find((parameter) => parameter.startsWith('q='));
        return [name, weight === undefined ? 1 : Number(weight.slice(2))] as const;
      }),
  );
  return (weights.get('gzip') ?? weights.get('*') ?? 0) > 0;
}

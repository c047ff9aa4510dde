import { createMiddleware } from 'hono/factory';
import { findRepeatedMember } from './find-repeated-member.ts';
import { ProblemError } from './problems.ts';
import type { ApiVariables } from './services.ts';

/**
 * Refuses a JSON body that would be misread without an error: one in another encoding than UTF-8, which decoders turn into
 * U+FFFD, one that is compressed, and one that names a member twice, of which parsers keep the last.
 * https://www.rfc-editor.org/rfc/rfc8259#section-8.1, https://www.rfc-editor.org/rfc/rfc8259#section-4
 */
export const requireJsonBody = createMiddleware<{ Variables: ApiVariables }>(async (c, next) => {
  const contentType = c.req.header('content-type') ?? '';
  // Another media type is refused later, whatever its encoding.
  if (!/json/i.test(contentType)) return next();
  requirePlainUtf8(contentType, c.req.header('content-encoding') ?? '');
  const body = new Uint8Array(await c.req.arrayBuffer());
  const detail = encodingFault(body, c.var.gateway.textBytes) ?? repetitionFault(body);
  if (detail !== undefined) throw new ProblemError('malformed_json', { detail });
  return next();
});

const CHARSET = /;\s*charset\s*=\s*"?([^";\s]*)"?/gi;

/**
 * Checks the declared encodings.
 *
 * @throws ProblemError `unsupported_media_type`, with the accepted codings as RFC 9110, 15.5.16 demands
 */
function requirePlainUtf8(contentType: string, contentEncoding: string): void {
  const charset = Array.from(contentType.matchAll(CHARSET), ([, name = '']) => name).find((name) => !/^utf-?8$/i.test(name));
  if (charset !== undefined) {
    throw new ProblemError('unsupported_media_type', { detail: `The body is declared as '${charset}'. ${ADVICE}` });
  }
  const coding = contentEncoding.split(',').map((name) => name.trim()).find((name) => !/^(?:identity)?$/i.test(name));
  if (coding === undefined) return;
  throw new ProblemError('unsupported_media_type', {
    detail: `The body is declared as compressed: Content-Encoding is '${coding}'. Send it uncompressed, without this header.`,
    headers: { 'accept-encoding': 'identity' },
  });
}

function repetitionFault(body: Uint8Array): string | undefined {
  const pointer = findRepeatedMember(new TextDecoder().decode(body));
  return pointer && `The body has the member '${pointer}' more than once. Send it once.`;
}

const ADVICE = 'Send JSON in UTF-8.';

/**
 * Returns why a body is not UTF-8, or undefined if it is.
 *
 * A gateway that passes the body as text has replaced each invalid sequence by U+FFFD, whose three bytes differ in number
 * from those that the client sent; a client that sent U+FFFD itself sent as many. So did one that lost the last byte of
 * a character of four, which cannot be told apart.
 *
 * @param textBytes number of bytes that the client sent, if a gateway decoded them; NaN if the number is unknown
 */
export function encodingFault(body: Uint8Array, textBytes: number | undefined): string | undefined {
  if (body.length >= 2 && (body[0] === 0 || body[1] === 0)) {
    return `The body is not UTF-8: it looks like UTF-16 or UTF-32. ${ADVICE}`;
  }
  const text = decodeUtf8(body);
  const isReplaced = textBytes !== undefined && textBytes !== body.length && text?.includes('\ufffd') === true;
  return text === undefined || isReplaced ? `The body is not UTF-8; it may be in a local code page. ${ADVICE}` : undefined;
}

function decodeUtf8(body: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
}

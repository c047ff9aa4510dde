import { Readable } from 'node:stream';
import type { Representation } from './representation.ts';

/** An error in the words of S3, as CloudFront itself writes those of signatures. */
export function originError(status: number, code: string, message: string): Representation {
  return page(
    status,
    'text/xml',
    `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  );
}

/** An error that CloudFront answers by itself. */
export function edgeError(status: number, title: string, message: string): Representation {
  return page(
    status,
    'text/html',
    `<!DOCTYPE html><html><head><title>ERROR: The request could not be satisfied</title></head><body><h1>${status} ${title}</h1><p>${message}</p></body></html>\n`,
  );
}

function page(status: number, contentType: string, text: string): Representation {
  const bytes = Buffer.from(text);
  return {
    status,
    headers: { 'content-type': contentType },
    cookies: [],
    sizeBytes: bytes.length,
    seekable: false,
    open: () => Readable.from([bytes]),
    discard: () => undefined,
  };
}

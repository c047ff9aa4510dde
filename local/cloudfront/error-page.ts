import { escapeMarkup } from '../http/escape-markup.ts';
import { makeMemoryRepresentation, type Representation } from './representation.ts';

/** Makes an error in S3's format, which CloudFront also uses for its signature errors. */
export function makeOriginError(status: number, code: string, message: string): Representation {
  const content = `<Code>${escapeMarkup(code)}</Code><Message>${escapeMarkup(message)}</Message>`;
  const document = `<?xml version="1.0" encoding="UTF-8"?><Error>${content}</Error>`;
  return makeMemoryRepresentation(status, { 'content-type': 'text/xml' }, Buffer.from(document));
}

/** Makes an error page of CloudFront. */
export function makeEdgeError(status: number, title: string, message: string): Representation {
  const html = `<!DOCTYPE html><html><head><title>ERROR: The request could not be satisfied</title></head><body><h1>${status} ${title}</h1><p>${escapeMarkup(message)}</p></body></html>\n`;
  return makeMemoryRepresentation(status, { 'content-type': 'text/html' }, Buffer.from(html));
}

import { escapeMarkup } from '../http/escape-markup.ts';
import { memoryRepresentation, type Representation } from './representation.ts';

/** An error in the words of S3, as CloudFront itself writes those of signatures. */
export function originError(status: number, code: string, message: string): Representation {
  const content = `<Code>${escapeMarkup(code)}</Code><Message>${escapeMarkup(message)}</Message>`;
  const document = `<?xml version="1.0" encoding="UTF-8"?><Error>${content}</Error>`;
  return memoryRepresentation(status, { 'content-type': 'text/xml' }, Buffer.from(document));
}

/** An error that CloudFront answers by itself. */
export function edgeError(status: number, title: string, message: string): Representation {
  const html = `<!DOCTYPE html><html><head><title>ERROR: The request could not be satisfied</title></head><body><h1>${status} ${title}</h1><p>${escapeMarkup(message)}</p></body></html>\n`;
  return memoryRepresentation(status, { 'content-type': 'text/html' }, Buffer.from(html));
}

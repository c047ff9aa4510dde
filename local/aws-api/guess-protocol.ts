import type { IncomingMessage } from 'node:http';
import type { Protocol } from './api-service.ts';

/** Returns the protocol in which the client of a request expects its errors, before its service is known. */
export function guessProtocol(request: IncomingMessage): Protocol {
  if (request.headers['x-amz-target'] !== undefined) return 'json';
  const contentType = request.headers['content-type'] ?? '';
  return contentType.startsWith('application/x-www-form-urlencoded') ? 'query' : 'rest-xml';
}

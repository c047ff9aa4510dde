import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex, Readable } from 'node:stream';
import { systemErrorCode } from '../cloud/system-error.ts';
import { writeXml } from './xml.ts';

/** A connection on which the other side moves nothing for so long is given up. */
const IDLE_MS = 120_000;

/**
 * Ends connections whose client has stopped sending a body or stopped reading an answer, however long a request as a
 * whole may take: an upload of many gigabytes or an invocation of fifteen minutes is no reason to hang up.
 */
export function closeIdleConnections(server: Server): void {
  server.requestTimeout = 0;
  const current = new WeakMap<Socket, { request: IncomingMessage; response: ServerResponse }>();
  const remember = (request: IncomingMessage, response: ServerResponse): void =>
    void current.set(request.socket, { request, response });
  server.prependListener('request', remember);
  server.prependListener('checkContinue', remember);
  server.setTimeout(IDLE_MS, (socket) => {
    const exchange = current.get(socket);
    const awaitsUs = exchange !== undefined && exchange.request.complete && !exchange.response.headersSent;
    if (!awaitsUs) socket.destroy();
  });
}

/** By what Node makes of a request that it cannot read. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const UNREADABLE: Readonly<Record<string, readonly [number, string, string]>> = {
  HPE_HEADER_OVERFLOW: [
    400,
    'RequestHeaderSectionTooLarge',
    'Your request header and query parameters used to make the request exceed the maximum allowed size.',
  ],
  ERR_HTTP_REQUEST_TIMEOUT: [
    400,
    'RequestTimeout',
    'Your socket connection to the server was not read from or written to within the timeout period.',
  ],
};
const BAD_REQUEST = [400, 'BadRequest', 'An error occurred when parsing the HTTP request.'] as const;

/** Tells a client whose request is not even HTTP, or too long before its body, what is wrong, and hangs up. */
export function rejectUnreadableRequests(server: Server): void {
  const answering = new WeakSet<Duplex>();
  server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    answering.add(socket);
    response.once('close', () => void answering.delete(socket));
  });
  server.on('clientError', (error: Error, socket: Duplex) => {
    if (socket.writableEnded) return;
    const code = systemErrorCode(error);
    if (code === 'ECONNRESET' || answering.has(socket)) {
      socket.destroy();
      return;
    }
    const [status, Code, Message] = UNREADABLE[code ?? ''] ?? BAD_REQUEST;
    const body = Buffer.from(writeXml('Error', { Code, Message }));
    socket.end(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/xml\r\n` +
        `Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body.toString()}`,
    );
  });
}

/**
 * Reads what an answered request still sends, so that a client which writes before it reads gets the answer.
 *
 * @param payload through which the request was being read
 */
export function discardRemainder(request: IncomingMessage, payload: Readable | undefined): void {
  if (request.complete || request.destroyed) return;
  request.on('error', () => undefined);
  if (payload === undefined || payload.closed) {
    request.resume();
    return;
  }
  // Only one can read at a time: resuming has no effect until the payload has let go.
  payload.once('close', () => request.resume());
  payload.destroy();
}

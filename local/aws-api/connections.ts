import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex, Readable } from 'node:stream';
import { systemErrorCode } from '../cloud/system-error.ts';
import { writeXml } from './xml.ts';

/** Time without progress by the client after which a connection is closed. */
const IDLE_MS = 120_000;

/**
 * Closes connections whose client has stopped sending a body or reading a response. The duration of a request as a whole
 * is unlimited: uploads of many gigabytes and invocations of fifteen minutes are legitimate.
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
    const isWaitingForServer = exchange !== undefined && exchange.request.complete && !exchange.response.headersSent;
    if (!isWaitingForServer) socket.destroy();
  });
}

/** Status, code and message by Node's error code. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
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

/** Sends an error for requests that are not HTTP or have too large a header section, and closes the connection. */
export function rejectUnreadableRequests(server: Server): void {
  const responding = new WeakSet<Duplex>();
  server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    responding.add(socket);
    response.once('close', () => void responding.delete(socket));
  });
  server.on('clientError', (error: Error, socket: Duplex) => {
    if (socket.writableEnded) return;
    const code = systemErrorCode(error);
    if (code === 'ECONNRESET' || responding.has(socket)) {
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
 * Discards the unread remainder of a request, so that a client that writes everything before it reads gets the response.
 *
 * @param payload stream through which the request was being read
 */
export function discardRemainder(request: IncomingMessage, payload: Readable | undefined): void {
  if (request.complete || request.destroyed) return;
  request.on('error', () => undefined);
  if (payload === undefined || payload.closed) {
    request.resume();
    return;
  }
  // Resuming has no effect until the payload stops reading the request.
  payload.once('close', () => request.resume());
  payload.destroy();
}

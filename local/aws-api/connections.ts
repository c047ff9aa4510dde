import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';

/** A connection on which the other side moves nothing for so long is given up. */
const IDLE_MS = 120_000;

/**
 * Ends connections whose client has stopped sending a body or stopped reading an answer, however long a request as a
 * whole may take: an upload of many gigabytes or an invocation of fifteen minutes is no reason to hang up.
 */
export const closeIdleConnections = (server: Server): void => {
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
};

/**
 * Reads what an answered request still sends, so that a client which writes before it reads gets the answer.
 *
 * @param payload through which the request was being read
 */
export const discardRest = (request: IncomingMessage, payload: Readable | undefined): void => {
  if (request.complete || request.destroyed) return;
  request.on('error', () => undefined);
  if (payload === undefined || payload.closed) {
    request.resume();
    return;
  }
  // Only one can read at a time: resuming has no effect until the payload has let go.
  payload.once('close', () => request.resume());
  payload.destroy();
};

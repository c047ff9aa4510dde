import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AccessLog } from './access-log.ts';
import type { CachedOrigin } from './cached-origin.ts';
import type { Distribution } from './distribution.ts';
import { type ServedResponse, serveViewer } from './serve-viewer.ts';
import { readViewerRequest, type ViewerRequest } from './viewer-request.ts';

interface EdgeServerOptions {
  /** Finds the distribution for a `Host`. */
  readonly distributionFor: (host: string) => Distribution | undefined;
  readonly origin: CachedOrigin;
  readonly log: AccessLog;
  /** Called for failures of the edge; errors of viewers are only logged. */
  readonly onError: (error: unknown) => void;
  /** @default the system's clock */
  readonly now?: () => Date;
  /** Time without progress after which a viewer that does not read is disconnected. @default two minutes */
  readonly maxStallMs?: number;
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-general */
const MAX_URL_LENGTH = 8192;

/** Creates the server that serves distributions to viewers. */
export function createEdgeServer({
  distributionFor,
  origin,
  log,
  onError,
  now = () => new Date(),
  maxStallMs = 120_000,
}: EdgeServerOptions): Server {
  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    disconnectWhenStuck(response, maxStallMs);
    const time = now();
    const started = process.hrtime.bigint();
    const viewer = readViewerRequest(incoming, randomBytes(40).toString('base64url'));
    const distribution = distributionFor(viewer.host);
    const socketBytes = incoming.socket.bytesWritten;
    let served: ServedResponse;
    try {
      if ((incoming.url ?? '').length > MAX_URL_LENGTH) {
        response.writeHead(414, { 'content-type': 'text/plain' }).end('The URL is longer than 8,192 bytes\n');
        served = { status: 414, result: 'Error' };
      } else if (hasSeveralHosts(incoming)) {
        // No other request may follow on the connection: its sender and this server may disagree about this one.
        response.writeHead(400, { 'content-type': 'text/plain', connection: 'close' }).end('The request has several Host headers\n');
        served = { status: 400, result: 'Error' };
      } else if (distribution === undefined) {
        response.writeHead(403, { 'content-type': 'text/plain' }).end('This host serves no distribution\n');
        served = { status: 403, result: 'Error' };
      } else {
        served = await serveViewer({ origin, now }, distribution, viewer, incoming, response);
      }
    } catch (error) {
      served = { status: response.headersSent ? response.statusCode : 500, result: 'Error' };
      if (!isViewerGone(error)) onError(error);
      abortResponse(response);
    }
    const seconds = Number(process.hrtime.bigint() - started) / 1e9;
    log.write(toAccessRecord(viewer, { ...served, time, seconds, bytes: incoming.socket.bytesWritten - socketBytes }));
  };
  return createServer((incoming, response) => void serve(incoming, response));
}

/** Returns whether a request must be refused for its hosts, of which Node keeps the first: RFC 9112, 3.2. */
function hasSeveralHosts({ rawHeaders }: IncomingMessage): boolean {
  return rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length > 1;
}

/**
 * Closes the connection of a viewer that takes none of the response's bytes for a time. Node restarts the time while a
 * pending write progresses, however slowly. An origin that is slow leaves nothing to write.
 */
function disconnectWhenStuck(response: ServerResponse, maxStallMs: number): void {
  response.setTimeout(maxStallMs, () => {
    if ((response.socket?.writableLength ?? 0) > 0) response.destroy();
  });
}

function toAccessRecord(
  { ip, method, host, path, id }: ViewerRequest,
  served: ServedResponse & { time: Date; seconds: number; bytes: number },
) {
  return { ...served, ip, method, host, path, requestId: id };
}

/** Error codes for a viewer that closes the connection during a response or, in the last case, before it. */
const VIEWER_GONE: ReadonlySet<unknown> = new Set([
  'ERR_STREAM_PREMATURE_CLOSE',
  'ECONNRESET',
  'EPIPE',
  'ERR_STREAM_UNABLE_TO_PIPE',
]);

function isViewerGone(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return VIEWER_GONE.has(code);
}

/** Closes the connection of a started response, so that it does not look complete. */
function abortResponse(response: ServerResponse): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(500, { 'content-type': 'text/plain', 'cache-control': 'no-store' }).end('The edge failed\n');
}

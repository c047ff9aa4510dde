import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { ApiError } from '../aws-api/api-error.ts';
import { guessProtocol } from '../aws-api/guess-protocol.ts';
import { sendError } from '../aws-api/responses.ts';
import { systemErrorCode } from '../cloud/system-error.ts';
import { negotiateLanguage } from '../cognito/sign-in-texts.ts';
import type { HeldPorts } from '../laptop-cloud.ts';
import type { StartProgress } from './start-progress.ts';
import { describeWaiting, makeWaitingPage, WAITING_PAGE_HEADERS, WAITING_STATE_TYPE } from './waiting-page.ts';

const LOOPBACK = '127.0.0.1';

/** Seconds after which a client may try again. */
const RETRY_AFTER = '1';

const MESSAGE = 'Sluice is starting. Try again in a moment.';

/** Time that the last responses get before a start that failed ends its process. */
const FLUSH_MS = 500;

/**
 * Servers that hold the ports of the laptop cloud while it starts. They respond 503 to every request: to browsers with a
 * page that follows the start, to clients of an API with an error in its format.
 */
export class WaitingServers implements HeldPorts {
  readonly api: Server;
  readonly edge: Server;
  readonly #progress: StartProgress;
  readonly #held = new Set<() => void>();
  #isStarting = true;

  private constructor(progress: StartProgress) {
    this.#progress = progress;
    this.api = createServer((request, response) => this.#respond(request, response, sendApiError));
    this.edge = createServer((request, response) => this.#respond(request, response, sendProblem));
    progress.onChange(() => this.#releaseHeld());
  }

  /**
   * Takes a port for the AWS APIs and the next one for the edge.
   *
   * @throws Error that says what to do if one cannot be used
   */
  static async open(port: number, progress: StartProgress): Promise<WaitingServers> {
    const servers = new WaitingServers(progress);
    try {
      await listen(servers.api, port);
      await listen(servers.edge, port + 1);
    } catch (error) {
      servers.api.close();
      throw error;
    }
    return servers;
  }

  /**
   * Responds to a request to the AWS APIs that must wait for the start.
   *
   * @returns false for a request of a function, which the deployment itself needs, and after the start
   */
  intercept(request: IncomingMessage, response: ServerResponse): boolean {
    // Only credentials of roles, which only functions have, come with a session token.
    if (!this.#isStarting || request.headers['x-amz-security-token'] !== undefined) return false;
    this.#respond(request, response, sendApiError);
    return true;
  }

  /** Ends the waiting once the cloud has taken over both ports: open pages reload. */
  finish(): void {
    this.#isStarting = false;
    this.#releaseHeld();
  }

  /** Lets open pages show why the start failed, and frees the ports. */
  async close(): Promise<void> {
    const closed = [this.api, this.edge].map((server) => new Promise((resolve) => server.close(resolve)));
    const flushed = new Promise((resolve) => setTimeout(resolve, FLUSH_MS).unref());
    await Promise.race([Promise.all(closed), flushed]);
    for (const server of [this.api, this.edge]) server.closeAllConnections();
  }

  #respond(
    request: IncomingMessage,
    response: ServerResponse,
    sendRefusal: (request: IncomingMessage, response: ServerResponse) => void,
  ): void {
    request.resume();
    response.shouldKeepAlive = false;
    response.setHeader('cache-control', 'no-store');
    response.setHeader('retry-after', RETRY_AFTER);
    const { accept = '', 'accept-language': languages = '' } = request.headers;
    const language = negotiateLanguage(null, languages);
    if (accept === WAITING_STATE_TYPE) {
      this.#hold(request, response, () => {
        response.writeHead(503, { 'content-type': this.#isStarting ? WAITING_STATE_TYPE : 'text/plain' });
        response.end(JSON.stringify(describeWaiting(this.#progress, language)));
      });
    } else if (accept.includes('text/html')) {
      response.writeHead(503, { ...WAITING_PAGE_HEADERS, 'content-language': language, vary: 'accept-language' });
      response.end(makeWaitingPage(describeWaiting(this.#progress, language), language));
    } else {
      sendRefusal(request, response);
    }
  }

  /** Responds once there is a state that the page has not seen. */
  #hold(request: IncomingMessage, response: ServerResponse, respond: () => void): void {
    if (request.headers['x-seen-version'] !== String(this.#progress.version) || !this.#isStarting) {
      respond();
      return;
    }
    this.#held.add(respond);
    response.once('close', () => this.#held.delete(respond));
  }

  #releaseHeld(): void {
    for (const respond of this.#held) respond();
    this.#held.clear();
  }
}

/** Code and status of a service that cannot respond. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
function sendApiError(request: IncomingMessage, response: ServerResponse): void {
  const error = new ApiError('ServiceUnavailable', 503, MESSAGE);
  sendError({ response, requestId: 'starting' }, guessProtocol(request), error);
}

function sendProblem(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(503, { 'content-type': 'application/problem+json' });
  response.end(
    JSON.stringify({
      type: 'about:blank',
      title: 'Service Unavailable',
      status: 503,
      code: 'starting',
      detail: MESSAGE,
    }),
  );
}

/** @throws Error that says what to do if the port cannot be used */
async function listen(server: Server, port: number): Promise<void> {
  try {
    server.listen(port, LOOPBACK);
    await once(server, 'listening');
  } catch (error) {
    const problem = PORT_PROBLEMS[systemErrorCode(error) ?? ''];
    throw problem === undefined ? error : new Error(`Port ${port} ${problem}`, { cause: error });
  }
}

const PORT_PROBLEMS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use. Free it, or choose another with --port.',
  EACCES: 'is reserved for the administrator. Choose one above 1023 with --port.',
};

import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** Operations of the Runtime API for one process. */
export interface RuntimeClient {
  /** Responds with the next invocation. */
  next(response: ServerResponse): void;
  respond(requestId: string, request: IncomingMessage): Promise<void>;
  fail(requestId: string, request: IncomingMessage): Promise<void>;
  failToStart(request: IncomingMessage): Promise<void>;
}

const ROUTE =
  /^\/(?<token>[0-9a-f]+)\/2018-06-01\/runtime\/(?:invocation\/(?<next>next)|invocation\/(?<requestId>[\w-]+)\/(?<kind>response|error)|(?<init>init)\/error)$/;

/**
 * HTTP server of the Runtime API for all processes. Each process has a path that others cannot guess.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export class RuntimeApi {
  readonly #server: Server;
  readonly #clients = new Map<string, RuntimeClient>();
  readonly #authority: string;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.#authority = `127.0.0.1:${port}`;
    server.on('request', (request, response) => this.#route(request, response));
  }

  static async listen(): Promise<RuntimeApi> {
    const server = createServer({ requestTimeout: 0, keepAliveTimeout: 0 });
    await new Promise<void>((listening, failed) => server.once('error', failed).listen(0, '127.0.0.1', listening));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The Runtime API has no port.');
    return new RuntimeApi(server, address.port);
  }

  /** @returns the value of `AWS_LAMBDA_RUNTIME_API` for the process */
  register(client: RuntimeClient): { readonly address: string; readonly unregister: () => void } {
    const token = randomBytes(16).toString('hex');
    this.#clients.set(token, client);
    return { address: `${this.#authority}/${token}`, unregister: () => this.#clients.delete(token) };
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  #route(request: IncomingMessage, response: ServerResponse): void {
    const { token = '', next, requestId, kind, init } = ROUTE.exec(request.url ?? '')?.groups ?? {};
    const client = this.#clients.get(token);
    if (client === undefined) {
      response.writeHead(403).end();
      return;
    }
    if (next !== undefined && request.method === 'GET') {
      client.next(response);
      return;
    }
    const work =
      request.method !== 'POST'
        ? undefined
        : init !== undefined
          ? client.failToStart(request)
          : requestId !== undefined
            ? kind === 'error'
              ? client.fail(requestId, request)
              : client.respond(requestId, request)
            : undefined;
    if (work === undefined) response.writeHead(404).end();
    else
      work.then(
        () => response.writeHead(202).end(),
        () => response.destroy(),
      );
  }
}

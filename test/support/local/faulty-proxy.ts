import { createServer, type IncomingMessage, request as sendRequest, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What happens to a request instead of its usual response. */
export type Fault =
  | { readonly kind: 'respond'; readonly status: number; readonly body?: string }
  /** The server accepts the connection and never responds. */
  | { readonly kind: 'hang' }
  | { readonly kind: 'disconnect' }
  /** The connection ends in the middle of the body. */
  | { readonly kind: 'cut-off' }
  /** The body lacks its last byte, and its length says so. */
  | { readonly kind: 'short' }
  /** The response has other values of some headers. */
  | { readonly kind: 'headers'; readonly headers: Readonly<Record<string, string>> }
  /** A byte of the response arrives only when the promise is settled. */
  | { readonly kind: 'delay'; readonly until: Promise<unknown> };

/** S3's throttling response, also sent while it fails. */
export const SLOW_DOWN = error(503, 'SlowDown', 'Slow');
export const INTERNAL_ERROR = error(500, 'InternalError', 'Fault');

/** Returns the fault of responding with an error document of S3. */
export function error(status: number, code: string, message: string): Fault {
  return { kind: 'respond', status, body: `<Error><Code>${code}</Code><Message>${message}</Message></Error>` };
}

/** Request that reached the proxy. */
export interface ProxiedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  /** Status of the real server's response. */
  status?: number;
}

/** Server in front of a laptop service that passes requests on, signatures included, or fails as AWS may. */
export class FaultyProxy {
  readonly requests: ProxiedRequest[] = [];
  /** Chooses the fault of a request. */
  faultOf: (request: ProxiedRequest) => Fault | undefined = () => undefined;
  readonly #target: URL;
  readonly #server: Server;

  private constructor(target: string) {
    this.#target = new URL(target);
    this.#server = createServer((incoming, response) => void this.#serve(incoming, response));
  }

  static async start(target: string): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Forgets requests and faults. */
  reset(): void {
    this.requests.splice(0);
    this.faultOf = () => undefined;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => void this.#server.close(resolve));
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/', headers } = incoming;
    const proxied: ProxiedRequest = { method, url, headers };
    this.requests.push(proxied);
    const fault = this.faultOf(proxied);
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'disconnect') return void incoming.socket.destroy();
    if (fault?.kind === 'respond') {
      response.writeHead(fault.status, { 'content-type': 'application/xml' }).end(fault.body);
      return;
    }
    if (fault?.kind === 'delay') await fault.until;
    const { hostname, port } = this.#target;
    const outgoing = sendRequest({ hostname, port, method, path: url, headers }, (answer) => {
      proxied.status = answer.statusCode ?? 0;
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        const body = Buffer.concat(chunks);
        const isShort = fault?.kind === 'short';
        const altered = fault?.kind === 'headers' ? fault.headers : isShort ? { 'content-length': body.length - 1 } : {};
        response.writeHead(proxied.status ?? 0, { ...answer.headers, ...altered });
        if (fault?.kind === 'cut-off') response.write(body.subarray(0, -1), () => incoming.socket.destroy());
        else response.end(isShort ? body.subarray(0, -1) : body);
      });
    });
    outgoing.on('error', () => incoming.socket.destroy());
    incoming.pipe(outgoing);
  }
}

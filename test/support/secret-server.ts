import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/**
 * Server of one secret over Secrets Manager's protocol. As there, a token names a version, and a second value for the same
 * token is refused.
 */
export class SecretServer {
  readonly versions = new Map<string, string>();
  current: string | undefined;
  /** Number of further requests that are denied. */
  denials = 0;
  readonly #server = createServer((request, response) => void this.#respond(request, response));

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const input = JSON.parse(await text(request)) as { ClientRequestToken: string; SecretString: string };
    const send = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
    if (this.denials > 0) {
      this.denials -= 1;
      return void send(400, { __type: 'AccessDeniedException', message: 'not authorized' });
    }
    if (request.headers['x-amz-target'] === 'secretsmanager.GetSecretValue') {
      if (this.current === undefined)
        return void send(400, { __type: 'ResourceNotFoundException', message: 'no value' });
      return void send(200, { SecretString: this.current, VersionId: 'current' });
    }
    const before = this.versions.get(input.ClientRequestToken);
    if (before !== undefined && before !== input.SecretString) {
      return void send(400, { __type: 'ResourceExistsException', message: 'another value' });
    }
    this.versions.set(input.ClientRequestToken, input.SecretString);
    this.current = input.SecretString;
    return void send(200, { VersionId: input.ClientRequestToken });
  }
}

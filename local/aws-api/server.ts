import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { isFullDisk } from '../durable/full-disk.ts';
import { readBounded } from '../http/read-bounded.ts';
import type { Access } from '../iam/access.ts';
import type { Denial } from '../iam/authorizer.ts';
import { accessDeniedError } from './access-denied.ts';
import { sendError } from './responses.ts';
import { ApiError } from './api-error.ts';
import { authenticate } from './authenticate.ts';
import { closeIdleConnections, discardRemainder, rejectUnreadableRequests } from './connections.ts';
import type { Credentials } from './credentials.ts';
import { guessProtocol } from './guess-protocol.ts';
import { openPayload, type Payload, UNSIGNED_PAYLOAD } from './payload.ts';
import { ANONYMOUS_CALLER, type ApiCall, type ApiService, type Caller, type Protocol } from './api-service.ts';
import { readRequestSignature } from './request-signature.ts';

interface ApiServerOptions {
  readonly credentials: Credentials;
  readonly services: readonly ApiService[];
  /** Returns why policies deny a signed request; undefined if they allow it. @default every caller may do anything */
  readonly findDenial?: (caller: Caller, access: Access) => Promise<Denial | undefined>;
  /** Called for errors other than `ApiError`, and for those of a full disk. @default none; the client only sees `InternalError` */
  readonly onFailure?: (error: unknown, call: { method: string; path: string; requestId: string }) => void;
  /** Responds in place of the services. @returns false to let the request through. @default lets all through */
  readonly intercept?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** @default the system's clock */
  readonly now?: () => Date;
}

/** Maximum size of a body that is read as a whole; the largest valid one is a Lambda invocation of 6 MiB. */
const MAX_WHOLE_BODY_BYTES = 10 * 1024 * 1024;

/**
 * Creates one HTTP server for all AWS APIs. It verifies the signature of each request, finds its service by the signing
 * name, and sends errors in the protocol of that service. The server is not yet listening.
 */
export function createApiServer({
  credentials,
  services,
  findDenial = async () => undefined,
  onFailure,
  intercept = () => false,
  now,
}: ApiServerOptions): Server {
  const clock = now ?? ((): Date => new Date());

  const serve = async (request: IncomingMessage, response: ServerResponse, awaitsContinue: boolean): Promise<void> => {
    const requestId = randomBytes(8).toString('hex').toUpperCase();
    response.setHeader('x-amz-request-id', requestId);
    response.setHeader('x-amzn-requestid', requestId);
    const [rawPath, queryText] = splitAtFirst(request.url ?? '/', '?');
    const query = new URLSearchParams(queryText);
    let protocol = guessProtocol(request);
    let payload: Payload | undefined;
    // A client rejected before `100 Continue` sends no body, so its next request would be read as that body.
    if (awaitsContinue) response.shouldKeepAlive = false;
    const sendContinue = (): void => {
      if (!awaitsContinue || response.headersSent) return;
      response.shouldKeepAlive = true;
      response.writeContinue();
    };
    try {
      for (const service of services) service.prepareResponse?.(request, response);
      // A preflight request is unsigned, although its URL may be presigned.
      const signature = request.method === 'OPTIONS' ? undefined : readRequestSignature(request, query);
      const service =
        signature === undefined
          ? findUnsignedService(services, request)
          : services.find((candidate) => candidate.signingName === signature.signingName);
      if (service === undefined) throw makeRejection(signature?.signingName, protocol);
      // Only S3 streams bodies, whose hash is in a signed header; other services sign the whole body.
      const streams = service.signingName === 's3';
      // Only S3 sends bare XML errors; other REST-XML services wrap them as the Query protocol does.
      protocol = service.protocol === 'rest-xml' && !streams ? 'query' : service.protocol;
      let body: Buffer | undefined;
      if (!streams) {
        sendContinue();
        body = await readWhole(request.iterator({ destroyOnReturn: false }));
      }
      const authenticated =
        signature &&
        (await authenticate(request, { rawPath, query }, signature, { credentials, service, body, now: clock() }));
      payload =
        body === undefined
          ? openPayload(
              request,
              authenticated?.payloadHash ?? UNSIGNED_PAYLOAD,
              authenticated && signature && { signature, key: authenticated.key },
              sendContinue,
            )
          : { stream: Readable.from([body]), trailers: new Map<string, string>() };
      const { stream, trailers } = payload;
      const caller = authenticated?.key.caller ?? ANONYMOUS_CALLER;
      const call: ApiCall = {
        request,
        response,
        rawPath,
        query,
        caller,
        authorize: async (accesses, signer = caller) => {
          for (const access of accesses) {
            const denial = await findDenial(signer, access);
            if (denial !== undefined) throw accessDeniedError(service, denial);
          }
        },
        payload: stream,
        trailers,
        readBody: async () => body ?? (await readWhole(stream)),
        requestId,
      };
      await service.handle(call);
    } catch (error) {
      if (error instanceof ApiError) {
        if (isFullDisk(error)) onFailure?.(error, { method: request.method ?? '', path: rawPath, requestId });
        sendError({ response, requestId }, protocol, error);
      } else if (!response.destroyed) {
        onFailure?.(error, { method: request.method ?? '', path: rawPath, requestId });
        sendError({ response, requestId }, protocol, internalError(error));
      }
    }
    discardRemainder(request, payload?.stream);
  };

  const server = createServer({ keepAliveTimeout: 20_000 });
  const accept = (request: IncomingMessage, response: ServerResponse, awaitsContinue: boolean): void => {
    if (!intercept(request, response)) void serve(request, response, awaitsContinue);
  };
  server.on('request', (request, response) => accept(request, response, false));
  server.on('checkContinue', (request, response) => accept(request, response, true));
  rejectUnreadableRequests(server);
  closeIdleConnections(server);
  return server;
}

async function readWhole(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const whole = await readBounded(body, MAX_WHOLE_BODY_BYTES, 'stop');
  if (whole !== undefined) return whole;
  throw new ApiError('EntityTooLarge', 413, `The body exceeds ${MAX_WHOLE_BODY_BYTES} bytes`);
}

function findUnsignedService(services: readonly ApiService[], request: IncomingMessage): ApiService | undefined {
  const accepting = services.filter((service) => service.acceptsUnsigned?.(request));
  return accepting.find((service) => service.acceptsUnsignedLast !== true) ?? accepting[0];
}

function splitAtFirst(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function makeRejection(signingName: string | undefined, protocol: Protocol): ApiError {
  if (signingName !== undefined) {
    return new ApiError('UnknownOperationException', 404, `The laptop cloud has no service '${signingName}'`);
  }
  return protocol === 'rest-xml'
    ? new ApiError('AccessDenied', 403, 'Access Denied')
    : new ApiError('MissingAuthenticationToken', 403, 'Request is missing Authentication Token');
}

function internalError(cause: unknown): ApiError {
  return new ApiError('InternalError', 500, 'We encountered an internal error. Please try again.', { cause });
}

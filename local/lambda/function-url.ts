import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { ApiError } from '../aws-api/api-error.ts';
import type { HttpResponse } from '../http/http-message.ts';
import type { InvokeOptions, Outcome, StreamedResponse } from './invocation.ts';
import { buildUrlEvent, type UrlRequest } from './url-event.ts';
import { readBufferedResponse, makeFailedResponse, readStreamedResponse } from './url-response.ts';

export interface FunctionUrl {
  readonly functionArn: string;
  /** `<id>.lambda-url.us-east-1.on.aws` */
  readonly domainName: string;
  readonly authType: 'AWS_IAM' | 'NONE';
  readonly invokeMode: 'BUFFERED' | 'RESPONSE_STREAM';
}

type InvokeFunction = (functionArn: string, payload: Buffer, options: InvokeOptions) => Promise<Outcome>;

/** URLs of functions. Callers of `invoke` check authorization. */
export class FunctionUrls {
  readonly #invoke: InvokeFunction;
  readonly #urls = new Map<string, FunctionUrl>();

  constructor(invoke: InvokeFunction) {
    this.#invoke = invoke;
  }

  add(url: FunctionUrl): void {
    this.#urls.set(url.functionArn, url);
  }

  remove(functionArn: string): void {
    this.#urls.delete(functionArn);
  }

  /** Finds the function URL with a domain name. */
  findByDomainName(domainName: string): FunctionUrl | undefined {
    return [...this.#urls.values()].find((url) => url.domainName === domainName);
  }

  /**
   * Sends an HTTP request to a function and resolves once status and headers are known: 502 if the function fails before
   * that, 429 without a free slot.
   *
   * @throws ApiError `ResourceNotFoundException` if the function has no URL
   */
  async invoke(functionArn: string, request: UrlRequest): Promise<HttpResponse> {
    const url = this.#urls.get(functionArn);
    if (url === undefined) throw new ApiError('ResourceNotFoundException', 404, `${functionArn} has no URL.`);
    const requestId = randomUUID();
    const payload = Buffer.from(JSON.stringify(buildUrlEvent(request, url.domainName, requestId)));
    try {
      return await (url.invokeMode === 'BUFFERED'
        ? this.#invokeBuffered(functionArn, requestId, payload)
        : this.#invokeStreaming(functionArn, requestId, payload));
    } catch (error) {
      if (error instanceof ApiError) return makeFailedResponse(error.status, error.message);
      throw error;
    }
  }

  async #invokeBuffered(functionArn: string, requestId: string, payload: Buffer): Promise<HttpResponse> {
    const { error, payload: response } = await this.#invoke(functionArn, payload, { requestId });
    return error === undefined ? readBufferedResponse(response) : makeFailedResponse(502, 'Internal Server Error');
  }

  async #invokeStreaming(functionArn: string, requestId: string, payload: Buffer): Promise<HttpResponse> {
    const started = Promise.withResolvers<StreamedResponse>();
    const outcome = this.#invoke(functionArn, payload, { requestId, onResponse: started.resolve });
    const first = await Promise.race([started.promise, outcome]);
    if ('body' in first) return readStreamedResponse(first);
    return first.error === undefined
      ? { statusCode: 200, headers: {}, cookies: [], body: Readable.from([]) }
      : makeFailedResponse(502, 'Internal Server Error');
  }
}

import type { IncomingMessage } from 'node:http';
import type { Credentials } from '../../aws-api/credentials.ts';
import { ANONYMOUS_CALLER, type ApiCall, type ApiService } from '../../aws-api/api-service.ts';
import type { MultipartUploads } from '../store/multipart-uploads.ts';
import type { VersionStore } from '../store/version-store.ts';
import { explainWriteFailure, s3Error } from '../store/s3-error.ts';
import { authorizeOperation } from './access.ts';
import { allowOrigin, sendPreflightResponse } from './cors.ts';
import { type Exchange, parsePath, readAmzHeader } from './exchange.ts';
import { findOperation } from './operations.ts';
import { postObject } from './post-object.ts';
import { checkExpectedOwner } from './write-settings.ts';

function isForm({ method, headers }: IncomingMessage): boolean {
  return method === 'POST' && (headers['content-type'] ?? '').toLowerCase().startsWith('multipart/form-data');
}

/** REST API of S3 with path-style addresses. https://docs.aws.amazon.com/AmazonS3/latest/API/Welcome.html */
export class S3Service implements ApiService {
  readonly signingName = 's3';
  readonly protocol = 'rest-xml';
  /** True, because any path may be that of a bucket, even one of another service. */
  readonly acceptsUnsignedLast = true;
  readonly #store: VersionStore;
  readonly #uploads: MultipartUploads;
  readonly #credentials: Credentials;
  readonly #mustSlowDown: () => boolean;

  /** @param mustSlowDown whether the next request of a role gets 503 `SlowDown` */
  constructor(store: VersionStore, uploads: MultipartUploads, credentials: Credentials, mustSlowDown: () => boolean) {
    this.#store = store;
    this.#uploads = uploads;
    this.#credentials = credentials;
    this.#mustSlowDown = mustSlowDown;
  }

  /** Accepts preflight requests, and forms, which contain their signature as a field. */
  acceptsUnsigned(request: IncomingMessage): boolean {
    return request.method === 'OPTIONS' || isForm(request);
  }

  prepareResponse(request: IncomingMessage, response: Parameters<typeof allowOrigin>[2]): void {
    allowOrigin(this.#store.buckets, request, response);
  }

  async handle(call: ApiCall): Promise<void> {
    try {
      await this.#serve(call);
    } catch (error) {
      throw explainWriteFailure(error);
    }
  }

  async #serve(call: ApiCall): Promise<void> {
    if (call.request.method === 'OPTIONS') {
      sendPreflightResponse(this.#store.buckets, call.request, call.response);
      return;
    }
    const { bucket, key } = parsePath(call.rawPath);
    const exchange: Exchange = { call, store: this.#store, uploads: this.#uploads, bucket, key };
    if (isForm(call.request) && bucket !== '' && key === '') {
      await postObject(exchange, this.#credentials);
      return;
    }
    if (call.caller === ANONYMOUS_CALLER) throw s3Error('AccessDenied');
    if (call.caller.roleArn !== undefined && this.#mustSlowDown()) throw s3Error('SlowDown');
    checkExpectedOwner((name) => readAmzHeader(exchange, name));
    const { name, run } = findOperation(exchange);
    await authorizeOperation(exchange, name);
    await run(exchange);
  }
}

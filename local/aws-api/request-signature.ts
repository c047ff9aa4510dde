import type { IncomingMessage } from 'node:http';
import { ApiError } from './api-error.ts';
import { ALGORITHM, parseAmzDate, type SigningScope } from './signing.ts';

/** Signature of a request, not yet verified. */
export interface RequestSignature extends SigningScope {
  readonly location: 'header' | 'query';
  readonly accessKeyId: string;
  /** Names of the signed headers in lower case. */
  readonly signedHeaders: readonly string[];
  /** Hexadecimal. */
  readonly signature: string;
  readonly signedAt: Date;
  /** Validity of a presigned request. */
  readonly expiresInSeconds?: number;
  readonly sessionToken?: string;
}

/** One week. https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html */
const MAX_EXPIRES_SECONDS = 604_800;

function headerText(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}

/** Parses a credential such as `AKID/20261104/us-east-1/s3/aws4_request`. */
function readScope(credential: string, malformed: (why: string) => ApiError) {
  const [accessKeyId, shortDate, region, signingName, terminator, ...extra] = credential.split('/');
  if (!accessKeyId || !shortDate || !region || !signingName || terminator !== 'aws4_request' || extra.length > 0) {
    throw malformed('the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".');
  }
  return { accessKeyId, shortDate, region, signingName };
}

function malformedHeader(why: string): ApiError {
  return new ApiError('AuthorizationHeaderMalformed', 400, `The authorization header is malformed; ${why}`);
}

function malformedQuery(why: string): ApiError {
  return new ApiError('AuthorizationQueryParametersError', 400, why);
}

function readHeader(request: IncomingMessage, authorization: string): RequestSignature {
  const [algorithm = '', ...fieldTexts] = authorization.trim().split(/\s+/);
  if (algorithm !== ALGORITHM) {
    throw new ApiError(
      'InvalidRequest',
      400,
      `The authorization mechanism you have provided is not supported. Please use ${ALGORITHM}.`,
    );
  }
  const fields = new Map(
    fieldTexts
      .join('')
      .split(',')
      .map((field) => {
        const at = field.indexOf('=');
        return [field.slice(0, at), field.slice(at + 1)] as const;
      }),
  );
  const credential = fields.get('Credential');
  const signedHeaders = fields.get('SignedHeaders');
  const signature = fields.get('Signature');
  if (!credential || !signedHeaders || !signature) {
    throw malformedHeader('Credential, SignedHeaders and Signature are required.');
  }
  const { shortDate, ...scope } = readScope(credential, malformedHeader);
  const date = headerText(request, 'x-amz-date') ?? '';
  const signedAt = parseAmzDate(date);
  if (signedAt === undefined) {
    throw new ApiError('AccessDenied', 403, 'AWS authentication requires a valid x-amz-date header');
  }
  if (!date.startsWith(shortDate)) throw malformedHeader("the date of the Credential is not the request's.");
  const sessionToken = headerText(request, 'x-amz-security-token');
  return {
    location: 'header',
    ...scope,
    signedHeaders: signedHeaders.toLowerCase().split(';'),
    signature,
    signedAt,
    ...(sessionToken === undefined ? {} : { sessionToken }),
  };
}

function readQuery(query: URLSearchParams): RequestSignature {
  const required = (name: string): string => {
    const [value, ...more] = query.getAll(name);
    if (more.length > 0) throw malformedQuery(`${name} must appear once in the query.`);
    if (value) return value;
    throw malformedQuery(
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, ' +
        'X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    );
  };
  if (required('X-Amz-Algorithm') !== ALGORITHM) {
    throw malformedQuery(`X-Amz-Algorithm only supports "${ALGORITHM}"`);
  }
  const { shortDate, ...scope } = readScope(required('X-Amz-Credential'), (why) =>
    malformedQuery(`Error parsing the X-Amz-Credential parameter; ${why}`),
  );
  const date = required('X-Amz-Date');
  const signedAt = parseAmzDate(date);
  if (signedAt === undefined) {
    throw malformedQuery("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  }
  if (!date.startsWith(shortDate)) throw malformedQuery('Invalid credential date. Date is not the same as X-Amz-Date.');
  const expires = required('X-Amz-Expires');
  const expiresInSeconds = /^\d{1,9}$/.test(expires) ? Number(expires) : Number.NaN;
  if (Number.isNaN(expiresInSeconds)) throw malformedQuery('X-Amz-Expires should be a number');
  if (expiresInSeconds > MAX_EXPIRES_SECONDS) {
    throw malformedQuery('X-Amz-Expires must be less than a week (in seconds) that is 604800');
  }
  const sessionToken = query.get('X-Amz-Security-Token');
  return {
    location: 'query',
    ...scope,
    signedHeaders: required('X-Amz-SignedHeaders').toLowerCase().split(';'),
    signature: required('X-Amz-Signature'),
    signedAt,
    expiresInSeconds,
    ...(sessionToken === null ? {} : { sessionToken }),
  };
}

/**
 * Reads a Signature Version 4 from the `Authorization` header or the query.
 *
 * @returns undefined for an unsigned request
 * @throws ApiError if the signature is malformed, or if the request has both kinds
 */
export function readRequestSignature(request: IncomingMessage, query: URLSearchParams): RequestSignature | undefined {
  const { authorization } = request.headers;
  const presigned = query.has('X-Amz-Signature') || query.has('X-Amz-Algorithm');
  if (authorization !== undefined && presigned) {
    throw new ApiError('InvalidArgument', 400, 'Only one auth mechanism allowed');
  }
  if (authorization !== undefined) return readHeader(request, authorization);
  return presigned ? readQuery(query) : undefined;
}

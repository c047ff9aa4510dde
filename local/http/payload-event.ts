/** Request and API that an event describes. */
interface PayloadEventFields {
  readonly accountId: string;
  readonly apiId: string;
  readonly domainName: string;
  readonly routeKey: string;
  readonly stage: string;
  readonly stageVariables?: Readonly<Record<string, string>>;
  readonly pathParameters?: Readonly<Record<string, string>>;
  readonly method: string;
  readonly path: string;
  readonly rawQueryString: string;
  readonly headers: Readonly<Record<string, string>>;
  /** `name=value` of each cookie. */
  readonly cookies: readonly string[];
  readonly body: Buffer;
  /** Media types whose bodies are passed as text; all others are encoded in Base64. */
  readonly textTypes: RegExp;
  readonly sourceIp: string;
  readonly requestId: string;
  readonly time: Date;
}

/**
 * Builds an event of payload format 2.0.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function buildPayloadEvent(fields: PayloadEventFields): Readonly<Record<string, unknown>> {
  const { routeKey, stage, method, path, rawQueryString, headers, cookies, body, time } = fields;
  const { pathParameters = {}, stageVariables = {} } = fields;
  const query = groupQuery(rawQueryString);
  const isText = fields.textTypes.test(headers['content-type'] ?? '');
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString,
    ...(cookies.length > 0 && { cookies }),
    headers,
    ...(query.size > 0 && { queryStringParameters: Object.fromEntries(query) }),
    requestContext: {
      accountId: fields.accountId,
      apiId: fields.apiId,
      domainName: fields.domainName,
      domainPrefix: fields.apiId,
      http: {
        method,
        path,
        protocol: 'HTTP/1.1',
        sourceIp: fields.sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: fields.requestId,
      routeKey,
      stage,
      time: formatLogTime(time),
      timeEpoch: time.getTime(),
    },
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    ...(Object.keys(stageVariables).length > 0 && { stageVariables }),
    ...(body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/** Joins the values of a repeated parameter by commas. */
function groupQuery(rawQueryString: string): ReadonlyMap<string, string> {
  const query = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    const earlier = query.get(name);
    query.set(name, earlier === undefined ? value : `${earlier},${value}`);
  }
  return query;
}

/** Formats a time as in access logs: `12/Mar/2020:19:03:58 +0000`. */
function formatLogTime(time: Date): string {
  const [, day, month, year, clock] = /^\w+, (\d+) (\w+) (\d+) (\S+)/.exec(time.toUTCString()) ?? [];
  return `${day}/${month}/${year}:${clock} +0000`;
}

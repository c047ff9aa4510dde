import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { startLaptop, type Laptop } from '../../support/local/laptop.ts';

let laptop: Laptop;
beforeAll(async () => {
  laptop = await startLaptop();
});
afterAll(() => laptop.remove());

const REQUEST = { method: 'GET', rawPath: '/v/index.m3u8', rawQueryString: '', headers: {} };

async function urlOf(logicalId: string, source: string, InvokeMode?: string, properties = {}): Promise<string> {
  const arn = await laptop.provisionFunction(logicalId, source, properties);
  const { attributes } = await laptop.provision('AWS::Lambda::Url', `${logicalId}Url`, {
    TargetFunctionArn: arn,
    AuthType: 'AWS_IAM',
    ...(InvokeMode && { InvokeMode }),
  });
  const { hostname } = new URL(String(attributes?.['FunctionUrl']));
  expect(laptop.lambda.urls.findByDomainName(hostname)).toMatchObject({ functionArn: arn, authType: 'AWS_IAM' });
  return arn;
}

test("passes the request to the function in AWS's form", async () => {
  const arn = await urlOf('See', 'export const handler = async (event) => event;');
  const { statusCode, headers, body } = await laptop.lambda.urls.invoke(arn, {
    method: 'POST',
    rawPath: '/v/a%20b',
    rawQueryString: 't=x%2By&t=z&empty=',
    headers: { 'user-agent': 'curl', 'content-type': 'application/octet-stream' },
    cookies: ['a=1', 'b=2'],
    body: Buffer.from([0, 255]),
    sourceIp: '192.0.2.1',
  });
  expect({ statusCode, type: headers['content-type'] }).toEqual({ statusCode: 200, type: 'application/json' });
  const event: unknown = JSON.parse(await text(body));
  expect(event).toMatchObject({
    version: '2.0',
    rawPath: '/v/a%20b',
    rawQueryString: 't=x%2By&t=z&empty=',
    queryStringParameters: { t: 'x+y,z', empty: '' },
    cookies: ['a=1', 'b=2'],
    headers: { 'user-agent': 'curl', host: expect.stringMatching(/^[0-9a-f]{32}\.lambda-url\.us-east-1\.on\.aws$/) },
    requestContext: { http: { method: 'POST', path: '/v/a%20b', sourceIp: '192.0.2.1', userAgent: 'curl' } },
    body: Buffer.from([0, 255]).toString('base64'),
    isBase64Encoded: true,
  });
});

test('sends status, headers, cookies and binary body of a buffered response', async () => {
  const arn = await urlOf(
    'Buffered',
    `export const handler = async () => ({
      statusCode: 206, headers: { 'Content-Type': 'image/jpeg', 'X-Count': 2 }, cookies: ['c=1; Path=/'],
      body: Buffer.from([255, 216]).toString('base64'), isBase64Encoded: true,
    });`,
  );
  const { body, ...head } = await laptop.lambda.urls.invoke(arn, REQUEST);
  expect(head).toEqual({
    statusCode: 206,
    headers: { 'content-type': 'image/jpeg', 'x-count': '2', 'content-length': '2' },
    cookies: ['c=1; Path=/'],
  });
  expect(Buffer.concat(await body.toArray())).toEqual(Buffer.from([255, 216]));
});

test('responds 502 if the function fails', async () => {
  const arn = await urlOf('Fail', "export const handler = async () => { throw new Error('inside'); };");
  const { statusCode, body } = await laptop.lambda.urls.invoke(arn, REQUEST);
  expect({ statusCode, body: await text(body) }).toEqual({
    statusCode: 502,
    body: '{"Message":"Internal Server Error"}',
  });
});

const STREAMING = `
  let release;
  export const handler = awslambda.streamifyResponse(async (event, stream) => {
    const { kind, bytes } = event.queryStringParameters;
    if (kind === 'early') throw new Error('early');
    const http = awslambda.HttpResponseStream.from(stream, {
      statusCode: 203, headers: { 'Content-Type': 'video/mp4', 'Content-Length': '9', 'X-Kind': kind }, cookies: ['s=1'],
    });
    if (kind === 'empty') return void http.end();
    http.write('first');
    if (kind === 'late') { await new Promise((done) => setTimeout(done, 20)); throw new Error('late'); }
    if (kind === 'exit') { await new Promise((done) => setTimeout(done, 20)); process.exit(1); }
    for (let left = Number(bytes ?? 0); left > 0; left -= 65536) {
      if (!http.write(Buffer.alloc(Math.min(left, 65536), 'x'))) await new Promise((drained) => http.once('drain', drained));
    }
    http.end('last');
  });`;

test('streams the head before the body, and a body beyond the limit of buffered responses', async () => {
  const arn = await urlOf('Stream', STREAMING, 'RESPONSE_STREAM');
  const bytes = 20 * 1024 * 1024;
  const { body, ...head } = await laptop.lambda.urls.invoke(arn, {
    ...REQUEST,
    rawQueryString: `kind=whole&bytes=${bytes}`,
  });
  expect(head).toEqual({
    statusCode: 203,
    headers: { 'content-type': 'video/mp4', 'x-amzn-remapped-content-length': '9', 'x-kind': 'whole' },
    cookies: ['s=1'],
  });
  const received = Buffer.concat(await body.toArray());
  expect(received.length).toBe(bytes + 9);
  expect(received.subarray(0, 6).toString()).toBe('firstx');
  expect(received.subarray(-5).toString()).toBe('xlast');
});

test('never ends a streamed response without a byte of a body, until the function times out', async () => {
  const arn = await urlOf('Empty', STREAMING, 'RESPONSE_STREAM', { Timeout: 1 });
  const { statusCode, body } = await laptop.lambda.urls.invoke(arn, { ...REQUEST, rawQueryString: 'kind=empty' });
  expect(statusCode).toBe(203);
  await expect(text(body)).rejects.toThrow('Sandbox.Timedout');
});

test('sends all that a streaming handler wrote as the body behind a buffered URL, with the status 200', async () => {
  const arn = await urlOf('Prelude', STREAMING);
  const { statusCode, body } = await laptop.lambda.urls.invoke(arn, { ...REQUEST, rawQueryString: 'kind=whole' });
  expect(statusCode).toBe(200);
  expect(await text(body)).toMatch(/^\{"statusCode":203,.*\}\0{8}firstlast$/);
});

test.each(['late', 'exit'])(
  'fails a stream on a failure of kind %s, so that it does not look complete',
  async (kind) => {
    const arn = await urlOf(`Broken${kind}`, STREAMING, 'RESPONSE_STREAM');
    const { statusCode, body } = await laptop.lambda.urls.invoke(arn, { ...REQUEST, rawQueryString: `kind=${kind}` });
    expect(statusCode).toBe(203);
    await expect(text(body)).rejects.toThrow(kind === 'late' ? 'Error: late' : 'Runtime.ExitError');
  },
);

test('responds 502 if a streaming function fails before its head', async () => {
  const arn = await urlOf('Early', STREAMING, 'RESPONSE_STREAM');
  expect((await laptop.lambda.urls.invoke(arn, { ...REQUEST, rawQueryString: 'kind=early' })).statusCode).toBe(502);
});

test('keeps the function usable after a viewer disconnects during a stream', async () => {
  const arn = await urlOf('Leave', STREAMING, 'RESPONSE_STREAM', { ReservedConcurrentExecutions: 1 });
  const { body } = await laptop.lambda.urls.invoke(arn, { ...REQUEST, rawQueryString: 'kind=whole&bytes=4000000' });
  const ended = new Promise((resolve) => laptop.lambda.onInvocationEnd(resolve));
  await once(body, 'readable');
  body.destroy();
  await ended;
  expect((await laptop.lambda.urls.invoke(arn, { ...REQUEST, rawQueryString: 'kind=whole' })).statusCode).toBe(203);
});

test('supports a buffered handler behind a streaming URL', async () => {
  const arn = await urlOf(
    'Mixed',
    "export const handler = async () => ({ statusCode: 404, body: 'none' });",
    'RESPONSE_STREAM',
  );
  const { statusCode, body } = await laptop.lambda.urls.invoke(arn, REQUEST);
  expect({ statusCode, body: await text(body) }).toEqual({ statusCode: 404, body: 'none' });
});

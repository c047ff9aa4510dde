import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { InvokeCommand, type InvokeCommandOutput } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { DEFAULT_HABITS } from '../../../local/cloud/habits.ts';
import { startLaptop, type Laptop } from '../../support/local/laptop.ts';

let laptop: Laptop;
beforeAll(async () => {
  laptop = await startLaptop();
});
afterAll(() => laptop.remove());

async function invoke(
  FunctionName: string,
  payload: unknown = {},
  more: object = {},
): Promise<InvokeCommandOutput & { result: unknown; log: string }> {
  const output = await laptop.lambdaClient.send(
    new InvokeCommand({ FunctionName, Payload: JSON.stringify(payload), ...more }),
  );
  const text = output.Payload?.transformToString() ?? '';
  return {
    ...output,
    result: text === '' ? undefined : JSON.parse(text),
    log: Buffer.from(output.LogResult ?? '', 'base64').toString(),
  };
}

test('passes event and context to the handler and returns its response', async () => {
  const arn = await laptop.provisionFunction(
    'Echo',
    `export const handler = async (event, context) => ({
      event,
      name: context.functionName,
      arn: context.invokedFunctionArn,
      memory: context.memoryLimitInMB,
      requestId: context.awsRequestId,
      client: context.clientContext,
      inTime: context.getRemainingTimeInMillis() > 8000 && context.getRemainingTimeInMillis() <= 10000,
    });`,
    { MemorySize: 256 },
  );
  const clientContext = Buffer.from('{"custom":{"a":"b"}}').toString('base64');
  const { result, StatusCode, ExecutedVersion, FunctionError, $metadata } = await invoke(
    arn,
    { title: '한글 🎬' },
    { ClientContext: clientContext },
  );
  expect({ StatusCode, ExecutedVersion, FunctionError }).toEqual({ StatusCode: 200, ExecutedVersion: '$LATEST' });
  expect(result).toEqual({
    event: { title: '한글 🎬' },
    name: 'test-echo',
    arn,
    memory: '256',
    requestId: $metadata.requestId,
    client: { custom: { a: 'b' } },
    inTime: true,
  });
});

test("gives a function the variables of its template and of Lambda, and none of the laptop's", async () => {
  process.env['LAPTOP_SECRET'] = 'must not be seen';
  const arn = await laptop.provisionFunction(
    'Env',
    'export const handler = async () => ({ env: process.env, cwd: process.cwd() });',
    {
      Environment: { Variables: { OUTPUT_BUCKET: 'out', COUNT: 3 } },
    },
  );
  const { result } = await invoke(arn);
  const { env, cwd } = z.object({ env: z.record(z.string(), z.string()), cwd: z.string() }).parse(result);
  delete process.env['LAPTOP_SECRET'];
  expect(cwd).toBe(join(laptop.dir, 'assets', 'Env'));
  const role = laptop.credentials.forRole('arn:aws:iam::000000000000:role/Env', 'test-env', DEFAULT_HABITS.lambda.sessionMs);
  expect(env).toMatchObject({
    OUTPUT_BUCKET: 'out',
    COUNT: '3',
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL: laptop.endpoint,
    AWS_LAMBDA_FUNCTION_NAME: 'test-env',
    AWS_ACCESS_KEY_ID: role.accessKeyId,
    AWS_SECRET_ACCESS_KEY: role.secretAccessKey,
    AWS_SESSION_TOKEN: role.sessionToken,
    TZ: 'UTC',
  });
  const own = new Set([
    'OUTPUT_BUCKET',
    'COUNT',
    'PATH',
    'LANG',
    'TZ',
    'HOME',
    'TMPDIR',
    '_HANDLER',
    '_X_AMZN_TRACE_ID',
  ]);
  expect(Object.keys(env).filter((name) => !own.has(name) && !/^(AWS|LAMBDA)_/.test(name))).toEqual([]);
});

test("rejects a template that sets Lambda's own variables", async () => {
  const properties = { Environment: { Variables: { AWS_REGION: 'eu-west-1' } } };
  await expect(laptop.provisionFunction('Reserved', '', properties)).rejects.toThrow('reserved by Lambda: AWS_REGION');
});

test("returns a handler's error, and invokes the function again", async () => {
  const arn = await laptop.provisionFunction(
    'Throws',
    `export const handler = async ({ fail }) => {
      if (fail) throw new TypeError('no such video');
      return process.pid;
    };`,
  );
  const before = await invoke(arn);
  const failed = await invoke(arn, { fail: true });
  expect(failed.FunctionError).toBe('Unhandled');
  expect(failed.result).toMatchObject({ errorType: 'TypeError', errorMessage: 'no such video' });
  expect((await invoke(arn)).result).toBe(before.result);
});

test('kills a function at its timeout, and replaces its process', async () => {
  const arn = await laptop.provisionFunction(
    'Slow',
    'export const handler = async ({ wait }) => { if (wait) for (;;) ; return process.pid; };',
    { Timeout: 1 },
  );
  const { result: pid } = await invoke(arn);
  const slow = await invoke(arn, { wait: true });
  expect(slow.FunctionError).toBe('Unhandled');
  expect(slow.result).toMatchObject({
    errorType: 'Sandbox.Timedout',
    errorMessage: expect.stringMatching(/Task timed out after 1\.00 seconds$/),
  });
  const after = await invoke(arn);
  expect(after.result).not.toBe(pid);
  expect(after.FunctionError).toBeUndefined();
});

test.each([
  [
    'exits',
    'process.exit(3);',
    { errorType: 'Runtime.ExitError', errorMessage: expect.stringContaining('exit status 3') },
  ],
  [
    'is killed',
    "process.kill(process.pid, 'SIGKILL'); await new Promise(() => {});",
    { errorType: 'Runtime.ExitError', errorMessage: expect.stringContaining('signal: SIGKILL') },
  ],
  [
    'throws outside the handler',
    "setTimeout(() => { throw new RangeError('late'); }); await new Promise(() => {});",
    { errorType: 'RangeError', errorMessage: 'late' },
  ],
  [
    'leaves a rejection unhandled',
    "void Promise.reject(new Error('forgotten')); await new Promise(() => {});",
    { errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: 'forgotten' },
  ],
  [
    'waits for a promise that never settles',
    'await new Promise(() => {});',
    { errorType: 'Runtime.NodeJsExit', errorMessage: 'A promise was never settled' },
  ],
])('fails an invocation whose process %s, and the next one succeeds', async (name, code, error) => {
  const arn = await laptop.provisionFunction(
    `Crash${name.replaceAll(' ', '')}`,
    `export const handler = async ({ crash }) => { if (crash) { ${code} } return 'fine'; };`,
  );
  const crashed = await invoke(arn, { crash: true });
  expect(crashed.FunctionError).toBe('Unhandled');
  expect(crashed.result).toMatchObject(error);
  expect((await invoke(arn)).result).toBe('fine');
});

test.each([
  ['a module that throws', "throw new Error('OUTPUT_BUCKET: missing');", 'Error', 'OUTPUT_BUCKET: missing'],
  ['a module that does not parse', 'export const = 1;', 'Runtime.UserCodeSyntaxError', 'SyntaxError'],
  ['a module without the handler', 'export const other = 1;', 'Runtime.HandlerNotFound', 'index.handler'],
])('fails every invocation with %s', async (name, source, errorType, message) => {
  const arn = await laptop.provisionFunction(`Init${name.replaceAll(' ', '')}`, source);
  for (const attempt of [await invoke(arn), await invoke(arn)]) {
    expect(attempt.FunctionError).toBe('Unhandled');
    expect(attempt.result).toMatchObject({ errorType, errorMessage: expect.stringContaining(message) });
  }
});

test('fails an invocation that exceeds the memory limit', async () => {
  const arn = await laptop.provisionFunction(
    'Memory',
    'export const handler = async () => { const held = []; for (;;) held.push(new Array(1e6).fill(held.length)); };',
    { MemorySize: 128 },
  );
  const { FunctionError, result } = await invoke(arn);
  expect(FunctionError).toBe('Unhandled');
  expect(result).toMatchObject({ errorType: 'Runtime.ExitError' });
});

test("writes a function's output to its log file and to the tail", async () => {
  const arn = await laptop.provisionFunction(
    'Logs',
    "export const handler = async () => { console.log('found %d renditions', 4); console.error('odd'); process.stdout.write('raw'); };",
  );
  const { log, result, $metadata } = await invoke(arn, {}, { LogType: 'Tail' });
  expect(result).toBeNull();
  expect(log).toMatch(new RegExp(`\\t${$metadata.requestId}\\tINFO\\tfound 4 renditions\\n.*\\tERROR\\todd\\nraw`));
  // The file is written after the response; the report is the last line of an invocation.
  const path = join(laptop.dir, 'logs', 'Logs.log');
  let file = '';
  while (!file.includes(`REPORT RequestId: ${$metadata.requestId}`)) file = await readFile(path, 'utf8');
  expect(file).toContain('found 4 renditions');
});

test('runs concurrent invocations in separate processes', async () => {
  const arn = await laptop.provisionFunction(
    'Parallel',
    `import { request } from 'node:http';
    export const handler = async ({ port }) => {
      await new Promise((met, failed) => request({ port }, (response) => response.resume().on('end', met)).on('error', failed).end());
      return process.pid;
    };`,
  );
  const waiting: (() => void)[] = [];
  // Responds only when all three have arrived.
  const server = createServer((_request, response) => {
    waiting.push(() => response.end());
    if (waiting.length === 3) for (const respond of waiting) respond();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const results = await Promise.all([1, 2, 3].map(() => invoke(arn, { port })));
  server.closeAllConnections();
  server.close();
  expect(new Set(results.map(({ result }) => result)).size).toBe(3);
});

test('rejects every call with a reserved concurrency of 0', async () => {
  const arn = await laptop.provisionFunction('None', 'export const handler = async () => 1;', {
    ReservedConcurrentExecutions: 0,
  });
  await expect(invoke(arn)).rejects.toMatchObject({
    name: 'TooManyRequestsException',
    $metadata: { httpStatusCode: 429 },
  });
});

test('rejects requests and responses beyond the limits', async () => {
  const arn = await laptop.provisionFunction(
    'Large',
    'export const handler = async ({ bytes }) => "x".repeat(bytes ?? 0);',
  );
  await expect(invoke(arn, 'x'.repeat(6 * 1024 * 1024))).rejects.toMatchObject({ name: 'RequestTooLargeException' });
  await expect(invoke(arn, 'x'.repeat(1024 * 1024), { InvocationType: 'Event' })).rejects.toMatchObject({
    name: 'RequestTooLargeException',
  });
  const { FunctionError, result } = await invoke(arn, { bytes: 6 * 1024 * 1024 });
  expect(FunctionError).toBe('Unhandled');
  expect(result).toMatchObject({ errorType: 'Function.ResponseSizeTooLarge' });
  expect((await invoke(arn, { bytes: 2 })).result).toBe('xx');
});

test('responds to a dry run, and rejects an unknown function', async () => {
  const arn = await laptop.provisionFunction('Dry', 'export const handler = async () => 1;');
  expect((await invoke(arn, {}, { InvocationType: 'DryRun' })).StatusCode).toBe(204);
  await expect(invoke('missing')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await expect(
    laptop.lambdaClient.send(new InvokeCommand({ FunctionName: arn, Payload: 'not json' })),
  ).rejects.toMatchObject({ name: 'InvalidRequestContentException' });
});

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SQSClient, ListQueuesCommand } from '@aws-sdk/client-sqs';
import { StartProgress } from '../../../local/cli/start-progress.ts';
import { WaitingServers } from '../../../local/cli/waiting-servers.ts';
import { findFreePortPair } from '../../support/laptop-cloud.ts';

let waiting: WaitingServers;
let progress: StartProgress;
let api: string;
let edge: string;
let successor: Server;

beforeEach(async () => {
  progress = new StartProgress();
  const port = await findFreePortPair();
  waiting = await WaitingServers.open(port, progress);
  [api, edge] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${port + 1}`];
  successor = createServer((_request, response) => response.end('the app'));
});
afterEach(async () => {
  await waiting.close();
  successor.closeAllConnections();
  successor.close();
});

const HTML = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

test('serves a page that tells browsers to come back, in their language', async () => {
  progress.begin('createDatabase');
  progress.count('deployStack', 12, 165);
  for (const url of [`${edge}/videos/some-id`, `${api}/login`]) {
    const page = await fetch(url, { headers: { ...HTML, 'accept-language': 'ko-KR,ko;q=0.9' } });
    expect(page.status).toBe(503);
    expect(page.headers.get('retry-after')).toBe('1');
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(await page.text()).toContain('리소스 165개 중 12개');
  }
  const english = await (await fetch(edge, { headers: HTML })).text();
  expect(english).toContain('Creating the database');
  expect(english).toContain('12 of 165 resources');
});

test('sends API clients a retryable error in the format of their service', async () => {
  const client = { endpoint: api, region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };
  const s3 = new S3Client({ ...client, maxAttempts: 1, forcePathStyle: true });
  const sqs = new SQSClient({ ...client, maxAttempts: 1 });
  const expected = { name: 'ServiceUnavailable', message: expect.stringContaining('starting') };
  await expect(s3.send(new PutObjectCommand({ Bucket: 'b', Key: 'k', Body: 'x'.repeat(100_000) }))).rejects.toMatchObject(expected);
  await expect(sqs.send(new ListQueuesCommand())).rejects.toMatchObject(expected);

  const problem = await fetch(`${edge}/api/videos`);
  expect(problem.headers.get('content-type')).toBe('application/problem+json');
  expect(await problem.json()).toMatchObject({ status: 503, code: 'starting' });
});

test('lets only requests of functions through to the services', () => {
  const response = { setHeader: () => undefined, writeHead: () => undefined, end: () => undefined } as never;
  const request = (headers: object) => ({ headers, resume: () => undefined }) as never;
  expect(waiting.intercept(request({ 'x-amz-security-token': 'role' }), response)).toBe(false);
  waiting.finish();
  expect(waiting.intercept(request({}), response)).toBe(false);
});

describe('the state that the page follows', () => {
  const state = (seen: string | number) =>
    fetch(edge, { headers: { accept: 'application/vnd.sluice.start+json', 'x-seen-version': String(seen) } });

  test('arrives at once if it is new, else with the next change', async () => {
    progress.begin('buildApp');
    const first = (await (await state('')).json()) as { version: number };
    expect(first).toMatchObject({ steps: [{ text: 'Building the app', isDone: false }] });
    const next = state(first.version);
    progress.end('buildApp');
    expect(await (await next).json()).toMatchObject({ steps: [{ isDone: true }] });
  });

  test('arrives with the reason of a failure before the process ends', async () => {
    const pending = state(progress.version);
    await new Promise((resolve) => waiting.edge.once('request', resolve));
    progress.fail('ffmpeg is missing');
    await waiting.close();
    expect(await (await pending).json()).toMatchObject({ reason: 'ffmpeg is missing' });
  });

  test('has another type once the app runs, at which the page reloads', async () => {
    const pending = state(progress.version);
    await new Promise((resolve) => waiting.edge.once('request', resolve));
    successor.listen(waiting.edge);
    await once(successor, 'listening');
    waiting.finish();
    expect((await pending).headers.get('content-type')).toBe('text/plain');
    expect(await (await fetch(edge, { headers: HTML })).text()).toBe('the app');
  });
});

test('names the port that is in use and frees the other', async () => {
  const port = Number(new URL(edge).port);
  await expect(WaitingServers.open(port, progress)).rejects.toThrow(`Port ${port} is in use. Free it, or choose another`);
  const below = await findFreePortPair();
  const taken = createServer().listen(below + 1, '127.0.0.1');
  await once(taken, 'listening');
  await expect(WaitingServers.open(below, progress)).rejects.toThrow(`Port ${below + 1} is in use`);
  const freed = createServer().listen(below, '127.0.0.1');
  await once(freed, 'listening');
  freed.close();
  taken.close();
});

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { isCopyingFunction, bucketDeploymentProviders } from '../../../local/bucket-deployment/providers.ts';
import { findObject } from '../../../local/s3/find-object.ts';
import { S3 } from '../../../local/s3/s3.ts';

const BUCKET = 'pages';
const invalidated: unknown[] = [];
let dir: string;
let s3: S3;

function assetPath(key: string): string {
  return join(dir, 'assets', key);
}

async function write(asset: string, files: Readonly<Record<string, string>>): Promise<void> {
  await rm(assetPath(asset), { recursive: true, force: true });
  for (const [path, content] of Object.entries(files)) {
    const file = join(assetPath(asset), path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}

async function deploy(properties: Record<string, unknown>): Promise<void> {
  const cloudFront = { invalidate: (...invalidation: unknown[]) => void invalidated.push(invalidation) };
  const [provider] = bucketDeploymentProviders({ s3, cloudFront, assetPath });
  await provider?.provision({
    stack: 'Test',
    logicalId: 'Deployment',
    type: 'Custom::CDKBucketDeployment',
    physicalName: 'test-deployment',
    properties: {
      ServiceToken: 'arn:aws:lambda:us-east-1:000000000000:function:copy',
      SourceBucketNames: ['assets'],
      SourceObjectKeys: ['web'],
      DestinationBucketName: BUCKET,
      ...properties,
    },
  });
}

async function contents(): Promise<
  Record<string, { content: string; type: string | undefined; cache: string | undefined }>
> {
  const found: Awaited<ReturnType<typeof contents>> = {};
  for await (const { key } of s3.list({ bucket: BUCKET })) {
    const object = await findObject(s3, { bucket: BUCKET, key });
    if (object === undefined) continue;
    const { 'content-type': type, 'cache-control': cache } = object.headers;
    found[key] = { content: (await buffer(object.stream())).toString(), type, cache };
  }
  return found;
}

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sluice-deployment-'));
  s3 = await S3.open({ dir: join(dir, 's3'), publish: async () => undefined });
  s3.putBucket(BUCKET);
  invalidated.length = 0;
  await write('web', {
    'index.html': '<p>',
    'icon.svg': '<svg/>',
    'assets/a.js': '1',
    'assets/deep/b.css': '2',
    LICENSE: '3',
  });
});
afterEach(async () => {
  await s3.close();
  await rm(dir, { recursive: true });
});

test("writes the AWS CLI's content types and the deployment's Cache-Control", async () => {
  await write('web', { 'index.html': 'h', 'a.js': 'j', 'b.css': 'c', 'c.svg': 's', 'd.woff2': 'w', LICENSE: 'l' });
  await deploy({ SystemMetadata: { 'cache-control': 'no-cache' } });
  const types = Object.entries(await contents()).map(([key, { type }]) => [key, type]);
  expect(Object.fromEntries(types)).toEqual({
    'index.html': 'text/html',
    'a.js': 'text/javascript',
    'b.css': 'text/css',
    'c.svg': 'image/svg+xml',
    'd.woff2': 'font/woff2',
    LICENSE: undefined,
  });
  expect((await contents())['a.js']?.cache).toBe('no-cache');
});

test("uses the deployment's content type for all files", async () => {
  await deploy({ SystemMetadata: { 'content-type': 'text/html; charset=utf-8' } });
  expect((await contents())['index.html']?.type).toBe('text/html; charset=utf-8');
});

test('lets two deployments share a bucket', async () => {
  const immutable = { 'cache-control': 'public, max-age=31536000, immutable' };
  await deploy({ Exclude: ['*'], Include: ['assets/*'], Prune: false, SystemMetadata: immutable });
  expect(Object.keys(await contents())).toEqual(['assets/a.js', 'assets/deep/b.css']);
  await deploy({ Exclude: ['assets/*'], SystemMetadata: { 'cache-control': 'no-cache' } });
  const caching = Object.entries(await contents()).map(([key, { cache }]) => [key, cache]);
  expect(Object.fromEntries(caching)).toEqual({
    'assets/a.js': 'public, max-age=31536000, immutable',
    'assets/deep/b.css': 'public, max-age=31536000, immutable',
    'index.html': 'no-cache',
    'icon.svg': 'no-cache',
    LICENSE: 'no-cache',
  });
});

test('prunes removed files, except excluded ones and without Prune', async () => {
  await deploy({});
  await write('web', { 'index.html': '<p>', 'assets/c.js': 'new' });
  await deploy({ Exclude: ['*'], Include: ['assets/*'], Prune: false });
  expect(Object.keys(await contents())).toEqual([
    'LICENSE',
    'assets/a.js',
    'assets/c.js',
    'assets/deep/b.css',
    'icon.svg',
    'index.html',
  ]);
  await deploy({ Exclude: ['assets/*'] });
  expect(Object.keys(await contents())).toEqual(['assets/a.js', 'assets/c.js', 'assets/deep/b.css', 'index.html']);
});

test('writes and prunes below its prefix only', async () => {
  await s3.put({ bucket: BUCKET, key: 'other.txt', body: 'x' });
  await deploy({ DestinationBucketKeyPrefix: 'site' });
  expect(Object.keys(await contents())).toEqual([
    'other.txt',
    'site/LICENSE',
    'site/assets/a.js',
    'site/assets/deep/b.css',
    'site/icon.svg',
    'site/index.html',
  ]);
});

test("invalidates the deployment's paths only after a change", async () => {
  const distribution = { DistributionId: 'E1', DistributionPaths: ['/index.html'] };
  await deploy(distribution);
  await deploy(distribution);
  expect(invalidated).toEqual([['E1', ['/index.html']]]);
  await write('web', { 'index.html': 'changed' });
  await deploy({ ...distribution, DistributionPaths: undefined });
  expect(invalidated.at(-1)).toEqual(['E1', ['/*']]);
});

test('does not write unchanged files again', async () => {
  const modified = async () => (await findObject(s3, { bucket: BUCKET, key: 'index.html' }))?.lastModified.getTime();
  await deploy({});
  const first = await modified();
  await deploy({});
  expect(await modified()).toBe(first);
  await deploy({ SystemMetadata: { 'cache-control': 'no-cache' } });
  expect((await contents())['index.html']?.cache).toBe('no-cache');
});

test.each([
  [{ UserMetadata: { a: 'b' } }, /Deployment: .*UserMetadata/s],
  [{ SystemMetadata: { expires: 'soon' } }, /Deployment: .*expires/s],
  [{ Extract: false }, /Deployment: .*Extract/s],
])('fails the start with the unsupported %j', async (properties, message) => {
  await expect(deploy(properties)).rejects.toThrow(message);
});

test("recognizes CDK's own function by its id", () => {
  const resource = { stack: 'S', type: 'AWS::Lambda::Function', properties: {}, physicalName: 'x' };
  const logicalId = 'CustomCDKBucketDeployment8693BB64968944B69AAFB0CC9EB8756C81C01536';
  expect(isCopyingFunction({ ...resource, logicalId })).toBe(true);
  expect(isCopyingFunction({ ...resource, logicalId: 'ApiFunction685AAB5B' })).toBe(false);
});

import { generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto';
import { once } from 'node:events';
import { link, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, type IncomingMessage, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { CloudFront } from '../../../local/cloudfront/cloudfront.ts';
import type { CorsRule } from '../../../local/http/cors.ts';
import type { HttpResponse, StreamedHttpRequest } from '../../../local/http/http-message.ts';
import type { Origins } from '../../../local/cloudfront/origins.ts';
import type { Access, Principal } from '../../../local/iam/access.ts';
import { Authorizer } from '../../../local/iam/authorizer.ts';
import { Iam } from '../../../local/iam/iam.ts';
import { cloudFrontProviders } from '../../../local/cloudfront/providers.ts';

export const BUCKET_DOMAIN = 'media.s3.us-east-1.amazonaws.com';
export const FUNCTION_DOMAIN = 'abc.lambda-url.us-east-1.on.aws';

export interface FakeObject {
  body: Buffer;
  etag: string;
  headers?: Record<string, string>;
  tags?: Record<string, string>;
}

export interface ReceivedResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

function pem({ publicKey, privateKey }: KeyPairKeyObjectResult) {
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function ecKeyPair() {
  return pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }));
}

/** Keys shared by tests, because they are slow to generate. */
export const KEYS = {
  ec: ecKeyPair(),
  rsa: pem(generateKeyPairSync('rsa', { modulusLength: 2048 })),
  stranger: ecKeyPair(),
};

const DISTRIBUTION = {
  Enabled: true,
  DefaultCacheBehavior: {
    TargetOriginId: 'media',
    ViewerProtocolPolicy: 'https-only',
    CachePolicyId: '658327ea-f89d-4fab-a63d-7e88639e58f6',
  },
  Origins: [
    { Id: 'media', DomainName: BUCKET_DOMAIN },
    { Id: 'function', DomainName: FUNCTION_DOMAIN },
    { Id: 'backup', DomainName: BUCKET_DOMAIN, OriginPath: '/backup' },
  ],
};

/** Id of the managed policy CachingDisabled. */
export const CACHING_DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';

/** Behavior that forwards every request to the function. */
export const toFunction = {
  TargetOriginId: 'function',
  ViewerProtocolPolicy: 'https-only',
  CachePolicyId: CACHING_DISABLED,
};

/** Returns the properties that associate a CloudFront Function with a behavior. */
export function associated(EventType: string, FunctionARN: string) {
  return {
    FunctionAssociations: [{ EventType, FunctionARN }],
  };
}

/** Edge with an in-memory bucket and function as origins. */
export class EdgeFixture {
  readonly objects = new Map<string, FakeObject>();
  readonly bucketReads: { key: string; start: number; end: number }[] = [];
  readonly functionCalls: StreamedHttpRequest[] = [];
  readonly errors: unknown[] = [];
  /** Whether the bucket allows links to its files, which are then never read. */
  linksFiles = false;
  now = new Date('2026-06-01T12:00:00Z');
  policy: unknown;
  corsRules: CorsRule[] = [];
  respond: (request: StreamedHttpRequest) => Promise<HttpResponse> = async () => functionResponse('function');
  readonly #authorizer = new Authorizer({ iam: new Iam(), enforces: true });
  readonly #dir: string;
  readonly #cloudFront: CloudFront;
  readonly #refs = new Map<string, string>();

  private constructor(dir: string, cloudFront: CloudFront) {
    this.#dir = dir;
    this.#cloudFront = cloudFront;
    this.#authorizer.addResourcePolicies('s3', () => this.policy);
  }

  static async start(options: { maxCacheBytes?: number; maxStallMs?: number } = {}): Promise<EdgeFixture> {
    const dir = await mkdtemp(join(tmpdir(), 'edge-'));
    let fixture: EdgeFixture | undefined;
    const self = (): EdgeFixture => {
      if (fixture === undefined) throw new Error('not started');
      return fixture;
    };
    const origins: Origins = {
      bucket: (domain) => (domain === BUCKET_DOMAIN ? self().#bucket() : undefined),
      functionUrl: (domain) => (domain === FUNCTION_DOMAIN ? (request) => self().#invoke(request) : undefined),
    };
    const cloudFront = await CloudFront.open({
      dir,
      origins,
      ...options,
      onError: (error) => self().errors.push(error),
      now: () => self().now,
    });
    fixture = new EdgeFixture(dir, cloudFront);
    cloudFront.server.listen(0, '127.0.0.1');
    await once(cloudFront.server, 'listening');
    return fixture;
  }

  get cloudFront(): CloudFront {
    return this.#cloudFront;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get port(): number {
    const { port } = this.#cloudFront.server.address() as AddressInfo;
    return port;
  }

  get accessLog(): Promise<string> {
    return readFile(join(this.#dir, 'access.log'), 'utf8');
  }

  async stop(): Promise<void> {
    await this.#cloudFront.close();
    await rm(this.#dir, { recursive: true, maxRetries: 5 });
  }

  /** Provisions a resource as the template would. @returns its `Ref` */
  async provision(type: string, logicalId: string, properties: Record<string, unknown>): Promise<string> {
    const provider = cloudFrontProviders(this.#cloudFront).find((candidate) => candidate.type === type);
    if (provider === undefined) throw new Error(`no provider for ${type}`);
    const resource = { stack: 'Test', logicalId, type, properties, physicalName: logicalId.toLowerCase() };
    const { ref } = await provider.provision(resource);
    this.#refs.set(logicalId, ref);
    return ref;
  }

  /** Lets the distribution list the bucket. */
  allowListing(): void {
    const { Statement: statements } = this.policy as ReturnType<typeof readPolicy>;
    const [allow] = statements.filter(({ Effect }) => Effect === 'Allow');
    const listing = { ...allow, Action: 's3:ListBucket', Resource: 'arn:aws:s3:::media', Condition: {} };
    this.policy = { Version: '2012-10-17', Statement: [...statements, listing] };
  }

  ref(logicalId: string): string {
    return this.#refs.get(logicalId) ?? '';
  }

  /** Provisions a distribution whose default behavior has these changes. */
  async distribution(behavior: Record<string, unknown> = {}, more: Record<string, unknown> = {}): Promise<void> {
    const config = {
      ...DISTRIBUTION,
      DefaultCacheBehavior: { ...DISTRIBUTION.DefaultCacheBehavior, ...behavior },
      ...more,
    };
    const id = await this.provision('AWS::CloudFront::Distribution', 'Distribution', { DistributionConfig: config });
    this.policy = readPolicy(id);
  }

  /** Provisions a function. @returns its ARN */
  edgeFunction(code: string): Promise<string> {
    return this.provision('AWS::CloudFront::Function', 'Fn', {
      Name: 'f',
      FunctionCode: code,
      FunctionConfig: { Runtime: 'cloudfront-js-2.0', Comment: '' },
    });
  }

  /** Provisions the keys `Ec` and `Rsa` in the group `Group`. */
  async keyGroup(): Promise<string> {
    const ids = [];
    for (const [name, { publicKey }] of [
      ['Ec', KEYS.ec],
      ['Rsa', KEYS.rsa],
    ] as const) {
      ids.push(
        await this.provision('AWS::CloudFront::PublicKey', name, { PublicKeyConfig: { EncodedKey: publicKey } }),
      );
    }
    return this.provision('AWS::CloudFront::KeyGroup', 'Group', { KeyGroupConfig: { Items: ids } });
  }

  put(key: string, body: string | Buffer, more: Partial<FakeObject> = {}): void {
    this.objects.set(key, { body: Buffer.from(body), etag: `"${key}"`, tags: { 'sluice:published': 'true' }, ...more });
  }

  /** Sends a request with the exact path, which `fetch` would normalize. */
  async get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<ReceivedResponse> {
    const request = httpRequest({ host: '127.0.0.1', port: this.port, path, method, headers, agent: false }).end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return { status: response.statusCode ?? 0, headers: response.headers, body: await buffer(response) };
  }

  #bucket() {
    return {
      bucket: 'media',
      may: (principal: Principal, access: Access) => this.#authorizer.may(principal, access),
      corsRules: () => this.corsRules,
      getObject: async (key: string) => {
        const object = this.objects.get(key);
        if (object === undefined) return undefined;
        return {
          sizeBytes: object.body.length,
          etag: object.etag,
          lastModified: new Date('2026-01-01T00:00:00Z'),
          headers: { 'content-type': 'video/mp4', ...object.headers },
          tags: object.tags ?? {},
          read: (start: number, end: number) => {
            this.bucketReads.push({ key, start, end });
            if (this.linksFiles) return new Readable({ read: () => this.errors.push(new Error('A file was copied.')) });
            return Readable.from(object.body.subarray(start, end + 1), { objectMode: false });
          },
          link: async (target: string) => {
            if (!this.linksFiles || object.body.length === 0) return false;
            await writeFile(`${target}.original`, Buffer.concat([object.body, Buffer.from('beyond its end')]));
            await link(`${target}.original`, target);
            await rm(`${target}.original`);
            return true;
          },
        };
      },
    };
  }

  async #invoke(request: StreamedHttpRequest): Promise<HttpResponse> {
    this.functionCalls.push(request);
    return this.respond(request);
  }
}

export function functionResponse(
  body: string | Buffer,
  headers: Record<string, string> = {},
  statusCode = 200,
): HttpResponse {
  return {
    statusCode,
    headers: { 'content-length': String(Buffer.byteLength(body)), ...headers },
    cookies: [],
    body: Readable.from([Buffer.from(body)]),
  };
}

/** Returns the policy that the template defines for its output bucket. */
function readPolicy(distributionId: string) {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: 's3:*',
        Resource: ['arn:aws:s3:::media', 'arn:aws:s3:::media/*'],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      {
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: 's3:*',
        Resource: 'arn:aws:s3:::media/*',
        Condition: { NumericLessThan: { 's3:TlsVersion': 1.2 } },
      },
      {
        Effect: 'Allow',
        Principal: { Service: 'cloudfront.amazonaws.com' },
        Action: 's3:GetObject',
        Resource: 'arn:aws:s3:::media/*',
        Condition: {
          StringEquals: {
            'AWS:SourceArn': `arn:aws:cloudfront::000000000000:distribution/${distributionId}`,
            's3:ExistingObjectTag/sluice:published': 'true',
          },
        },
      },
    ],
  };
}

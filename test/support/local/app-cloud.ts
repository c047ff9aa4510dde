import { generateKeyPairSync } from 'node:crypto';
import { globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LaptopService } from '../../../local/cloud/laptop-service.ts';
import { openServices } from '../../../local/cloud/open-services.ts';
import type { Resource, ResourceProvider } from '../../../local/cloud/resource.ts';
import { cloudFrontService } from '../../../local/cloudfront/service.ts';
import { cognitoService } from '../../../local/cognito/service.ts';
import { eventBridgeService } from '../../../local/eventbridge/service.ts';
import { iamService } from '../../../local/iam/service.ts';
import { lambdaService } from '../../../local/lambda/service.ts';
import { rdsProviders } from '../../../local/rds-data/providers.ts';
import { RdsData } from '../../../local/rds-data/rds-data.ts';
import { rdsDataService } from '../../../local/rds-data/service.ts';
import { s3Service } from '../../../local/s3/service.ts';
import { SERVICES } from '../../../local/services.ts';
import { snsService } from '../../../local/sns/service.ts';
import { sqsService } from '../../../local/sqs/service.ts';
import { stackTemplateSchema, type Template } from '../../../local/template/assembly.ts';
import { deleteStack } from '../../../local/template/delete-stack.ts';
import { deploy } from '../../../local/template/deployment.ts';
import { LiveStack } from '../../../local/template/live-stack.ts';
import { makeHandlers, type CustomResourceProtocol } from '../../../local/template/resource-handlers.ts';
import { type StackRecord, StackRecords } from '../../../local/template/stack-records.ts';
import type { StackTemplates } from '../lib/stack-templates.ts';
import { withSignInDomains } from './sign-in-domains.ts';
import { temporaryContext } from './serve-services.ts';

/** All services of the laptop cloud with the app's templates, without a database and without running functions. */
export interface AppCloud {
  /** Deploys stacks in order, as a start does. */
  deploy(templates: StackTemplates): Promise<void>;
  /** Deletes a stack. @returns descriptions of retained resources */
  deleteStack(name: string): Promise<readonly string[]>;
  /** Makes the creation of resources fail; undefined ends that. */
  failWhen(matches: ((resource: Resource) => boolean) | undefined): void;
  record(stack: string): StackRecord;
  /** Returns the prefixes of the sign-in pages' domains. */
  listDomains(): readonly (string | undefined)[];
  /** Gives a domain to a pool of nobody's stack. */
  reserveDomain(prefix: string): void;
  /** Writes an object into a bucket. @returns a function that deletes it */
  putObject(bucket: string, key: string): Promise<() => Promise<unknown>>;
  /** Returns what the services hold, by name. */
  listLeftovers(): readonly string[];
  close(): Promise<void>;
}

/** The database, whose statements nothing runs here. */
const databaseStub: LaptopService<RdsData> = new LaptopService({
  name: 'rds-data',
  open: () => {
    const query = async () => ({ columns: [], rows: [['identity']], affectedRows: 0 });
    const readLogin = (): never => {
      throw new Error('There is no database.');
    };
    const begin = async (): Promise<never> => Promise.reject(new Error('There is no database.'));
    const service = new RdsData({ readLogin, engine: { query, begin, close: async () => undefined } });
    return { instance: service, providers: rdsProviders(service) };
  },
});

export async function openAppCloud(): Promise<AppCloud> {
  const context = temporaryContext({ enforcesIam: true });
  const { stateDirectory } = context;
  const assets = join(stateDirectory, 'assets');
  mkdirSync(assets);
  writeFileSync(join(assets, 'index.html'), '<!doctype html>');
  const services = SERVICES.map((service) => (service === rdsDataService ? databaseStub : service));
  const opened = await openServices(services, { ...context, assetPath: () => assets });
  const records = new StackRecords(join(stateDirectory, 'stacks'));
  let fails: ((resource: Resource) => boolean) | undefined;
  const refuse = (resource: Resource): void => {
    if (fails?.(resource) === true) throw new Error('refused by the test');
  };
  const providers = opened.providers.map(
    (provider): ResourceProvider => ({
      ...provider,
      provision: async (resource) => {
        if (!(resource.logicalId in records.get(resource.stack).resources)) refuse(resource);
        return provider.provision(resource);
      },
    }),
  );
  const { pools } = opened.instanceOf(cognitoService);
  const customResources = withSignInDomains(makeCustomResources(refuse), pools);
  return {
    deploy: async (templates) => {
      const stacks = Object.entries(templates).map(([name, template]) => ({ name, template: withAssets(template) }));
      await deploy({ stacks, assetPaths: new Map() }, { providers, customResources, records, readSecret: () => 'secret' });
    },
    deleteStack: (name) => deleteStack(new LiveStack(name, records, makeHandlers(providers, customResources, () => 'secret')), records),
    failWhen: (matches) => void (fails = matches),
    record: (stack) => records.get(stack),
    listDomains: () => pools.list().map(({ id }) => pools.domainOf(id)),
    reserveDomain: (prefix) => pools.createDomain(pools.addPool('us-east-1_other').id, prefix),
    putObject: async (bucket, key) => {
      const s3 = opened.instanceOf(s3Service);
      await s3.put({ bucket, key, body: '' });
      return () => s3.delete({ bucket, key });
    },
    listLeftovers: () => [
      ...opened.instanceOf(s3Service).listBuckets(),
      ...opened.instanceOf(sqsService).list().map(({ settings }) => settings.name),
      ...opened.instanceOf(snsService).list().map(({ arn }) => arn),
      ...opened.instanceOf(lambdaService).list().map(({ configuration }) => configuration.name),
      ...opened.instanceOf(iamService).iam.listRoles(),
      ...opened.instanceOf(eventBridgeService).listRules(),
      ...opened.instanceOf(cloudFrontService).list(),
      ...pools.list().map(({ id }) => id),
      ...globSync('{queues,secrets}/*', { cwd: stateDirectory }),
    ],
    close: async () => {
      await opened.close();
      rmSync(stateDirectory, { recursive: true });
    },
  };
}

/** Makes functions of custom resources that respond at once. */
function makeCustomResources(refuse: (resource: Resource) => void): CustomResourceProtocol {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const attributes = { PublicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }), VersionId: '1', Digest: '0'.repeat(64) };
  return {
    create: async (resource) => {
      refuse(resource);
      return { ref: resource.logicalId, attributes };
    },
    update: async (_resource, _before, ref) => ({ ref, attributes }),
    delete: async () => undefined,
  };
}

/** Replaces the stubs of functions' code by an asset, since the laptop runs nothing else. */
function withAssets(template: unknown): Template {
  const code = { S3Bucket: 'assets', S3Key: 'code' };
  return stackTemplateSchema.parse(
    JSON.parse(JSON.stringify(template), (key, value: unknown) => (key === 'Code' ? code : value)),
  );
}

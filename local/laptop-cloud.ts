import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { type AccessKey, Credentials } from './aws-api/credentials.ts';
import { createApiServer } from './aws-api/server.ts';
import { Directory } from './cloud/directory.ts';
import { startLauncher } from './cloud/launch-program.ts';
import type { CloudContext } from './cloud/laptop-service.ts';
import { openServices } from './cloud/open-services.ts';
import { cloudFrontService } from './cloudfront/service.ts';
import { principalOf } from './iam/access.ts';
import { iamService } from './iam/service.ts';
import type { Lambda } from './lambda/lambda.ts';
import { lambdaService } from './lambda/service.ts';
import type { MediaConvert } from './mediaconvert/media-convert.ts';
import { mediaConvertService } from './mediaconvert/service.ts';
import { rdsDataService } from './rds-data/service.ts';
import { readReference } from './secrets-manager/read-reference.ts';
import { secretsManagerService } from './secrets-manager/service.ts';
import { SERVICES } from './services.ts';
import type { Assembly } from './template/assembly.ts';
import { adoptCustomResources, forgetCustomResources } from './template/adopt-custom-resources.ts';
import { CustomResources } from './template/custom-resources.ts';
import { DeployedAssets } from './template/deployed-assets.ts';
import { deploy, type Deployment } from './template/deployment.ts';
import { StackRecords } from './template/stack-records.ts';

/** Listening servers whose ports the laptop cloud takes over, and that respond until then. */
export interface HeldPorts {
  /** Holds the port of the AWS APIs. */
  readonly api: Server;
  /** Holds the port of the edge. */
  readonly edge: Server;
  /** Responds to a request to the AWS APIs while the template is being deployed. @returns false to let it through */
  intercept(request: IncomingMessage, response: ServerResponse): boolean;
}

interface LaptopCloudOptions
  extends Pick<
    CloudContext,
    'accessRecord' | 'stateDirectory' | 'ffmpegPath' | 'ffprobePath' | 'databaseUrl' | 'habits' | 'reportError' | 'reportRepair'
  > {
  /** Returns the cloud assembly to run; called at once, while the database starts. */
  readonly assembly: () => Promise<Assembly>;
  readonly ports: HeldPorts;
  readonly onDatabaseReady: () => void;
  /** Called before each resource of the template. */
  readonly onResource: (done: number, total: number) => void;
  /** Stops the start. */
  readonly signal: AbortSignal;
}

/** A template that is deployed to this machine and running. */
export interface LaptopCloud extends Deployment {
  /** `http://127.0.0.1:<port>`, base URL of the AWS APIs. */
  readonly endpoint: string;
  /** Scheme and authority of the edge. */
  readonly edgeUrl: string;
  /** Access key that may do anything. */
  readonly operator: AccessKey;
  readonly onInvocationEnd: Lambda['onInvocationEnd'];
  readonly onEncodeProgress: MediaConvert['onProgress'];
  /** Stops all work in order; the next start continues from the stored state. */
  close(): Promise<void>;
}

/**
 * Starts the services and deploys the template to them. The edge takes over its port at the end.
 *
 * @throws Error if the template needs something that the laptop does not support; the reason of `signal` if it stops the
 * start
 */
export async function startLaptopCloud(options: LaptopCloudOptions): Promise<LaptopCloud> {
  const { ports, signal, stateDirectory, reportError } = options;
  startLauncher();
  const endpoint = urlOf(ports.api);
  const edgeUrl = urlOf(ports.edge);
  const credentials = Credentials.open(stateDirectory);
  const deployedAssets = new DeployedAssets(join(stateDirectory, 'deployed'));
  const records = new StackRecords(join(stateDirectory, 'stacks'));
  let assembly: Assembly | undefined;
  const services = await openServices(SERVICES, {
    ...options,
    endpoint: () => endpoint,
    assetPath: (key) => {
      const path = assembly?.assetPaths.get(key) ?? deployedAssets.find(key);
      if (path === undefined) throw new Error(`The assembly has no asset ${key}.`);
      return path;
    },
    credentials,
    enforcesIam: true,
    directory: new Directory(),
  });
  const lambda = services.instanceOf(lambdaService);
  const mediaConvert = services.instanceOf(mediaConvertService);
  const { authorizer, record } = services.instanceOf(iamService);
  // A function that is still running when the cloud closes finds services closed; its work is repeated at the next start.
  let isClosing = false;
  const apiServer = createApiServer({
    credentials,
    services: services.apis,
    findDenial: (caller, access) => authorizer.findDenial(principalOf(caller), access),
    intercept: (request, response) => ports.intercept(request, response),
    onFailure: (error, { method, path }) => {
      if (!isClosing) reportError(`${method} ${path}`, error);
    },
  });
  const customResources = new CustomResources({ invoke: invokeOnce(lambda) });
  const close = async (): Promise<void> => {
    isClosing = true;
    try {
      await services.close();
    } finally {
      await customResources.close();
      await closeServer(apiServer);
    }
  };
  try {
    await takeOver(ports.api, apiServer);
    const databaseReady = services.instanceOf(rdsDataService).ready().then(options.onDatabaseReady);
    // A failure is the cause of whatever else fails, and reported there.
    databaseReady.catch(() => undefined);
    assembly = await options.assembly();
    const adopts = adoptCustomResources(stateDirectory, assembly, records);
    const deployment = await deploy(assembly, {
      providers: record?.watch(services.providers) ?? services.providers,
      customResources,
      readSecret: (reference) => readReference(services.instanceOf(secretsManagerService), reference),
      records,
      adopts,
      // Presigned requests and the sign-in page use the server of the AWS APIs.
      parameters: { EdgeUrl: edgeUrl, StorageUrl: endpoint, SignInUrl: endpoint },
      onProgress: options.onResource,
      onRetained: (stack, resources) =>
        reportError(`Stack ${stack} no longer has these resources, which stay`, new Error(resources.join(', '))),
      signal,
    }).catch((error) => databaseReady.then(() => Promise.reject(error)));
    // Resources that have not changed are opened without it.
    await databaseReady;
    if (adopts) forgetCustomResources(stateDirectory);
    deployedAssets.keep(assembly.assetPaths, records);
    services.start();
    await takeOver(ports.edge, services.instanceOf(cloudFrontService).server);
    return {
      ...deployment,
      endpoint,
      edgeUrl,
      operator: credentials.operator(),
      onInvocationEnd: (listener) => lambda.onInvocationEnd(listener),
      onEncodeProgress: (listener) => mediaConvert.onProgress(listener),
      close,
    };
  } catch (error) {
    await close().catch((failure: unknown) => reportError('The laptop cloud did not close cleanly', failure));
    throw error;
  }
}

/** Makes the invoker of custom resources, which rejects as soon as a function fails, since no response would follow. */
function invokeOnce(lambda: Lambda) {
  return async (functionArn: string, payload: unknown): Promise<void> => {
    const { error } = await lambda.invoke(functionArn, JSON.stringify(payload));
    if (error !== undefined) throw new Error(`${functionArn}: ${error.message}`);
  };
}

/** Hands the port of one server to another without closing it in between. */
async function takeOver(holder: Server, server: Server): Promise<void> {
  server.listen(holder);
  await once(server, 'listening');
}

function urlOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server does not listen on a TCP port.');
  return `http://${address.address}:${address.port}`;
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  if (server.listening) await new Promise((closed) => void server.close(closed));
}

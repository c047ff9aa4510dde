import { once } from 'node:events';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { type AccessKey, Credentials } from './aws-api/credentials.ts';
import { createApiServer } from './aws-api/server.ts';
import { Directory } from './cloud/directory.ts';
import type { CloudContext } from './cloud/laptop-service.ts';
import { openServices } from './cloud/open-services.ts';
import { cloudFrontService } from './cloudfront/service.ts';
import type { Lambda } from './lambda/lambda.ts';
import { lambdaService } from './lambda/service.ts';
import type { MediaConvert } from './mediaconvert/media-convert.ts';
import { mediaConvertService } from './mediaconvert/service.ts';
import { SERVICES } from './services.ts';
import type { Assembly } from './template/assembly.ts';
import { CustomResources } from './template/custom-resources.ts';
import { deploy, type Deployment } from './template/deployment.ts';

interface LaptopCloudOptions
  extends Pick<CloudContext, 'stateDirectory' | 'ffmpegPath' | 'ffprobePath' | 'databaseUrl' | 'reportError'> {
  /** Returns the cloud assembly to run; called at once, while the database starts. */
  readonly assembly: () => Promise<Assembly>;
  /** Port of the AWS APIs; the edge listens on the next one. */
  readonly port: number;
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

const LOOPBACK = '127.0.0.1';

/** @throws Error if the template needs something that the laptop does not support, or a port is taken */
export async function startLaptopCloud(options: LaptopCloudOptions): Promise<LaptopCloud> {
  const { port, stateDirectory, reportError } = options;
  const endpoint = `http://${LOOPBACK}:${port}`;
  const edgeUrl = `http://${LOOPBACK}:${port + 1}`;
  const credentials = Credentials.open(stateDirectory);
  let assembly: Assembly | undefined;
  const services = await openServices(SERVICES, {
    ...options,
    endpoint: () => endpoint,
    assetPath: (key) => {
      const path = assembly?.assetPaths.get(key);
      if (path === undefined) throw new Error(`The assembly has no asset ${key}.`);
      return path;
    },
    credentials,
    directory: new Directory(),
  });
  const lambda = services.instanceOf(lambdaService);
  const mediaConvert = services.instanceOf(mediaConvertService);
  const apiServer = createApiServer({
    credentials,
    services: services.apis,
    onFailure: (error, { method, path }) => reportError(`${method} ${path}`, error),
  });
  const close = async (): Promise<void> => {
    await services.close();
    await closeServer(apiServer);
  };
  try {
    await Promise.all([listen(apiServer, port), listen(services.instanceOf(cloudFrontService).server, port + 1)]);
    assembly = await options.assembly();
    const customResources = new CustomResources({
      file: join(stateDirectory, 'custom-resources.json'),
      invoke: invokeOnce(lambda),
    });
    const deployment = await deploy(assembly, {
      providers: services.providers,
      customResources,
      // Presigned requests and the sign-in page use the server of the AWS APIs.
      parameters: { EdgeUrl: edgeUrl, StorageUrl: endpoint, SignInUrl: endpoint },
    });
    services.start();
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
    await close();
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

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, LOOPBACK);
  await once(server, 'listening');
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  if (server.listening) await new Promise((closed) => void server.close(closed));
}

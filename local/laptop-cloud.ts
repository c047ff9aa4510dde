import { once } from 'node:events';
import type { Server } from 'node:http';
import { join } from 'node:path';
import type { AccessKey } from './aws-api/credentials.ts';
import { createApiServer } from './aws-api/server.ts';
import { openServices, type Services, type ServicesOptions } from './services.ts';
import type { Assembly } from './template/assembly.ts';
import { CustomResources } from './template/custom-resources.ts';
import { deploy, type Deployment } from './template/deployment.ts';

export interface LaptopCloudOptions extends Omit<ServicesOptions, 'endpoint' | 'assetPath'> {
  /** The cloud assembly to run; asked for at once, while the database starts. */
  readonly assembly: () => Promise<Assembly>;
  /** Of the AWS APIs; the edge listens on the next. */
  readonly port: number;
}

/** A template deployed to this machine, and running. */
export interface LaptopCloud extends Deployment {
  /** `http://127.0.0.1:<port>`, the AWS APIs. */
  readonly endpoint: string;
  /** Scheme and authority of the edge. */
  readonly edgeUrl: string;
  /** May do anything. */
  readonly operator: AccessKey;
  readonly onInvocationEnd: Services['lambda']['onInvocationEnd'];
  readonly onEncodeProgress: Services['mediaConvert']['onProgress'];
  /** Lets what runs come to a good end, and keeps everything. */
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';

/** @throws Error if the template needs what the laptop does not know, or a port cannot be had */
export async function startLaptopCloud(options: LaptopCloudOptions): Promise<LaptopCloud> {
  const { port, stateDirectory, onTrouble } = options;
  const endpoint = `http://${LOOPBACK}:${port}`;
  const edgeUrl = `http://${LOOPBACK}:${port + 1}`;
  let assembly: Assembly | undefined;
  const assetPath = (key: string): string => {
    const path = assembly?.assetPaths.get(key);
    if (path === undefined) throw new Error(`The assembly has no asset ${key}`);
    return path;
  };
  const services = await openServices({ ...options, endpoint, assetPath });
  const apiServer = createApiServer({
    credentials: services.credentials,
    services: services.apis,
    onFailure: (error, { method, path }) => onTrouble(`${method} ${path}`, error),
  });
  const close = async (): Promise<void> => {
    await services.close();
    await closeServer(apiServer);
  };
  try {
    await Promise.all([listen(apiServer, port), listen(services.cloudFront.server, port + 1)]);
    assembly = await options.assembly();
    const customResources = new CustomResources({
      file: join(stateDirectory, 'custom-resources.json'),
      invoke: invokeOnce(services),
    });
    const deployment = await deploy(assembly, {
      providers: services.providers,
      customResources,
      // Presigned requests and the page where people sign in lead to the same server as the AWS APIs.
      parameters: { EdgeUrl: edgeUrl, StorageUrl: endpoint, SignInUrl: endpoint },
    });
    services.start();
    return {
      ...deployment,
      endpoint,
      edgeUrl,
      operator: services.credentials.operator(),
      onInvocationEnd: (listener) => services.lambda.onInvocationEnd(listener),
      onEncodeProgress: (listener) => services.mediaConvert.onProgress(listener),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A custom resource's function that fails without having answered would otherwise be waited for in vain. */
function invokeOnce({ lambda }: Services) {
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

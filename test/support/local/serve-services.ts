import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Credentials } from '../../../local/aws-api/credentials.ts';
import { createApiServer } from '../../../local/aws-api/server.ts';
import { Directory } from '../../../local/cloud/directory.ts';
import { DEFAULT_HABITS } from '../../../local/cloud/habits.ts';
import type { CloudContext, LaptopService } from '../../../local/cloud/laptop-service.ts';
import { openServices, type OpenedServices } from '../../../local/cloud/open-services.ts';
import { principalOf } from '../../../local/iam/access.ts';
import { iamService } from '../../../local/iam/service.ts';
import type { Provisioned } from '../../../local/cloud/resource.ts';

type Context = Omit<CloudContext, 'isReplacedLocally'>;

/** Services behind one API server, with state in a directory that outlives `stop`. */
export interface ServedServices extends Pick<OpenedServices, 'instanceOf' | 'start'> {
  readonly context: Context;
  readonly endpoint: string;
  /** Configuration of an SDK client, as the operator. */
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly maxAttempts: number;
  };
  /** Creates a resource as the template would. */
  provision(type: string, logicalId: string, properties?: Record<string, unknown>): Promise<Provisioned>;
  /** Closes server and services in order; others may then open the directory. */
  stop(): Promise<void>;
  /** Closes everything and removes the directory. */
  remove(): Promise<void>;
}

/** Opens services as the laptop cloud does and serves their APIs on a free port. */
export async function serveServices(
  services: readonly LaptopService<unknown>[],
  options: Partial<Context> = {},
): Promise<ServedServices> {
  let endpoint = '';
  const context = temporaryContext({ endpoint: () => endpoint, ...options });
  const { credentials, stateDirectory } = context;
  const opened = await openServices(services, context);
  const server = createApiServer({
    credentials,
    services: opened.apis,
    ...(context.enforcesIam === true && {
      findDenial: (caller, access) => opened.instanceOf(iamService).authorizer.findDenial(principalOf(caller), access),
    }),
  });
  endpoint = await listen(server);
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
    await opened.close();
  };
  return {
    context,
    endpoint,
    client: { endpoint, region: 'us-east-1', credentials: credentials.operator(), maxAttempts: 1 },
    instanceOf: (service) => opened.instanceOf(service),
    start: () => opened.start(),
    provision: async (type, logicalId, properties = {}) => {
      const provider = opened.providers.find((candidate) => candidate.type === type);
      if (provider === undefined) throw new Error(`No service provides ${type}`);
      const physicalName = `test-${logicalId.toLowerCase()}`;
      return provider.provision({ stack: 'Test', logicalId, type, properties, physicalName });
    },
    stop,
    remove: async () => {
      await stop();
      rmSync(stateDirectory, { recursive: true, force: true });
    },
  };
}

/** Returns a context with a state directory of its own, assets below it, and no ffmpeg. */
export function temporaryContext(options: Partial<Context> = {}): Context {
  const stateDirectory = options.stateDirectory ?? mkdtempSync(join(tmpdir(), 'sluice-'));
  return {
    stateDirectory,
    endpoint: () => 'http://127.0.0.1:1',
    assetPath: (key) => join(stateDirectory, 'assets', key),
    ffmpegPath: '',
    habits: DEFAULT_HABITS,
    ffprobePath: '',
    credentials: Credentials.open(stateDirectory),
    directory: new Directory(),
    reportError: () => undefined,
    ...options,
  };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

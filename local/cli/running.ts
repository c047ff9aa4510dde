import { join } from 'node:path';
import { z } from 'zod';
import { REGION } from '../cloud/account.ts';
import { JsonFile } from '../durable/json-file.ts';

/** Addresses and credentials of the laptop cloud of a state directory; written at every start, readable only by its owner. */
const runningSchema = z.object({
  pid: z.number().int(),
  /** URL of the AWS APIs. */
  endpoint: z.url(),
  /** Scheme and authority of the edge. */
  edgeUrl: z.url(),
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
  /** Outputs of the stacks, by logical id. */
  outputs: z.record(z.string(), z.string()),
});
export type Running = z.infer<typeof runningSchema>;

function openRunningFile(stateDirectory: string): JsonFile<Running | null> {
  return new JsonFile(join(stateDirectory, 'running.json'), runningSchema.nullable(), null);
}

export function writeRunning(stateDirectory: string, running: Running): void {
  return openRunningFile(stateDirectory).write(running);
}

/** @throws Error that says what to do if no laptop cloud was ever started there */
export function readRunning(stateDirectory: string): Running {
  const running = openRunningFile(stateDirectory).value;
  if (running === null) throw new Error(`${stateDirectory} holds no state of a laptop cloud. Run npm start first.`);
  return running;
}

/** Returns the configuration of an SDK client with the operator's credentials. */
export function clientConfig({ endpoint, accessKeyId, secretAccessKey }: Running) {
  return {
    endpoint,
    region: REGION,
    credentials: { accessKeyId, secretAccessKey },
  };
}

import { join } from 'node:path';
import { z } from 'zod';
import { REGION } from '../cloud/account.ts';
import { JsonFile } from '../durable/json-file.ts';

/** How to reach the laptop cloud whose state lies in a directory; written at every start, readable by its owner alone. */
const runningSchema = z.object({
  pid: z.number().int(),
  /** The AWS APIs. */
  endpoint: z.url(),
  /** Scheme and authority of the edge. */
  edgeUrl: z.url(),
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
  /** The stacks' outputs, by logical id. */
  outputs: z.record(z.string(), z.string()),
});
export type Running = z.infer<typeof runningSchema>;

function runningFile(stateDirectory: string): JsonFile<Running | null> {
  return new JsonFile(join(stateDirectory, 'running.json'), runningSchema.nullable(), null);
}

export function writeRunning(stateDirectory: string, running: Running): void {
  return runningFile(stateDirectory).write(running);
}

/** @throws Error that says what to do, if no laptop cloud was ever started there */
export function readRunning(stateDirectory: string): Running {
  const running = runningFile(stateDirectory).value;
  if (running === null) throw new Error(`Nothing was ever started in ${stateDirectory}. Run npm start first.`);
  return running;
}

/** Configuration of any SDK client, as the operator of the laptop cloud. */
export function clientConfig({ endpoint, accessKeyId, secretAccessKey }: Running) {
  return {
    endpoint,
    region: REGION,
    credentials: { accessKeyId, secretAccessKey },
  };
}

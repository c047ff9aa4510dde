import { join } from 'node:path';
import * as z from 'zod';
import { REGION } from '../cloud/account.ts';
import { systemErrorCode } from '../cloud/system-error.ts';
import { JsonFile, replaceJsonFile } from '../durable/json-file.ts';

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

const REMEDY = 'or run npm start, which writes it again';

function runningPath(stateDirectory: string): string {
  return join(stateDirectory, 'running.json');
}

export function writeRunning(stateDirectory: string, running: Running): void {
  replaceJsonFile(runningPath(stateDirectory), running);
}

/** @throws Error that says what to do if no laptop cloud was ever started there, or the state cannot be read */
export function readRunning(stateDirectory: string): Running {
  let running: Running | null;
  try {
    running = new JsonFile(runningPath(stateDirectory), runningSchema.nullable(), null, REMEDY).value;
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOTDIR') throw new Error(`${stateDirectory} is a file, not a state directory.`, { cause: error });
    if (code === 'EACCES')
      throw new Error(`You have no permission to read the state in ${stateDirectory}.`, { cause: error });
    throw error;
  }
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

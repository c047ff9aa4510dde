import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';

const run = promisify(execFile);

export const rangeLoadSchema = z.object({
  /** URL with the scheme `http:` on 127.0.0.1. */
  url: z.url(),
  sizeBytes: z.number(),
  rangeBytes: z.number(),
  connections: z.number(),
  /** Time for which the ranges are requested repeatedly; without it, each range is requested once. */
  seconds: z.number().optional(),
});
export type RangeLoad = z.infer<typeof rangeLoadSchema>;

const resultSchema = z.object({ requests: z.number(), seconds: z.number() });
export type RangeLoadResult = z.infer<typeof resultSchema>;

/** Requests the ranges of a URL over several connections, from a separate process. @throws Error if any request fails */
export async function runRangeLoad(load: RangeLoad): Promise<RangeLoadResult> {
  const { stdout } = await run(process.execPath, [join(import.meta.dirname, 'range-client.ts'), JSON.stringify(load)]);
  return resultSchema.parse(JSON.parse(stdout));
}

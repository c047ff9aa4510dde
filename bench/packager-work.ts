import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { pinned } from './pinned.ts';

const run = promisify(execFile);

/** Works of the packager, each measured in a process of its own: `packager-worker.ts`. Times are CPU time unless they say otherwise. */
export const workSchema = z.discriminatedUnion('work', [
  z.object({ work: z.literal('index'), film: z.string(), index: z.string() }),
  z.object({ work: z.literal('playlists'), index: z.string() }),
  z.object({ work: z.literal('segment'), film: z.string(), index: z.string(), output: z.string() }),
  z.object({ work: z.literal('latency'), film: z.string(), index: z.string(), latencyMs: z.number() }),
  z.object({ work: z.literal('whole'), film: z.string(), directory: z.string() }),
]);
export type Work = z.infer<typeof workSchema>;

const memory = { startBytes: z.number(), peakBytes: z.number() };
const requests = z.object({ wallMs: z.number(), reads: z.number(), bytes: z.number() });

/** Shape of each work's result. */
export const RESULTS = {
  index: z.object({ ...memory, cpuMs: z.number(), indexBytes: z.number(), reads: z.number(), readBytes: z.number() }),
  playlists: z.object({ firstMs: z.number(), coldMs: z.number(), warmMs: z.number(), textBytes: z.number() }),
  segment: z.object({ ...memory, planMs: z.number(), cpuMs: z.number(), bytes: z.number() }),
  latency: z.object({ cold: requests, warm: requests }),
  whole: z.object({ cpuMs: z.number(), segments: z.number() }),
};
export type WorkResult<Name extends Work['work']> = z.infer<(typeof RESULTS)[Name]>;

/** Does a work in a process of its own, on the measured processor. @throws Error if it fails */
export async function runWork<Result>(result: z.ZodType<Result>, work: Work): Promise<Result> {
  const [program, ...args] = pinned(process.execPath, join(import.meta.dirname, 'packager-worker.ts'), JSON.stringify(work));
  const { stdout } = await run(program, args);
  return result.parse(JSON.parse(stdout));
}

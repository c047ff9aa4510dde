import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordedCall, RecordedResource, RecordLine } from '../../../local/iam/access-record.ts';

/** One life of a laptop cloud, as it recorded itself. */
export interface RecordedRun {
  /** Whether a test edited the templates. */
  readonly edited: boolean;
  readonly resources: readonly RecordedResource[];
  readonly calls: readonly RecordedCall[];
}

/** Reads the records in a folder. A line that a kill cut off is left out. */
export function readRuns(folder: string): RecordedRun[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => {
      const lines = readFileSync(join(folder, name), 'utf8').split('\n').slice(0, -1);
      return toRun(lines.map((line) => JSON.parse(line) as RecordLine));
    });
}

function toRun(lines: readonly RecordLine[]): RecordedRun {
  return {
    edited: lines.some((line) => 'run' in line && line.run.edited),
    resources: lines.flatMap((line) => ('resource' in line ? [line.resource] : [])),
    calls: lines.flatMap((line) => ('call' in line ? [line.call] : [])),
  };
}

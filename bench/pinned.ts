import { availableParallelism } from 'node:os';
import { requireProgram } from './require-program.ts';

/** A program and its arguments. */
export type Command = readonly [string, ...string[]];

/** Processor of measured programs: the second one, since the first one often serves interrupts. */
const MEASURED = Math.min(1, availableParallelism() - 1);

/** Returns a command that runs on one processor, all of its threads included. @throws SkippedError without taskset */
export function pinned(...command: Command): Command {
  return [requireProgram('taskset', 'apt-get install util-linux'), '-c', String(MEASURED), ...command];
}

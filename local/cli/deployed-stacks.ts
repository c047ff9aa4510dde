import { join } from 'node:path';
import * as z from 'zod';
import { JsonFile } from '../durable/json-file.ts';

const REMEDY = 'or delete it, which only loses the names of the stacks';

/**
 * Requires that a state directory belongs to the stacks that a start deploys, and records them. Stacks of other names have
 * other buckets, but would share the catalog.
 *
 * @throws Error that names the stacks if none of them is the same
 */
export function requireOwnStacks(stateDirectory: string, stacks: readonly string[]): void {
  const file = new JsonFile(join(stateDirectory, 'stacks.json'), z.array(z.string()).readonly(), [], REMEDY);
  const before = file.value;
  if (before.length > 0 && !before.some((name) => stacks.includes(name))) {
    throw new Error(
      `${stateDirectory} belongs to the stacks ${before.join(', ')}, not to ${stacks.join(', ')}. Choose another ` +
        'directory with --state, or restore the setting stackPrefix.',
    );
  }
  file.write(stacks);
}

import { isDeepStrictEqual } from 'node:util';
import type { StackRecord } from './stack-records.ts';

type Stacks = readonly (readonly [string, StackRecord])[];

/**
 * Requires that a stack's new exports collide with no other stack, and that those that other stacks import keep their values.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
 *
 * @param isChanging whether a resource of the stack has changed; values of others depend on the version of the laptop cloud
 * @throws Error in CloudFormation's words
 */
export function checkExports(
  { name: stack, record }: { readonly name: string; readonly record: StackRecord },
  after: Readonly<Record<string, unknown>>,
  stacks: Stacks,
  isChanging: boolean,
): void {
  const others = stacks.filter(([name]) => name !== stack);
  for (const name of Object.keys(after)) {
    const [owner] = others.find(([, { exports }]) => name in exports) ?? [];
    if (owner !== undefined) throw new Error(`Export with name ${name} is already exported by stack ${owner}.`);
  }
  for (const [name, value] of Object.entries(record.exports)) {
    const users = listUsers(name, others);
    if (users.length === 0) continue;
    if (!(name in after)) throw new Error(`Export ${name} cannot be deleted as it is in use by ${users.join(', ')}`);
    if (isChanging && !isDeepStrictEqual(withoutPorts(value), withoutPorts(after[name])))
      throw new Error(`Export ${name} cannot be updated as it is in use by ${users.join(', ')}`);
  }
}

/** Returns the stacks that import an export. */
function listUsers(name: string, stacks: Stacks): readonly string[] {
  return stacks.filter(([, { imports }]) => imports.includes(name)).map(([user]) => user);
}

/** Removes the laptop's own addresses, which change with `--port`. */
function withoutPorts(value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, '') : value;
}

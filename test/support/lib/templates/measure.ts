import { at } from '../at.ts';
import type { Stacks } from './checked-deployments.ts';
import { isIntrinsic, isObject } from './check-schema.ts';
import { type FoundResource, placeOf, resourcesOf } from './references.ts';

/** Something that AWS limits, measured in a deployment. */
interface Measured {
  readonly place: string;
  readonly amount: number;
}

/** Limit of a service. */
export interface Limit {
  readonly name: string;
  readonly max: number;
  /** Page that states it, below https://docs.aws.amazon.com/. */
  readonly page: string;
  readonly measure: (stacks: Stacks) => readonly Measured[];
}

/** Length of what an intrinsic function returns: that of a long ARN. */
export const RESOLVED_LENGTH = 150;

/** Returns the length of a value as JSON once its references are resolved. */
export function estimateLength(value: unknown): number {
  if (isIntrinsic(value)) {
    const join = value['Fn::Join'];
    if (!Array.isArray(join)) return RESOLVED_LENGTH;
    const parts = join[1] as readonly unknown[];
    return parts.reduce((sum: number, part) => sum + (typeof part === 'string' ? part.length : estimateLength(part)), 2);
  }
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + estimateLength(item) + 1, 2);
  if (!isObject(value)) return JSON.stringify(value).length;
  return Object.entries(value).reduce((sum, [key, inner]) => sum + key.length + 4 + estimateLength(inner), 2);
}

export function perStack(measure: (template: Stacks[string]) => number): Limit['measure'] {
  return (stacks) => Object.entries(stacks).map(([place, template]) => ({ place, amount: measure(template) }));
}

export function perResource(
  type: string,
  measure: (properties: Readonly<Record<string, unknown>>, found: FoundResource, stacks: Stacks) => number,
): Limit['measure'] {
  return (stacks) =>
    resourcesOf(stacks, type).map((found) => ({
      place: placeOf(found),
      amount: measure(found.resource.Properties ?? {}, found, stacks),
    }));
}

export function countAt(value: unknown, ...path: readonly string[]): number {
  const found = at(value, ...path);
  return Array.isArray(found) ? found.length : isObject(found) ? Object.keys(found).length : 0;
}

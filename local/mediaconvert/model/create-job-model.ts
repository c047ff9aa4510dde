import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** File of the model, which `npm run model:mediaconvert` writes. */
export const MODEL_FILE = join(import.meta.dirname, 'create-job.json');

/** Shape of an API model; bounds are of a number's value, a text's length or a list's length. */
export interface Shape {
  readonly type: string;
  readonly members?: Readonly<Record<string, { readonly shape: string; readonly locationName: string }>>;
  readonly required?: readonly string[];
  readonly enum?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly member?: { readonly shape: string };
  readonly key?: { readonly shape: string };
  readonly value?: { readonly shape: string };
}

/** Names of a request's members: those on the wire (`settings`) or those of the SDKs (`Settings`). */
export type MemberNames = 'wire' | 'sdk';

let loaded: Readonly<Record<string, Shape>> | undefined;

function loadShapes(): Readonly<Record<string, Shape>> {
  const { shapes }: { shapes: Readonly<Record<string, Shape>> } = JSON.parse(readFileSync(MODEL_FILE, 'utf8'));
  return shapes;
}

function shapeOf(name: string): Shape {
  const shape = (loaded ??= loadShapes())[name];
  if (shape === undefined) throw new Error(`The model has no shape ${name}.`);
  return shape;
}

/**
 * Checks a request of CreateJob against MediaConvert's API model: unknown and missing members, types, enums, ranges and
 * patterns.
 *
 * @returns the first problem with its path, or undefined
 */
export function checkCreateJob(request: unknown, names: MemberNames): string | undefined {
  return checkShape(request, 'CreateJobRequest', '', names);
}

function checkShape(value: unknown, name: string, path: string, names: MemberNames): string | undefined {
  const shape = shapeOf(name);
  switch (shape.type) {
    case 'structure':
      return checkStructure(value, shape, path, names);
    case 'list': {
      if (!Array.isArray(value)) return `${path}: Should be an array`;
      const member = shape.member?.shape ?? '';
      return (
        checkBounds(value.length, shape, path) ??
        findProblem(value.map((item, index) => () => checkShape(item, member, `${path}/${index}`, names)))
      );
    }
    case 'map': {
      if (!isObject(value)) return `${path}: Should be an object`;
      const { key = { shape: '' }, value: inner = { shape: '' } } = shape;
      return findProblem(
        Object.entries(value).map(
          ([at, item]) =>
            () =>
              checkShape(at, key.shape, path, names) ?? checkShape(item, inner.shape, `${path}/${at}`, names),
        ),
      );
    }
    case 'integer':
      return Number.isInteger(value) ? checkBounds(Number(value), shape, path) : `${path}: Should be an integer`;
    case 'double':
      return Number.isFinite(value) ? checkBounds(Number(value), shape, path) : `${path}: Should be a number`;
    case 'string':
      return checkText(value, shape, path);
    default:
      throw new Error(`The model has a shape of the type ${shape.type}.`);
  }
}

function checkStructure(
  value: unknown,
  { members = {}, required = [] }: Shape,
  path: string,
  names: MemberNames,
): string | undefined {
  if (!isObject(value)) return `${path}: Should be an object`;
  const shapesByName = new Map(
    Object.entries(members).map(([name, { shape, locationName }]) => [names === 'sdk' ? name : locationName, shape]),
  );
  const missing = required
    .map((name) => (names === 'sdk' ? name : (members[name]?.locationName ?? name)))
    .find((name) => value[name] === undefined);
  if (missing !== undefined) return `${path}/${missing}: Is required`;
  const given = Object.entries(value).filter(([, inner]) => inner !== undefined);
  const unknown = given.filter(([name]) => !shapesByName.has(name)).map(([name]) => name);
  if (unknown.length > 0) return `${path || '/'}: Unrecognized properties: ${unknown.join(', ')}`;
  return findProblem(
    given.map(
      ([name, inner]) =>
        () =>
          checkShape(inner, shapesByName.get(name) ?? '', `${path}/${name}`, names),
    ),
  );
}

function checkText(value: unknown, shape: Shape, path: string): string | undefined {
  if (typeof value !== 'string') return `${path}: Should be a string`;
  if (shape.enum !== undefined && !shape.enum.includes(value)) return `${path}: Should be one of ${shape.enum.join(', ')}`;
  if (shape.pattern !== undefined && !new RegExp(shape.pattern, 'u').test(value))
    return `${path}: Should match ${shape.pattern}`;
  return checkBounds(value.length, shape, path, ' characters');
}

function checkBounds(amount: number, { min, max }: Shape, path: string, unit = ''): string | undefined {
  if (min !== undefined && amount < min) return `${path}: Should be at least ${min}${unit}`;
  return max !== undefined && amount > max ? `${path}: Should be at most ${max}${unit}` : undefined;
}

/** Runs checks until one finds a problem. */
function findProblem(checks: readonly (() => string | undefined)[]): string | undefined {
  for (const check of checks) {
    const problem = check();
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

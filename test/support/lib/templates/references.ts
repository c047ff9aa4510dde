import type { ResourceJson, Stacks } from './checked-deployments.ts';
import { isIntrinsic, isObject } from './check-schema.ts';

/** Resource of a deployment, with its place. */
export interface FoundResource {
  readonly stack: string;
  readonly logicalId: string;
  readonly resource: ResourceJson;
}

/** Returns all resources of the types. */
export function resourcesOf(stacks: Stacks, ...types: readonly string[]): readonly FoundResource[] {
  return Object.entries(stacks).flatMap(([stack, { Resources }]) =>
    Object.entries(Resources).flatMap(([logicalId, resource]) =>
      types.includes(resource.Type) ? [{ stack, logicalId, resource }] : [],
    ),
  );
}

/** Returns the resource that a value of a template names by `Ref`, `Fn::GetAtt` or `Fn::ImportValue`. */
export function resolveResource(stacks: Stacks, stack: string, value: unknown): FoundResource | undefined {
  if (!isIntrinsic(value)) return undefined;
  const imported = value['Fn::ImportValue'];
  if (typeof imported === 'string') {
    for (const [name, { Outputs = {} }] of Object.entries(stacks)) {
      const output = Object.values(Outputs).find(({ Export }) => Export?.Name === imported);
      if (output !== undefined) return resolveResource(stacks, name, output.Value);
    }
    return undefined;
  }
  const attribute = value['Fn::GetAtt'];
  const logicalId = Array.isArray(attribute) ? String(attribute[0]) : value['Ref'];
  if (typeof logicalId !== 'string') return undefined;
  const resource = stacks[stack]?.Resources[logicalId];
  return resource && { stack, logicalId, resource };
}

/** Returns whether two found resources are the same. */
export function isSame(one: FoundResource | undefined, other: FoundResource | undefined): boolean {
  return one !== undefined && one.stack === other?.stack && one.logicalId === other.logicalId;
}

/** Returns `stack/logical id` of a resource. */
export function placeOf({ stack, logicalId }: FoundResource): string {
  return `${stack}/${logicalId}`;
}

/** Returns every call of an intrinsic function inside a value. */
export function intrinsicsIn(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (Array.isArray(value)) return value.flatMap(intrinsicsIn);
  if (!isObject(value)) return [];
  const inner = Object.values(value).flatMap(intrinsicsIn);
  return isIntrinsic(value) ? [value, ...inner] : inner;
}

import type { Provisioned } from '../cloud/resource.ts';
import type { StackTemplate } from './assembly.ts';
import type { Scope } from './intrinsics.ts';

interface StackScopeOptions {
  /** Resources that exist so far. */
  readonly provisioned: ReadonlyMap<string, Provisioned>;
  /** Returns the value of an export. @throws Error if no stack exports it */
  readonly imported: (name: string) => unknown;
  /** Values of parameters by name, instead of their defaults. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** Makes the scope in which a stack's intrinsic functions are resolved. */
export function makeStackScope({ name, template }: StackTemplate, options: StackScopeOptions): Scope {
  const find = (logicalId: string): Provisioned => {
    const resource = options.provisioned.get(logicalId);
    if (resource === undefined) throw new Error(`${name} refers to ${logicalId}, which it does not create.`);
    return resource;
  };
  return {
    stackName: name,
    template,
    parameters: new Map(
      Object.entries(template.Parameters).map(([key, { Default }]) => [key, options.parameters[key] ?? Default]),
    ),
    ref: (logicalId) => find(logicalId).ref,
    attribute: (logicalId, attribute) => {
      const { attributes = {} } = find(logicalId);
      if (!(attribute in attributes)) {
        throw new Error(`${name}/${logicalId} (${template.Resources[logicalId]?.Type}) has no attribute ${attribute}.`);
      }
      return attributes[attribute];
    },
    imported: options.imported,
  };
}

import type { Resource } from '../cloud/resource.ts';

/** Version of a secret to which a template refers. */
export interface SecretReference {
  /** Name or ARN. */
  readonly id: string;
  /** Key within the secret's JSON object. @default the whole value */
  readonly key?: string;
  readonly versionStage?: string;
  readonly versionId?: string;
}

/** Returns the value to which a template refers. @throws Error if it does not exist */
export type ReadSecret = (reference: SecretReference) => string;

/** The secret is a name, or an ARN, which contains colons. */
const SECRET =
  /^secretsmanager:(?<id>arn:[^:]+:secretsmanager:[^:]*:[^:]*:secret:[^:]+|[^:]+)(?::SecretString(?::(?<key>[^:]*)(?::(?<versionStage>[^:]*)(?::(?<versionId>[^:]*))?)?)?)?$/;

/**
 * Resolves the dynamic references in the properties of a resource, after its intrinsic functions. The value is never stored
 * with the stack: CloudFormation compares references, not values.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html
 *
 * @throws Error for a reference to another service than Secrets Manager
 */
export function resolveDynamicReferences(resource: Resource, read: ReadSecret): Resource {
  const resolveText = (text: string): string =>
    text.replaceAll(/\{\{resolve:([^}]*)\}\}/g, (_, reference: string) => {
      const groups = SECRET.exec(reference)?.groups;
      if (groups === undefined) throw new Error(`The laptop cloud does not support the dynamic reference {{resolve:${reference}}}.`);
      const given = Object.entries(groups).filter(([, value]) => value !== undefined && value !== '');
      return read({ id: '', ...Object.fromEntries(given) });
    });
  const resolveValue = (value: unknown): unknown => {
    if (typeof value === 'string') return resolveText(value);
    if (Array.isArray(value)) return value.map(resolveValue);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, resolveValue(item)]));
  };
  const properties = Object.entries(resource.properties).map(([name, value]) => [name, resolveValue(value)] as const);
  return { ...resource, properties: Object.fromEntries(properties) };
}

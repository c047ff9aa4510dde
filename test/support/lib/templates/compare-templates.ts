import { isDeepStrictEqual } from 'node:util';
import type { PropertyType, ResourceProperties } from '@aws-cdk/service-spec-types';
import { isObject, serviceSpec, specificationOf } from './check-schema.ts';
import type { ResourceJson, Stacks, TemplateJson } from './checked-deployments.ts';
import { intrinsicsIn } from './references.ts';

/** Change that loses data, keys or addresses, or that CloudFormation refuses. */
export interface DangerousChange {
  readonly stack: string;
  /** Logical id, or name of an export. */
  readonly name: string;
  readonly type: string;
  readonly change: 'removed' | 'replaced' | 'less protected' | 'export in use';
  readonly detail: string;
}

/**
 * Types that hold keys, or addresses that something outside the stacks may know. Types that hold data are those that AWS's
 * specification calls stateful.
 */
const WITH_KEYS_OR_ADDRESSES = new Set([
  'AWS::ApiGatewayV2::Api',
  'AWS::CertificateManager::Certificate',
  'AWS::CloudFront::Distribution',
  'AWS::CloudFront::KeyGroup',
  'AWS::CloudFront::PublicKey',
  'AWS::Cognito::UserPoolClient',
  'AWS::Cognito::UserPoolDomain',
  'AWS::KMS::Alias',
  'AWS::Lambda::Url',
  'AWS::Route53::HostedZone',
  'AWS::Route53::RecordSet',
  'AWS::SNS::Topic',
  'Custom::InitialSignInDomain',
  'Custom::OriginSecret',
  'Custom::SignInDomain',
  'Custom::SigningKeyPair',
]);

/** Returns whether resources of a type hold data, keys or addresses. */
export function isLasting(type: string): boolean {
  return WITH_KEYS_OR_ADDRESSES.has(type) || specificationOf(type)?.isStateful === true;
}

/**
 * Finds what an update of stacks would lose: lasting resources that it removes, replaces or protects less, and exports in use
 * that it removes or changes, which CloudFormation refuses. Which properties replace a resource, and whether only sometimes,
 * is what AWS's specification says of them; a reference to a replaced resource is a change too.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
 */
export function findDangerousChanges(before: Stacks, after: Stacks): readonly DangerousChange[] {
  return Object.entries(before).flatMap(([stack, earlier]) => {
    const later = after[stack] ?? { Resources: {} };
    const replaced = findReplaced(earlier, later);
    const lasting = Object.entries(earlier.Resources).filter(([, { Type }]) => isLasting(Type));
    return [
      ...lasting.flatMap(([name, resource]): readonly DangerousChange[] => {
        const { Type: type } = resource;
        const present = later.Resources[name];
        if (present?.Type !== type)
          return [{ stack, name, type, change: 'removed', detail: describeRemoval(type, earlier, later, present) }];
        const changed = replaced.get(name);
        const weaker = POLICIES.filter((policy) => protectionOf(present, policy) < protectionOf(resource, policy));
        return [
          ...(changed === undefined ? [] : [{ stack, name, type, change: 'replaced' as const, detail: changed.join(', ') }]),
          ...weaker.map((policy) => ({
            stack,
            name,
            type,
            change: 'less protected' as const,
            detail: `${policy}: ${resource[policy] ?? 'none'} → ${present[policy] ?? 'none'}`,
          })),
        ];
      }),
      ...findChangedExports(stack, before, later, new Set(replaced.keys())),
    ];
  });
}

function describeRemoval(
  type: string,
  earlier: TemplateJson,
  later: TemplateJson,
  present: ResourceJson | undefined,
): string {
  if (present !== undefined) return `is now of type ${present.Type}`;
  const added = Object.keys(later.Resources).filter(
    (id) => later.Resources[id]?.Type === type && earlier.Resources[id] === undefined,
  );
  return added.length === 0 ? '' : `new of its type: ${added.join(', ')}`;
}

/** Returns the paths of the changed properties that replace each replaced resource, until no reference replaces another. */
function findReplaced(earlier: TemplateJson, later: TemplateJson): ReadonlyMap<string, readonly string[]> {
  const replaced = new Map<string, readonly string[]>();
  for (let count = -1; count < replaced.size;) {
    count = replaced.size;
    const ids = new Set(replaced.keys());
    for (const [id, { Type, Properties = {} }] of Object.entries(earlier.Resources)) {
      const present = later.Resources[id];
      if (present?.Type !== Type || replaced.has(id)) continue;
      const paths = findReplacing(Properties, present.Properties ?? {}, specificationOf(Type)?.properties ?? {}, ids);
      if (paths.length > 0) replaced.set(id, paths);
    }
  }
  return replaced;
}

type Values = Readonly<Record<string, unknown>>;

function findReplacing(
  earlier: Values,
  later: Values,
  properties: ResourceProperties,
  replaced: ReadonlySet<string>,
): readonly string[] {
  return [...new Set([...Object.keys(earlier), ...Object.keys(later)])].flatMap((name) => {
    const [before, after, property] = [earlier[name], later[name], properties[name]];
    if (property === undefined || !differs(before, after, replaced)) return [];
    if ((property.causesReplacement ?? 'no') !== 'no')
      return [property.causesReplacement === 'maybe' ? `${name} (may replace)` : name];
    return findInside(before, after, property.type, replaced).map((path) => `${name}.${path}`);
  });
}

/** Looks for replacing properties within a value. */
function findInside(before: unknown, after: unknown, type: PropertyType, replaced: ReadonlySet<string>): readonly string[] {
  if (type.type === 'ref') {
    const { properties } = serviceSpec().get('typeDefinition', type.reference);
    return findReplacing(isObject(before) ? before : {}, isObject(after) ? after : {}, properties, replaced);
  }
  if (type.type !== 'array' || !Array.isArray(before) || !Array.isArray(after)) return [];
  const { length } = before.length > after.length ? before : after;
  return Array.from({ length }, (_, index) =>
    findInside(before[index], after[index], type.element, replaced).map((path) => `${index}.${path}`),
  ).flat();
}

/** Returns whether a value will be another, as texts or since it refers to a replaced resource. */
function differs(before: unknown, after: unknown, replaced: ReadonlySet<string>): boolean {
  if (!isDeepStrictEqual(before, after)) return true;
  return intrinsicsIn(after).some((call) => {
    const attribute = call['Fn::GetAtt'];
    return replaced.has(String(Array.isArray(attribute) ? attribute[0] : call['Ref']));
  });
}

const POLICIES = ['DeletionPolicy', 'UpdateReplacePolicy'] as const;

/**
 * Returns how much of a resource a policy keeps: 2 for all, 1 for a snapshot, 0 for nothing. `RetainExceptOnCreate` concerns
 * only a resource that an operation has just created.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
 */
function protectionOf(resource: ResourceJson, policy: (typeof POLICIES)[number]): number {
  const byDefault = policy === 'DeletionPolicy' && resource.Type === 'AWS::RDS::DBCluster' ? 'Snapshot' : 'Delete';
  const value = resource[policy] ?? byDefault;
  return value.startsWith('Retain') ? 2 : value === 'Snapshot' ? 1 : 0;
}

/**
 * Finds exports that another stack imported and that an update removes or changes.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
 */
function findChangedExports(
  stack: string,
  before: Stacks,
  later: TemplateJson,
  replaced: ReadonlySet<string>,
): readonly DangerousChange[] {
  const imported = new Set(intrinsicsIn(Object.values(before)).map((call) => call['Fn::ImportValue']));
  const valuesOf = ({ Outputs = {} }: TemplateJson): ReadonlyMap<string, unknown> =>
    new Map(
      Object.values(Outputs).flatMap(({ Export, Value }) => (Export === undefined ? [] : [[Export.Name, Value] as const])),
    );
  const present = valuesOf(later);
  return [...valuesOf(before[stack] ?? { Resources: {} })].flatMap(([name, value]) => {
    if (!imported.has(name)) return [];
    const detail = present.has(name) ? (differs(value, present.get(name), replaced) ? 'changed' : undefined) : 'removed';
    return detail === undefined ? [] : [{ stack, name, type: 'export', change: 'export in use' as const, detail }];
  });
}

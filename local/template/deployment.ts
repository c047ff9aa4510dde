import type { Provisioned, ResourceProvider } from '../cloud/resource.ts';
import { stableHex } from '../cloud/stable-id.ts';
import type { Assembly, StackTemplate } from './assembly.ts';
import { sortByDependency } from './dependencies.ts';
import { isConditionTrue, resolve, resolveProperties, type Scope } from './intrinsics.ts';

interface DeploymentOptions {
  readonly providers: readonly ResourceProvider[];
  /** Provider of every custom resource without a provider of its own type. */
  readonly customResources: Pick<ResourceProvider, 'provision'>;
  /** Values of the stacks' parameters by name, instead of their defaults. */
  readonly parameters?: Readonly<Record<string, string>>;
}

export interface Deployment {
  /** Values of all outputs by logical id. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Properties without effect on the laptop, one line per resource type: `AWS::S3::Bucket: LifecycleConfiguration`. */
  readonly unsupported: readonly string[];
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const MAX_BUCKET_NAME_LENGTH = 63;

/** Resource types without behavior. */
const INERT_TYPES = new Set(['AWS::CDK::Metadata']);

/**
 * Deploys a cloud assembly to the laptop's services, as CloudFormation would: stack by stack, each resource after those
 * that it refers to.
 *
 * @throws Error that names the resource types without a provider
 */
export async function deploy(assembly: Assembly, options: DeploymentOptions): Promise<Deployment> {
  const providers = new Map(options.providers.map((provider) => [provider.type, provider]));
  rejectUnknownTypes(assembly, providers);
  const exports = new Map<string, unknown>();
  const outputs: Record<string, string> = {};
  const unsupported = new Map<string, Set<string>>();
  for (const stack of assembly.stacks) {
    const provisioned = new Map<string, Provisioned>();
    const scope = makeStackScope(stack, provisioned, exports, options.parameters ?? {});
    for (const logicalId of sortByDependency(stack.template)) {
      const definition = stack.template.Resources[logicalId];
      if (definition === undefined || INERT_TYPES.has(definition.Type)) continue;
      if (definition.Condition !== undefined && !isConditionTrue(definition.Condition, scope)) continue;
      const resource = {
        stack: stack.name,
        logicalId,
        type: definition.Type,
        properties: resolveProperties(definition.Properties, scope),
        physicalName: makePhysicalName(stack.name, logicalId),
      };
      const provider = providers.get(definition.Type);
      collectUnsupported(unsupported, provider, Object.keys(resource.properties));
      provisioned.set(logicalId, await (provider ?? options.customResources).provision(resource));
    }
    for (const [logicalId, output] of Object.entries(stack.template.Outputs)) {
      if (output.Condition !== undefined && !isConditionTrue(output.Condition, scope)) continue;
      const value = resolve(output.Value, scope);
      outputs[logicalId] = String(value);
      if (output.Export !== undefined) exports.set(String(resolve(output.Export.Name, scope)), value);
    }
  }
  return {
    outputs,
    unsupported: [...unsupported].map(([type, names]) => `${type}: ${[...names].toSorted().join(', ')}`).toSorted(),
  };
}

function rejectUnknownTypes(assembly: Assembly, providers: ReadonlyMap<string, ResourceProvider>): void {
  const unknown = assembly.stacks.flatMap(({ name, template }) =>
    Object.entries(template.Resources)
      .filter(([, { Type }]) => !INERT_TYPES.has(Type) && !isCustomResource(Type) && !providers.has(Type))
      .map(([logicalId, { Type }]) => `${Type} (${name}/${logicalId})`),
  );
  if (unknown.length > 0)
    throw new Error(`The laptop cloud does not support these resource types: ${unknown.join(', ')}`);
}

function isCustomResource(type: string): boolean {
  return type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource';
}

function collectUnsupported(
  unsupported: Map<string, Set<string>>,
  provider: ResourceProvider | undefined,
  properties: readonly string[],
): void {
  if (provider === undefined) return;
  for (const property of properties) {
    if (provider.supportedProperties.includes(property)) continue;
    const names = unsupported.get(provider.type) ?? new Set();
    unsupported.set(provider.type, names.add(property));
  }
}

function makeStackScope(
  { name, template }: StackTemplate,
  provisioned: ReadonlyMap<string, Provisioned>,
  exports: ReadonlyMap<string, unknown>,
  overrides: Readonly<Record<string, string>>,
): Scope {
  const find = (logicalId: string): Provisioned => {
    const resource = provisioned.get(logicalId);
    if (resource === undefined) throw new Error(`${name} refers to ${logicalId}, which it does not create.`);
    return resource;
  };
  return {
    stackName: name,
    template,
    parameters: new Map(
      Object.entries(template.Parameters).map(([key, { Default }]) => [key, overrides[key] ?? Default]),
    ),
    ref: (logicalId) => find(logicalId).ref,
    attribute: (logicalId, attribute) => {
      const { attributes = {} } = find(logicalId);
      if (!(attribute in attributes)) {
        throw new Error(`${name}/${logicalId} (${template.Resources[logicalId]?.Type}) has no attribute ${attribute}.`);
      }
      return attributes[attribute];
    },
    imported: (exportName) => {
      if (!exports.has(exportName)) throw new Error(`${name} imports ${exportName}, which no stack exports.`);
      return exports.get(exportName);
    },
  };
}

/** Names a resource that the template leaves unnamed: readable, and the same at every start. */
function makePhysicalName(stack: string, logicalId: string): string {
  const hash = stableHex(`${stack}/${logicalId}`, 8);
  const readable = `${stack}-${logicalId}`.toLowerCase().replaceAll(/[^a-z0-9-]/g, '-');
  return `${readable.slice(0, MAX_BUCKET_NAME_LENGTH - hash.length - 1)}-${hash}`;
}

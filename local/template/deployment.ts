import type { Provisioned, ResourceProvider } from '../cloud/resource.ts';
import type { Assembly, StackTemplate } from './assembly.ts';
import { inDependencyOrder } from './dependencies.ts';
import { conditionHolds, resolve, resolveProperties, type Scope } from './intrinsics.ts';
import { physicalName } from './physical-name.ts';

/**
 * Deploys a cloud assembly to the laptop's services, as CloudFormation would: each stack in turn, each resource once all
 * that it refers to exists.
 */
export interface DeploymentOptions {
  readonly providers: readonly ResourceProvider[];
  /** Takes every custom resource, whatever its type. */
  readonly customResources: Pick<ResourceProvider, 'provision'>;
  /** Overrides of the stacks' parameters, by name. */
  readonly parameters?: Readonly<Record<string, string>>;
}

export interface Deployment {
  /** Values of all stacks' outputs, by logical id. */
  readonly outputs: Readonly<Record<string, string>>;
  /** What the laptop leaves out, one line a resource type: `AWS::S3::Bucket: LifecycleConfiguration`. */
  readonly unsupported: readonly string[];
}

/** Resource types that say nothing about behaviour. */
const DECORATION = new Set(['AWS::CDK::Metadata']);

export async function deploy(assembly: Assembly, options: DeploymentOptions): Promise<Deployment> {
  const providers = new Map(options.providers.map((provider) => [provider.type, provider]));
  refuseUnknownTypes(assembly, providers);
  const exports = new Map<string, unknown>();
  const outputs: Record<string, string> = {};
  const ignored = new Map<string, Set<string>>();
  for (const stack of assembly.stacks) {
    const provisioned = new Map<string, Provisioned>();
    const scope = stackScope(stack, provisioned, exports, options.parameters ?? {});
    for (const logicalId of inDependencyOrder(stack.template)) {
      const definition = stack.template.Resources[logicalId];
      if (definition === undefined || DECORATION.has(definition.Type)) continue;
      if (definition.Condition !== undefined && !conditionHolds(definition.Condition, scope)) continue;
      const resource = {
        stack: stack.name,
        logicalId,
        type: definition.Type,
        properties: resolveProperties(definition.Properties, scope),
        physicalName: physicalName(stack.name, logicalId),
      };
      const provider = providers.get(definition.Type);
      collectUnsupported(ignored, provider, Object.keys(resource.properties));
      provisioned.set(logicalId, await (provider ?? options.customResources).provision(resource));
    }
    for (const [logicalId, output] of Object.entries(stack.template.Outputs)) {
      if (output.Condition !== undefined && !conditionHolds(output.Condition, scope)) continue;
      const value = resolve(output.Value, scope);
      outputs[logicalId] = String(value);
      if (output.Export !== undefined) exports.set(String(resolve(output.Export.Name, scope)), value);
    }
  }
  return { outputs, unsupported: [...ignored].map(([type, names]) => `${type}: ${[...names].toSorted().join(', ')}`).toSorted() };
}

function refuseUnknownTypes(assembly: Assembly, providers: ReadonlyMap<string, ResourceProvider>): void {
  const unknown = assembly.stacks.flatMap(({ name, template }) =>
    Object.entries(template.Resources)
      .filter(([, { Type }]) => !DECORATION.has(Type) && !isCustomResource(Type) && !providers.has(Type))
      .map(([logicalId, { Type }]) => `${Type} (${name}/${logicalId})`),
  );
  if (unknown.length > 0) throw new Error(`The laptop cloud does not know these resource types: ${unknown.join(', ')}`);
}

export function isCustomResource(type: string): boolean {
  return type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource';
}

function collectUnsupported(
  ignored: Map<string, Set<string>>,
  provider: ResourceProvider | undefined,
  properties: readonly string[],
): void {
  if (provider === undefined) return;
  for (const property of properties) {
    if (provider.honours.includes(property)) continue;
    const names = ignored.get(provider.type) ?? new Set();
    ignored.set(provider.type, names.add(property));
  }
}

function stackScope(
  { name, template }: StackTemplate,
  provisioned: ReadonlyMap<string, Provisioned>,
  exports: ReadonlyMap<string, unknown>,
  overrides: Readonly<Record<string, string>>,
): Scope {
  const find = (logicalId: string): Provisioned => {
    const resource = provisioned.get(logicalId);
    if (resource === undefined) throw new Error(`${name} refers to ${logicalId}, which it does not create`);
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
        throw new Error(`${name}/${logicalId} (${template.Resources[logicalId]?.Type}) has no attribute ${attribute}`);
      }
      return attributes[attribute];
    },
    imported: (exportName) => {
      if (!exports.has(exportName)) throw new Error(`${name} imports ${exportName}, which no stack exports`);
      return exports.get(exportName);
    },
  };
}

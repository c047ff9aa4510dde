import type { ResourceProvider } from '../cloud/resource.ts';
import type { Assembly } from './assembly.ts';
import type { ReadSecret } from './dynamic-references.ts';
import { deployStack, INERT_TYPES } from './deploy-stack.ts';
import { LiveStack } from './live-stack.ts';
import { type CustomResourceProtocol, makeHandlers } from './resource-handlers.ts';
import { isCustom, type StackRecords } from './stack-records.ts';

interface DeploymentOptions {
  readonly providers: readonly ResourceProvider[];
  /** Carries out custom resources without a provider of their own type. */
  readonly customResources: CustomResourceProtocol;
  /** Reads the secrets to which dynamic references refer. @default every reference is an error */
  readonly readSecret?: ReadSecret;
  /** Resources of the stacks since the last deployment. */
  readonly records: StackRecords;
  /**
   * Whether resources without a record exist already, as after an earlier version: then nothing is deleted if the first
   * deployment fails.
   *
   * @default false
   */
  readonly adopts?: boolean;
  /** Values of the stacks' parameters by name, instead of their defaults. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Called before each resource. @param done number of resources that are already deployed */
  readonly onProgress?: (done: number, total: number) => void;
  /** Stops the deployment between two resources. */
  readonly signal?: AbortSignal;
  /** Reports resources that stay although their stack no longer has them. */
  readonly onRetained?: (stack: string, resources: readonly string[]) => void;
}

export interface Deployment {
  /** Values of all outputs by logical id. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Properties without effect on the laptop, one line per resource type: `AWS::S3::Bucket: LifecycleConfiguration`. */
  readonly unsupported: readonly string[];
}

/**
 * Deploys a cloud assembly to the laptop's services, as CloudFormation would: stack by stack, and none after one that fails.
 *
 * @throws Error that names the resource types without a provider; StackFailedError; the reason of `signal` if it stops the
 * deployment
 */
export async function deploy(assembly: Assembly, options: DeploymentOptions): Promise<Deployment> {
  const providers = new Map(options.providers.map((provider) => [provider.type, provider]));
  rejectUnknownTypes(assembly, providers);
  const handlerOf = makeHandlers(options.providers, options.customResources, options.readSecret);
  const outputs: Record<string, string> = {};
  const unsupported = new Map<string, Set<string>>();
  const total = assembly.stacks.reduce((sum, { template }) => sum + Object.keys(template.Resources).length, 0);
  let done = 0;
  for (const stack of assembly.stacks) {
    const deployed = await deployStack(new LiveStack(stack.name, options.records, handlerOf), stack, {
      records: options.records,
      parameters: options.parameters ?? {},
      adopts: options.adopts ?? false,
      signal: options.signal,
      onResource: (type, properties) => {
        options.onProgress?.(done++, total);
        collectUnsupported(unsupported, providers.get(type), Object.keys(properties));
      },
      onRetained: (resources) => options.onRetained?.(stack.name, resources),
    });
    Object.assign(outputs, deployed);
  }
  return {
    outputs,
    unsupported: [...unsupported].map(([type, names]) => `${type}: ${[...names].toSorted().join(', ')}`).toSorted(),
  };
}

function rejectUnknownTypes(assembly: Assembly, providers: ReadonlyMap<string, ResourceProvider>): void {
  const unknown = assembly.stacks.flatMap(({ name, template }) =>
    Object.entries(template.Resources)
      .filter(([, { Type }]) => !INERT_TYPES.has(Type) && !isCustom(Type) && !providers.has(Type))
      .map(([logicalId, { Type }]) => `${Type} (${name}/${logicalId})`),
  );
  if (unknown.length > 0)
    throw new Error(`The laptop cloud does not support these resource types: ${unknown.join(', ')}`);
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

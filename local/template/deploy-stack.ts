import type { Provisioned } from '../cloud/resource.ts';
import { messageOf } from '../cloud/system-error.ts';
import type { ResourceDefinition, StackTemplate } from './assembly.ts';
import { listDependencies, sortByDependency } from './dependencies.ts';
import { checkExports } from './exports.ts';
import { isConditionTrue, resolve, resolveProperties, type Scope } from './intrinsics.ts';
import { type DesiredResource, isInStatus, isUpdatedTo, type LiveStack, toPlain } from './live-stack.ts';
import { cleanUp, deleteEverything, rollBack } from './roll-back.ts';
import { StackFailedError } from './stack-errors.ts';
import type { StackRecords } from './stack-records.ts';
import { makeStackScope } from './stack-scope.ts';

interface StackOptions {
  readonly records: StackRecords;
  /** Values of the stack's parameters by name, instead of their defaults. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Called before each resource. */
  readonly onResource: (type: string, properties: Readonly<Record<string, unknown>>) => void;
  /** Reports resources that stay although the stack no longer has them. */
  readonly onRetained: (resources: readonly string[]) => void;
  /** Whether what exists belongs to the stack, as after an earlier version that kept no records. */
  readonly adopts: boolean;
  /** Stops the deployment between two resources; the next one continues. */
  readonly signal: AbortSignal | undefined;
}

/** Resource types without behavior. */
export const INERT_TYPES = new Set(['AWS::CDK::Metadata']);

/**
 * Creates a stack, or updates it to a template: each resource after those that it refers to, and then deletes what the stack
 * no longer has. Resources that have not changed are opened. If a resource fails, everything is rolled back.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks.html
 *
 * @returns outputs by logical id
 * @throws StackFailedError; the reason of `signal` if it stops the deployment
 */
export async function deployStack(
  stack: LiveStack,
  { name, template }: StackTemplate,
  options: StackOptions,
): Promise<Readonly<Record<string, string>>> {
  await finishEarlierOperation(stack);
  const provisioned = new Map<string, Provisioned>();
  const imports = new Set<string>();
  const scope = makeStackScope(
    { name, template },
    {
      provisioned,
      imported: (exportName) => {
        imports.add(exportName);
        return findExport(exportName, name, options.records);
      },
      parameters: options.parameters,
    },
  );
  const deployed: DeployedContent = { wanted: new Set(), outputs: {}, exports: {} };
  try {
    await deployResources(stack, template, { ...options, scope, provisioned, deployed });
    deployOutputs(template, scope, deployed);
    checkExports(stack, deployed.exports, options.records.list(), isChanging(stack));
  } catch (error) {
    // What could not be opened is as it was; an interrupted deployment goes on with the next start.
    const isFailure = isChanging(stack) && !(error instanceof OpeningError) && !options.adopts;
    if (options.signal?.aborted === true || !isFailure) {
      stack.save();
      throw error instanceof OpeningError ? error.cause : error;
    }
    throw await fail(stack, error);
  }
  await complete(stack, deployed, [...imports].toSorted(), options.onRetained);
  return deployed.outputs;
}

interface DeployedContent {
  readonly wanted: Set<string>;
  readonly outputs: Record<string, string>;
  readonly exports: Record<string, unknown>;
}

/** Wraps the error of a resource that has not changed. */
class OpeningError extends Error {}

function isChanging({ record }: LiveStack): boolean {
  return isInStatus(record, 'CREATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS');
}

/** Ends a rollback that failed or was interrupted. What an interrupted update would still have deleted, this one deletes. */
async function finishEarlierOperation(stack: LiveStack): Promise<void> {
  const { record } = stack;
  if (isInStatus(record, 'ROLLBACK_IN_PROGRESS', 'ROLLBACK_FAILED')) await rollBack(stack);
  if (isInStatus(record, 'UPDATE_ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_FAILED')) await rollBack(stack);
  if (isInStatus(record, 'DELETE_IN_PROGRESS', 'DELETE_FAILED'))
    await deleteEverything(stack, 'removed', 'DELETE_COMPLETE', 'DELETE_FAILED');
}

function findExport(exportName: string, importer: string, records: StackRecords): unknown {
  const [, owner] = records.list().find(([, { exports }]) => exportName in exports) ?? [];
  if (owner === undefined) throw new Error(`${importer} imports ${exportName}, which no stack exports.`);
  return owner.exports[exportName];
}

interface ResourcesOptions extends StackOptions {
  readonly scope: Scope;
  readonly provisioned: Map<string, Provisioned>;
  readonly deployed: DeployedContent;
}

async function deployResources(
  stack: LiveStack,
  template: StackTemplate['template'],
  { scope, provisioned, deployed, onResource, signal }: ResourcesOptions,
): Promise<void> {
  requireSameTypes(stack, template);
  for (const logicalId of sortByDependency(template)) {
    signal?.throwIfAborted();
    const definition = template.Resources[logicalId];
    if (definition === undefined) continue;
    const isWanted = definition.Condition === undefined || isConditionTrue(definition.Condition, scope);
    if (INERT_TYPES.has(definition.Type) || !isWanted) {
      onResource(definition.Type, {});
      continue;
    }
    try {
      const desired = describeResource(definition, scope);
      onResource(desired.type, desired.properties);
      deployed.wanted.add(logicalId);
      provisioned.set(logicalId, await deployResource(stack, logicalId, desired));
    } catch (error) {
      if (error instanceof OpeningError || signal?.aborted === true) throw error;
      throw new Error(`${logicalId} (${definition.Type}): ${messageOf(error)}`, { cause: error });
    }
  }
}

function describeResource(definition: ResourceDefinition, scope: Scope): DesiredResource {
  return {
    type: definition.Type,
    properties: toPlain(resolveProperties(definition.Properties, scope)),
    dependsOn: listDependencies(definition).filter((name) => name in scope.template.Resources),
    deletionPolicy: definition.DeletionPolicy ?? defaultPolicyOf(definition),
    updateReplacePolicy: definition.UpdateReplacePolicy ?? 'Delete',
  };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html */
function defaultPolicyOf({ Type, Properties }: ResourceDefinition): 'Delete' | 'Snapshot' {
  if (Type === 'AWS::RDS::DBCluster') return 'Snapshot';
  return Type === 'AWS::RDS::DBInstance' && Properties['DBClusterIdentifier'] === undefined ? 'Snapshot' : 'Delete';
}

async function deployResource(stack: LiveStack, logicalId: string, desired: DesiredResource): Promise<Provisioned> {
  const recorded = stack.record.resources[logicalId];
  if (recorded === undefined) return stack.create(logicalId, desired);
  if (!isUpdatedTo(recorded, desired)) return stack.update(logicalId, recorded, desired);
  return stack.open(logicalId, { ...recorded, ...desired }).catch((error: unknown) => {
    throw new OpeningError(messageOf(error), { cause: error });
  });
}

/** @throws Error in CloudFormation's words if the template changes the type of a resource */
function requireSameTypes(stack: LiveStack, { Resources }: StackTemplate['template']): void {
  const changed = Object.entries(stack.record.resources)
    .filter(([logicalId, { type }]) => (Resources[logicalId]?.Type ?? type) !== type)
    .map(([logicalId]) => logicalId);
  if (changed.length === 0) return;
  throw new Error(
    'Update of resource type is not permitted. The new template modifies resource type of the following resources: ' +
      `[${changed.join(', ')}] in ${stack.name}.`,
  );
}

function deployOutputs(template: StackTemplate['template'], scope: Scope, { outputs, exports }: DeployedContent): void {
  for (const [logicalId, output] of Object.entries(template.Outputs)) {
    if (output.Condition !== undefined && !isConditionTrue(output.Condition, scope)) continue;
    const value = resolve(output.Value, scope);
    outputs[logicalId] = String(value);
    if (output.Export !== undefined) exports[String(resolve(output.Export.Name, scope))] = value;
  }
}

/** Rolls a failed stack back. @returns the error that says what failed and what is left */
async function fail(stack: LiveStack, error: unknown): Promise<StackFailedError> {
  const { isNew, name } = stack;
  const what = `Stack ${name} could not be ${isNew ? 'created' : 'updated'}. ${messageOf(error)}`;
  try {
    const kept = await rollBack(stack);
    const rest = kept.length === 0 ? '' : ` These resources stay: ${kept.join(', ')}.`;
    const now = isNew ? 'What it had created was deleted again.' : 'It was returned to its state before.';
    return new StackFailedError(`${what}\n${now}${rest}`, { cause: error });
  } catch (failure) {
    return new StackFailedError(`${what}\n${messageOf(failure)}`, { cause: error });
  }
}

/** Records the new content, and deletes what the stack no longer has. */
async function complete(
  stack: LiveStack,
  { wanted, exports }: DeployedContent,
  imports: string[],
  onRetained: StackOptions['onRetained'],
): Promise<void> {
  const removed = Object.entries(stack.record.resources).filter(([logicalId]) => !wanted.has(logicalId));
  const isCreated = isInStatus(stack.record, 'CREATE_IN_PROGRESS', 'DELETE_COMPLETE', 'ROLLBACK_COMPLETE');
  const isInProgress = stack.record.status.endsWith('_IN_PROGRESS');
  if (!isInProgress && !isCreated && removed.length === 0) {
    stack.save({ exports, imports });
    return;
  }
  for (const [logicalId, resource] of removed) stack.discard(logicalId, resource, 'removed');
  if (isCreated && stack.record.obsolete.length === 0) {
    stack.save({ status: 'CREATE_COMPLETE', exports, imports, before: undefined });
    return;
  }
  stack.save({ status: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', exports, imports, before: undefined });
  const kept = await cleanUp(stack, 'UPDATE_COMPLETE');
  if (kept.length > 0) onRetained(kept);
}

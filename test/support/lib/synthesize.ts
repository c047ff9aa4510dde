import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { loadSynthesis, synthesizeOnce } from './kept-synthesis.ts';
import { at, listOf } from './at.ts';

export { at, listOf };

/** Resource in a synthesized template. */
export interface SynthesizedResource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: string;
}

export interface SynthesizedTemplates {
  readonly data: Template;
  readonly pipeline: Template;
  readonly delivery: Template;
  readonly operations: Template;
  readonly accessLogs: Template;
  readonly firewall?: Template | undefined;
  /** Messages of the synthesis about the delivery stack. */
  readonly infos: readonly unknown[];
}

/**
 * Synthesizes the app's templates with the given settings and `cdk.json`'s feature flags, without bundling.
 *
 * @param change alters the app before it is synthesized
 * @param pages directory of built pages to deploy
 */
export function synthesizeTemplates(
  settings: Record<string, unknown> = {},
  change?: (data: Stack) => void,
  pages?: string,
): SynthesizedTemplates {
  return synthesizeTogether([settings], change, pages)[0]!;
}

/** Synthesizes several deployments into one assembly, like `synthesizeTemplates`. */
export function synthesizeTogether(
  deployments: readonly Record<string, unknown>[],
  change?: (data: Stack) => void,
  pages?: string,
): readonly SynthesizedTemplates[] {
  const made = change === undefined ? synthesizeOnce(deployments, pages) : loadSynthesis().synthesizeApp(deployments, change, pages);
  return made.map(({ stacks, infos }) => ({
    data: Template.fromJSON(stacks.data),
    pipeline: Template.fromJSON(stacks.pipeline),
    delivery: Template.fromJSON(stacks.delivery),
    operations: Template.fromJSON(stacks.operations),
    accessLogs: Template.fromJSON(stacks.accessLogs),
    firewall: stacks.firewall && Template.fromJSON(stacks.firewall),
    infos,
  }));
}

/** Returns the resources of a type by logical id. */
export function resources(template: Template, type: string): ReadonlyMap<string, SynthesizedResource> {
  return new Map(Object.entries(template.findResources(type) as Record<string, SynthesizedResource>));
}

/** Returns the functions of a template by the folder of their code. */
export function functions(
  template: Template,
): ReadonlyMap<string, { logicalId: string; resource: SynthesizedResource }> {
  const entries = [...resources(template, 'AWS::Lambda::Function')].map(([logicalId, resource]) => {
    return [String(at(resource, 'Properties', 'Code', 'ZipFile')), { logicalId, resource }] as const;
  });
  return new Map(entries);
}

/** Returns the policy statements of a function's role. */
export function statementsOf(template: Template, name: string): readonly PolicyStatement[] {
  const role = at(functions(template).get(name), 'resource', 'Properties', 'Role', 'Fn::GetAtt', 0);
  return [...resources(template, 'AWS::IAM::Policy').values()]
    .filter(({ Properties }) => at(Properties, 'Roles', 0, 'Ref') === role)
    .flatMap(statementsIn);
}

/** Returns the statements of a policy resource of any type. */
export function statementsIn({ Properties }: SynthesizedResource): readonly PolicyStatement[] {
  return at(Properties, 'PolicyDocument', 'Statement') as PolicyStatement[];
}

export interface PolicyStatement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
  readonly Principal?: unknown;
}

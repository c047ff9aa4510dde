import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { parseConfig } from '../../../lib/config/parse-config.ts';
import { composeSluice } from '../../../lib/sluice.ts';

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
  readonly accessLogs: Template;
}

/** Stands in for the bundles: the code of each function is its name. */
const STUB = { codeOf: (name: string) => Code.fromInline(name), migrationsHash: 'hash-of-migrations' };

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
  const outdir = mkdtempSync(join(tmpdir(), 'sluice-template-'));
  try {
    const { context } = JSON.parse(readFileSync(join(process.cwd(), 'cdk.json'), 'utf8')) as {
      context: Record<string, unknown>;
    };
    // CDK's own validation of the templates takes seconds and runs at every real synthesis.
    const app = new App({ context, outdir, analyticsReporting: false, builtinCloudFormationValidation: false });
    const stacks = composeSluice(app, parseConfig(settings), STUB, pages);
    change?.(stacks.data);
    return {
      data: Template.fromStack(stacks.data),
      pipeline: Template.fromStack(stacks.pipeline),
      delivery: Template.fromStack(stacks.delivery),
      accessLogs: Template.fromStack(stacks.accessLogs),
    };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
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

/** Returns the value at a path inside a template, or undefined. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce((inner, key) => (inner as Record<string | number, unknown> | undefined)?.[key], value);
}

export interface PolicyStatement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
  readonly Principal?: unknown;
}

export function listOf<Item>(value: Item | readonly Item[]): readonly Item[] {
  return Array.isArray(value) ? (value as readonly Item[]) : [value as Item];
}

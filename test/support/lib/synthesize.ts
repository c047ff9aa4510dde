import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { parseConfig } from '../../../lib/config/parse-config.ts';
import { composeSluice } from '../../../lib/sluice.ts';

/** One resource as the template has it. */
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

/** In place of a function's bundle: says which function it is. */
const STUB = { codeOf: (name: string) => Code.fromInline(name), migrationsHash: 'hash-of-migrations' };

/**
 * The app's templates under some settings, with `cdk.json`'s feature flags and without bundling.
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
    // CDK's own check of the templates takes seconds and is made at every real synthesis.
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

/** All resources of one type, by logical id. */
export function resources(template: Template, type: string): ReadonlyMap<string, SynthesizedResource> {
  return new Map(Object.entries(template.findResources(type) as Record<string, SynthesizedResource>));
}

/** The functions of a template by the folder that their code is in. */
export function functions(template: Template): ReadonlyMap<string, { logicalId: string; resource: SynthesizedResource }> {
  const entries = [...resources(template, 'AWS::Lambda::Function')].map(([logicalId, resource]) => {
    return [String(at(resource, 'Properties', 'Code', 'ZipFile')), { logicalId, resource }] as const;
  });
  return new Map(entries);
}

/** What the role of a function may do, statement by statement. */
export function statementsOf(template: Template, name: string): readonly PolicyStatement[] {
  const role = at(functions(template).get(name), 'resource', 'Properties', 'Role', 'Fn::GetAtt', 0);
  return [...resources(template, 'AWS::IAM::Policy').values()]
    .filter(({ Properties }) => at(Properties, 'Roles', 0, 'Ref') === role)
    .flatMap(statementsIn);
}

/** The statements of a policy, of whatever kind. */
export function statementsIn({ Properties }: SynthesizedResource): readonly PolicyStatement[] {
  return at(Properties, 'PolicyDocument', 'Statement') as PolicyStatement[];
}

/** What lies at a path inside a template, or undefined. */
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

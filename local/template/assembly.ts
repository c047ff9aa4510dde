import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

/**
 * The manifest of a CDK cloud assembly, and the templates that it names.
 * https://github.com/aws/aws-cdk-cli/tree/main/packages/%40aws-cdk/cloud-assembly-schema
 */

const manifestSchema = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      dependencies: z.array(z.string()).optional(),
      properties: z.looseObject({ templateFile: z.string().optional(), stackName: z.string().optional() }).optional(),
    }),
  ),
});

const assetManifestSchema = z.object({
  files: z
    .record(
      z.string(),
      z.object({
        source: z.object({ path: z.string().optional() }),
        destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
      }),
    )
    .optional(),
});

/**
 * Fate of a resource that its stack no longer has.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
 */
export const deletionPolicySchema = z.enum(['Delete', 'Retain', 'RetainExceptOnCreate', 'Snapshot']);
export type DeletionPolicy = z.infer<typeof deletionPolicySchema>;

const resourceSchema = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DependsOn: z.union([z.string(), z.array(z.string())]).optional(),
  Condition: z.string().optional(),
  DeletionPolicy: deletionPolicySchema.optional(),
  /** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatereplacepolicy.html */
  UpdateReplacePolicy: deletionPolicySchema.optional(),
});
export type ResourceDefinition = z.infer<typeof resourceSchema>;

export const stackTemplateSchema = z.looseObject({
  Parameters: z.record(z.string(), z.looseObject({ Type: z.string(), Default: z.unknown().optional() })).default({}),
  Mappings: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Resources: z.record(z.string(), resourceSchema),
  Outputs: z
    .record(
      z.string(),
      z.object({
        Value: z.unknown(),
        Export: z.object({ Name: z.unknown() }).optional(),
        Condition: z.string().optional(),
      }),
    )
    .default({}),
});
export type Template = z.infer<typeof stackTemplateSchema>;

export interface StackTemplate {
  readonly name: string;
  readonly template: Template;
}

export interface Assembly {
  /** Stacks in the order of deployment: each after those that it imports from. */
  readonly stacks: readonly StackTemplate[];
  /** Directory or file of each asset, by its object key in the template. */
  readonly assetPaths: ReadonlyMap<string, string>;
}

/**
 * Reads the stacks and the file assets of a cloud assembly.
 *
 * @throws Error if `directory` does not contain a cloud assembly
 */
export function readAssembly(directory: string): Assembly {
  const readJson = (file: string): unknown => JSON.parse(readFileSync(join(directory, file), 'utf8'));
  const { artifacts } = manifestSchema.parse(readJson('manifest.json'));
  const assetPaths = new Map<string, string>();
  const stacks: StackTemplate[] = [];
  const visited = new Set<string>();

  const visit = (id: string): void => {
    const artifact = artifacts[id];
    if (artifact === undefined || visited.has(id)) return;
    visited.add(id);
    for (const dependency of artifact.dependencies ?? []) visit(dependency);
    const { templateFile, stackName = id } = artifact.properties ?? {};
    if (artifact.type === 'aws:cloudformation:stack' && templateFile !== undefined) {
      stacks.push({ name: stackName, template: stackTemplateSchema.parse(readJson(templateFile)) });
    } else if (artifact.type === 'cdk:asset-manifest') {
      const file = z.object({ file: z.string() }).parse(artifact.properties).file;
      for (const { source, destinations } of Object.values(assetManifestSchema.parse(readJson(file)).files ?? {})) {
        if (source.path === undefined) continue;
        for (const { objectKey } of Object.values(destinations))
          assetPaths.set(objectKey, join(directory, source.path));
      }
    }
  };
  for (const id of Object.keys(artifacts)) visit(id);
  return { stacks, assetPaths };
}

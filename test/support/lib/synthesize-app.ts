import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { SynthesisMessageLevel } from 'aws-cdk-lib/cx-api';
import { parseConfig } from '../../../lib/config/parse-config.ts';
import { enforceSecurityRules } from '../../../lib/security-rules.ts';
import { composeSluice } from '../../../lib/sluice.ts';

/** Templates of a deployment by stack, and what the synthesis says of the delivery stack. */
export interface SynthesizedDeployment {
  readonly stacks: {
    readonly data: object;
    readonly pipeline: object;
    readonly delivery: object;
    readonly operations: object;
    readonly accessLogs: object;
    readonly firewall?: object | undefined;
  };
  readonly infos: readonly unknown[];
}

/** Stands in for the bundles: the code of each function is its name. */
const STUB = { codeOf: (name: string) => Code.fromInline(name), migrationsHash: 'hash-of-migrations' };

/** Synthesizes deployments into one assembly. @throws Error if one breaks a security rule */
export function synthesizeApp(
  deployments: readonly Record<string, unknown>[],
  change?: (data: Stack) => void,
  pages?: string,
): readonly SynthesizedDeployment[] {
  const outdir = mkdtempSync(join(tmpdir(), 'sluice-template-'));
  try {
    const { context } = JSON.parse(readFileSync(join(process.cwd(), 'cdk.json'), 'utf8')) as {
      context: Record<string, unknown>;
    };
    // CDK's own validation of the templates takes seconds and runs at every real synthesis. Stack traces and the tree of constructs
    // are not part of the templates.
    const left = { analyticsReporting: false, builtinCloudFormationValidation: false, stackTraces: false, treeMetadata: false };
    const app = new App({ context, outdir, ...left });
    const composed = deployments.map((settings) => composeSluice(app, parseConfig(settings), STUB, pages));
    enforceSecurityRules(app);
    for (const { data } of composed) change?.(data);
    return composed.map((stacks) => ({
      stacks: {
        data: Template.fromStack(stacks.data).toJSON(),
        pipeline: Template.fromStack(stacks.pipeline).toJSON(),
        delivery: Template.fromStack(stacks.delivery).toJSON(),
        operations: Template.fromStack(stacks.operations).toJSON(),
        accessLogs: Template.fromStack(stacks.accessLogs).toJSON(),
        firewall: stacks.firewall && Template.fromStack(stacks.firewall).toJSON(),
      },
      // CDK's `Annotations.fromStack` would synthesize the whole app again.
      infos: app
        .synth()
        .getStackArtifact(stacks.delivery.artifactId)
        .messages.filter(({ level }) => level === SynthesisMessageLevel.INFO)
        .map(({ entry }) => entry.data),
    }));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

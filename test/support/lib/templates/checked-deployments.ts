import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SynthesizedTemplates, synthesizeTogether } from '../synthesize.ts';

/** Template as JSON. */
export interface TemplateJson {
  readonly Resources: Readonly<Record<string, ResourceJson>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: string } }>>;
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly Description?: string;
}

export interface ResourceJson {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** Templates of one deployment by the name of their stack. */
export type Stacks = Readonly<Record<string, TemplateJson>>;

/**
 * Settings of the deployments whose templates are checked, by name. Each has its own stack prefix, so that one assembly
 * holds all of them. Together they contain every resource that a setting can add.
 */
export const CHECKED_DEPLOYMENTS = {
  dev: { stackPrefix: 'Dev' },
  prod: { stackPrefix: 'Prod', stage: 'prod' },
  'custom domain': {
    stackPrefix: 'Domain',
    edge: {
      domain: {
        kind: 'custom',
        name: 'videos.example.com',
        certificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012',
      },
    },
  },
  'another region': {
    stackPrefix: 'Seoul',
    region: 'ap-northeast-2',
    encode: { queue: 'dedicated', concurrentJobs: 10 },
    edge: { originShieldRegion: 'ap-northeast-2', rateRule: { action: 'count', requestsPerFiveMinutes: 1000 } },
  },
  'two signing keys': { stackPrefix: 'Keys', signingKeys: { generations: [1, 2], current: 2 } },
} as const;

/** Synthesizes deployments with different stack prefixes, with stubs for functions and pages. @returns their stacks by name */
export function synthesizeDeployments(
  deployments: Readonly<Record<string, Readonly<Record<string, unknown>> & { readonly stackPrefix: string }>>,
): Readonly<Record<string, Stacks>> {
  const pages = mkdtempSync(join(tmpdir(), 'pages-'));
  try {
    writeFileSync(join(pages, 'index.html'), '<!doctype html>');
    const templates = synthesizeTogether(Object.values(deployments).map((settings) => ({ ...settings })), undefined, pages);
    return Object.fromEntries(
      Object.entries(deployments).map(([name, { stackPrefix }], index) => [name, stacksOf(stackPrefix, templates[index]!)]),
    );
  } finally {
    rmSync(pages, { recursive: true });
  }
}

/** In us-east-1 the access logs are part of the delivery stack. */
function stacksOf(prefix: string, { infos: _infos, ...templates }: SynthesizedTemplates): Stacks {
  const stacks: Record<string, TemplateJson> = {};
  const seen = new Set<string>();
  for (const [name, template] of Object.entries(templates)) {
    if (template === undefined) continue;
    const json = template.toJSON() as TemplateJson;
    const text = JSON.stringify(json);
    if (!seen.has(text)) stacks[`${prefix}${name.charAt(0).toUpperCase()}${name.slice(1)}`] = json;
    seen.add(text);
  }
  return stacks;
}

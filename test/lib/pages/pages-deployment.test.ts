import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Template } from 'aws-cdk-lib/assertions';
import { resources, statementsIn, synthesizeTemplates } from '../../support/lib/synthesize.ts';

/** Synthesizes the delivery stack with pages of some content. */
function deliver(content: string): Template {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-pages-'));
  try {
    writeFileSync(join(directory, 'index.html'), content);
    return synthesizeTemplates({}, undefined, directory).delivery;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function policyOf(template: Template): unknown {
  const policies = [...resources(template, 'AWS::IAM::Policy')].filter(([id]) => id.startsWith('PagesDeploymentRole'));
  return policies.map(([, policy]) => statementsIn(policy));
}

const template = deliver('<p>first</p>');

test('the policy of the copying function is the same for all pages, since IAM applies a changed one only after a while', () => {
  expect(policyOf(template)).toHaveLength(1);
  expect(policyOf(deliver('<p>second</p>'))).toEqual(policyOf(template));
});

test('pages are copied after the distribution, whose creation gives IAM the time to apply the policy', () => {
  const copies = [...resources(template, 'Custom::CDKBucketDeployment').values()];
  const [distribution = ''] = resources(template, 'AWS::CloudFront::Distribution').keys();
  const [policy = ''] = [...resources(template, 'AWS::IAM::Policy').keys()].filter((id) => id.startsWith('PagesDeploymentRole'));
  expect(copies).toHaveLength(2);
  for (const { DependsOn } of copies) expect(DependsOn).toEqual(expect.arrayContaining([distribution, policy]));
});

test('assets are cached for a year, all other files are revalidated', () => {
  const deployments = [...resources(template, 'Custom::CDKBucketDeployment').values()].map(
    ({ Properties }) => Properties,
  );
  expect(deployments).toMatchObject([
    {
      Exclude: ['*'],
      Include: ['assets/*'],
      Prune: false,
      SystemMetadata: { 'cache-control': 'public, max-age=31536000, immutable' },
    },
    { Exclude: ['assets/*'], SystemMetadata: { 'cache-control': 'no-cache' } },
  ]);
});

test('the deployment waits for no invalidation, and its objects are deleted with it', () => {
  for (const { Properties } of resources(template, 'Custom::CDKBucketDeployment').values()) {
    expect(Properties).not.toHaveProperty('DistributionId');
    expect(Properties).toMatchObject({ RetainOnDelete: false });
  }
});

test('assets are deployed before the page that refers to them', () => {
  const [[assets = ''] = [], [, rest] = []] = resources(template, 'Custom::CDKBucketDeployment').entries();
  expect(rest?.DependsOn).toContain(assets);
});

test('the copying function has only the permissions that it needs', () => {
  const [, policy] =
    [...resources(template, 'AWS::IAM::Policy').entries()].find(([id]) => id.startsWith('PagesDeployment')) ?? [];
  const statements = policy === undefined ? [] : statementsIn(policy);
  expect(statements.flatMap(({ Action }) => Action).toSorted()).toEqual([
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    's3:DeleteObject',
    's3:GetObject',
    's3:GetObject',
    's3:ListBucket',
    's3:PutObject',
  ]);
  for (const { Resource } of statements) expect(Resource).not.toBe('*');
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Resource, ResourceProvider } from '../../../local/cloud/resource.ts';
import type { Assembly, Template } from '../../../local/template/assembly.ts';
import { deploy } from '../../../local/template/deployment.ts';
import { StackRecords } from '../../../local/template/stack-records.ts';

function template(parts: Partial<Template>): Template {
  return {
    Parameters: {},
    Mappings: {},
    Conditions: {},
    Resources: {},
    Outputs: {},
    ...parts,
  };
}

function assembly(...stacks: [string, Partial<Template>][]): Assembly {
  return {
    stacks: stacks.map(([name, parts]) => ({ name, template: template(parts) })),
    assetPaths: new Map(),
  };
}

/** Provisions `Test::Thing` and records its resources. */
function recorder(): { seen: Resource[]; provider: ResourceProvider } {
  const seen: Resource[] = [];
  return {
    seen,
    provider: {
      type: 'Test::Thing',
      supportedProperties: ['Value'],
      provision: async (resource) => {
        seen.push(resource);
        return {
          ref: `ref-of-${resource.logicalId}`,
          attributes: { 'Endpoint.Port': 5432, Arn: `arn:${resource.logicalId}` },
        };
      },
    },
  };
}

function thing(Value: unknown, more: object = {}) {
  return { Type: 'Test::Thing', Properties: { Value }, ...more };
}

async function fail(): Promise<never> {
  throw new Error('This test has no custom resources.');
}

const noCustomResources = { create: fail, update: fail, delete: fail };

let directory: string;
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'stacks-'))));
afterEach(() => rmSync(directory, { recursive: true }));

async function values(
  resources: Template['Resources'],
  more: Partial<Template> = {},
): Promise<Record<string, unknown>> {
  const { seen, provider } = recorder();
  await deploy(assembly(['Stack', { Resources: resources, ...more }]), {
    providers: [provider],
    customResources: noCustomResources,
    records: new StackRecords(directory),
    parameters: { Given: 'from outside' },
  });
  return Object.fromEntries(seen.map(({ logicalId, properties }) => [logicalId, properties['Value']]));
}

test('creates a resource after those that it refers to or depends on', async () => {
  const resolved = await values({
    Last: thing({ 'Fn::Sub': '${Middle}/${First.Arn}/${!Literal}' }),
    Middle: thing({ Ref: 'First' }),
    First: thing('plain', { DependsOn: 'Before' }),
    Before: thing(1),
  });
  expect(Object.keys(resolved)).toEqual(['Before', 'First', 'Middle', 'Last']);
  expect(resolved['Last']).toBe('ref-of-Middle/arn:First/${Literal}');
});

test.each<[string, unknown, unknown]>([
  ['Fn::Join', { 'Fn::Join': ['-', ['a', { Ref: 'AWS::AccountId' }]] }, 'a-000000000000'],
  ['Fn::Split and Fn::Select', { 'Fn::Select': [1, { 'Fn::Split': [':', 'x:y:z'] }] }, 'y'],
  ['Fn::GetAtt with a nested name', { 'Fn::GetAtt': ['Other', 'Endpoint.Port'] }, 5432],
  ['Fn::If', { 'Fn::If': ['Always', 'yes', 'no'] }, 'yes'],
  ['AWS::NoValue in an object', { a: 1, b: { 'Fn::If': ['Never', 2, { Ref: 'AWS::NoValue' }] } }, { a: 1 }],
  ['AWS::NoValue in a list', [1, { Ref: 'AWS::NoValue' }], [1]],
  ['a parameter given from outside', { Ref: 'Given' }, 'from outside'],
  ["a parameter's default", { Ref: 'Left' }, 'default'],
  ['Fn::FindInMap', { 'Fn::FindInMap': ['Map', 'k', 'v'] }, 7],
  ['Fn::Base64', { 'Fn::Base64': 'hi' }, 'aGk='],
])('%s is resolved', async (_, value, expected) => {
  const resolved = await values(
    { Tested: thing(value), Other: thing(0) },
    {
      Parameters: { Given: { Type: 'String' }, Left: { Type: 'String', Default: 'default' } },
      Mappings: { Map: { k: { v: 7 } } },
      Conditions: {
        Always: { 'Fn::Not': [{ 'Fn::Equals': ['a', 'b'] }] },
        Never: { 'Fn::And': [{ Condition: 'Always' }, { 'Fn::Or': [{ 'Fn::Equals': [1, 2] }] }] },
      },
    },
  );
  expect(resolved['Tested']).toEqual(expected);
});

test('skips a resource whose condition is false', async () => {
  const resolved = await values(
    { Made: thing(1), Left: thing(2, { Condition: 'Never' }) },
    { Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } } },
  );
  expect(Object.keys(resolved)).toEqual(['Made']);
});

test('imports exports of earlier stacks, and returns outputs by logical id', async () => {
  const { seen, provider } = recorder();
  const { outputs, unsupported: ignored } = await deploy(
    assembly(
      ['One', { Resources: { A: thing('a') }, Outputs: { Out: { Value: { Ref: 'A' }, Export: { Name: 'One:A' } } } }],
      [
        'Two',
        { Resources: { B: { Type: 'Test::Thing', Properties: { Value: { 'Fn::ImportValue': 'One:A' }, Extra: 1 } } } },
      ],
    ),
    { providers: [provider], customResources: noCustomResources, records: new StackRecords(directory) },
  );
  expect(seen[1]?.properties['Value']).toBe('ref-of-A');
  expect(outputs).toEqual({ Out: 'ref-of-A' });
  expect(ignored).toEqual(['Test::Thing: Extra']);
});

test('makes stable and distinct physical names that are valid bucket names', async () => {
  const { seen, provider } = recorder();
  const long = 'A'.repeat(200);
  const resources = { [long]: thing(1), [`${long}B`]: thing(1) };
  for (let start = 0; start < 2; start++) {
    await deploy(assembly(['S', { Resources: resources }]), {
      providers: [provider],
      customResources: noCustomResources,
    records: new StackRecords(directory),
    });
  }
  const names = seen.map(({ physicalName }) => physicalName);
  expect(names.slice(0, 2)).toEqual(names.slice(2));
  expect(new Set(names).size).toBe(2);
  for (const name of names) expect(name).toMatch(/^[a-z0-9-]{3,63}$/);
});

test.each<[string, Template['Resources'], RegExp]>([
  [
    'an unknown type',
    { X: { Type: 'AWS::Unknown::Type', Properties: {} } },
    /does not support .*AWS::Unknown::Type \(Stack\/X\)/,
  ],
  ['a circle', { A: thing({ Ref: 'B' }), B: thing({ Ref: 'A' }) }, /circle: A → B → A/],
  ['a reference to a missing resource', { A: thing({ Ref: 'Gone' }) }, /refers to Gone/],
  ['a missing attribute', { A: thing(1), B: thing({ 'Fn::GetAtt': ['A', 'Nope'] }) }, /has no attribute Nope/],
  ['an import without an export', { A: thing({ 'Fn::ImportValue': 'Gone' }) }, /imports Gone/],
  ['an unknown function', { A: thing({ 'Fn::Teleport': 'x' }) }, /Fn::Teleport/],
])('fails the start with an error that names %s', async (_, resources, message) => {
  await expect(values(resources)).rejects.toThrow(message);
});

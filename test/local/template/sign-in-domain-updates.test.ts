import { readFileSync } from 'node:fs';
import { baselineFile } from '../../baseline/presets.ts';
import { makeStackTemplates, type StackTemplates } from '../../support/lib/stack-templates.ts';
import { type AppCloud, openAppCloud } from '../../support/local/app-cloud.ts';

const DELETES = { retention: 'destroy' };
const [byDefault, school, college] = [withPrefix({}), withPrefix({ prefix: 'school-videos' }), withPrefix({ prefix: 'college-videos' })];
const schoolThatEnds = withPrefix({ prefix: 'school-videos', settings: DELETES });

let cloud: AppCloud;
beforeEach(async () => void (cloud = await openAppCloud()));
afterEach(() => cloud.close());

function withPrefix({ prefix, settings = {} }: { prefix?: string; settings?: Record<string, unknown> }): StackTemplates {
  return makeStackTemplates({ ...settings, ...(prefix !== undefined && { accounts: { domainPrefix: prefix } }) });
}

/** Returns the templates of an earlier version, with a prefix that replaces the default one. */
function baseline(prefix?: string): StackTemplates {
  const templates = JSON.parse(readFileSync(baselineFile('dev'), 'utf8'), (key, value: unknown) =>
    key === 'Domain' && prefix !== undefined ? prefix : value,
  ) as StackTemplates;
  return templates;
}

function listPoolIds(): readonly string[] {
  return Object.values(cloud.record('SluiceData').resources)
    .filter(({ type }) => type === 'AWS::Cognito::UserPool')
    .map(({ ref }) => ref);
}

test('an update changes the domain from the default to a prefix, to another one, and back', async () => {
  await cloud.deploy(byDefault);
  const initial = cloud.listDomains();
  const pools = listPoolIds();
  expect(initial).toEqual([expect.stringMatching(/^sluice-/)]);
  await cloud.deploy(school);
  expect(cloud.listDomains()).toEqual(['school-videos']);
  await cloud.deploy(college);
  expect(cloud.listDomains()).toEqual(['college-videos']);
  await cloud.deploy(byDefault);
  expect(cloud.listDomains()).toEqual(initial);
  expect(listPoolIds()).toEqual(pools);
});

test.each([undefined, 'first-videos'])('an update of an earlier version with the prefix %s keeps or changes its domain', async (prefix) => {
  await cloud.deploy(baseline(prefix));
  const [initial] = cloud.listDomains();
  const pools = listPoolIds();
  await cloud.deploy(prefix === undefined ? byDefault : withPrefix({ prefix }));
  expect(cloud.listDomains()).toEqual([initial]);
  await cloud.deploy(school);
  expect(cloud.listDomains()).toEqual(['school-videos']);
  expect(listPoolIds()).toEqual(pools);
});

test('an update of an earlier version may change the domain at once, and a failure restores it', async () => {
  await cloud.deploy(baseline('first-videos'));
  cloud.failWhen(({ type }) => type === 'AWS::Cognito::UserPoolDomain' || type === 'Custom::SignInDomain');
  await expect(cloud.deploy(school)).rejects.toThrow(/returned to its state before/);
  expect(cloud.listDomains()).toEqual(['first-videos']);
  cloud.failWhen(undefined);
  await cloud.deploy(school);
  expect(cloud.listDomains()).toEqual(['school-videos']);
});

test('a prefix of another pool is refused, and the domain stays', async () => {
  await cloud.deploy(school);
  cloud.reserveDomain('college-videos');
  await expect(cloud.deploy(college)).rejects.toThrow(/Domain already associated with another user pool[^]*returned to its state before/);
  expect(cloud.listDomains()).toContain('school-videos');
});

test('an update that fails after the change restores the domain', async () => {
  await cloud.deploy(school);
  const templates = withExtraQueue(college);
  cloud.failWhen(({ logicalId }) => logicalId === 'Extra');
  await expect(cloud.deploy(templates)).rejects.toThrow(/returned to its state before/);
  expect(cloud.listDomains()).toEqual(['school-videos']);
});

test('deleting the stacks deletes a changed domain with its pool', async () => {
  await cloud.deploy(withPrefix({ settings: DELETES }));
  await cloud.deploy(schoolThatEnds);
  for (const stack of ['SluiceOperations', 'SluiceDelivery', 'SluicePipeline', 'SluiceData']) expect(await cloud.deleteStack(stack)).toEqual([]);
  expect(cloud.listDomains()).toEqual([]);
  expect(cloud.listLeftovers()).toEqual([]);
});

test('a retained pool keeps its changed domain and its groups', async () => {
  await cloud.deploy(byDefault);
  await cloud.deploy(school);
  const retained: string[] = [];
  for (const stack of ['SluiceOperations', 'SluiceDelivery', 'SluicePipeline', 'SluiceData']) retained.push(...(await cloud.deleteStack(stack)));
  expect(cloud.listDomains()).toEqual(['school-videos']);
  expect(retained.filter((each) => each.includes('AWS::Cognito::UserPoolGroup'))).toHaveLength(3);
});

/** Adds a resource that is created after the domain has changed. */
function withExtraQueue(templates: StackTemplates): StackTemplates {
  const data = structuredClone(templates['SluiceData']) as { Resources: Record<string, { Type: string; DependsOn?: string }> };
  const [domain] = Object.entries(data.Resources).find(([, { Type }]) => Type === 'Custom::SignInDomain') ?? ['none'];
  data.Resources['Extra'] = { Type: 'AWS::SQS::Queue', DependsOn: domain };
  return { ...templates, SluiceData: data };
}

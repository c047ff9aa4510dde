import { at, resources, synthesizeTemplates, type SynthesizedTemplates } from '../support/lib/synthesize.ts';

/** Returns the names that are unique within an account, with the region that a deployment without one is made in. */
function accountNames(templates: SynthesizedTemplates, region: string): string[] {
  const names = Object.entries(templates.delivery.toJSON().Resources as Record<string, { Type: string; Properties: object }>)
    .filter(([, { Type }]) => Type.startsWith('AWS::CloudFront::'))
    .flatMap(([, { Properties }]) => [Properties, ...Object.values(Properties)])
    .flatMap((holder) => [at(holder, 'Name'), at(holder, 'CallerReference')])
    .filter((name) => name !== undefined)
    .map((name) => resolve(name, region));
  const logs = resources(templates.accessLogs, 'AWS::Logs::DeliverySource');
  return [...names, ...[...logs.values()].map(({ Properties }) => resolve(Properties['Name'], region))];
}

/** Returns a name in which the region is the only reference. */
function resolve(name: unknown, region: string): string {
  if (typeof name === 'string') return name;
  const parts = at(name, 'Fn::Join', 1) as readonly (string | { Ref: 'AWS::Region' })[];
  return parts.map((part) => (typeof part === 'string' ? part : region)).join('');
}

const withoutRegion = synthesizeTemplates();
const inSeoul = synthesizeTemplates({ region: 'ap-northeast-2' });

test.each([
  ['two prefixes in one region', [withoutRegion, synthesizeTemplates({ stackPrefix: 'School' })], ['us-east-1', 'us-east-1']],
  ['one prefix in two regions', [inSeoul, synthesizeTemplates({ region: 'eu-central-1' })], ['ap-northeast-2', 'eu-central-1']],
  ['one prefix without a region and in another one', [withoutRegion, inSeoul], ['us-east-1', 'ap-northeast-2']],
] as const)('%s have no name in common', (_, deployments, regions) => {
  const [first = [], second = []] = deployments.map((templates, index) => accountNames(templates, regions[index] ?? ''));
  expect(first.length).toBeGreaterThan(20);
  expect(first.filter((name) => second.includes(name))).toEqual([]);
  expect(Math.max(...first.concat(second).map((name) => name.length))).toBeLessThanOrEqual(64);
});

/** Prefixes of ARNs in a region with the longest name. */
const ARN_PREFIXES = {
  cluster: 'arn:aws:rds:ap-northeast-2:123456789012:cluster:',
  secret: 'arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:',
};

/**
 * CloudFormation adds twelve characters to names, and Secrets Manager another six.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html
 */
const SUFFIX = `-${'x'.repeat(12)}`;

test('ARNs that pass the Data API have at most 100 characters, with the longest prefix in the longest region', () => {
  const stackPrefix = `S${'x'.repeat(10)}`;
  const { data } = synthesizeTemplates({ stackPrefix });
  const clusters = [...resources(data, 'AWS::RDS::DBCluster').keys()];
  const secrets = [...resources(data, 'AWS::SecretsManager::Secret').keys()];
  expect([clusters.length, secrets.length].every((count) => count > 0)).toBe(true);
  const arns = [
    ...clusters.map((id) => `${ARN_PREFIXES.cluster}${stackPrefix}Data-${id}${SUFFIX}`),
    ...secrets.map((id) => `${ARN_PREFIXES.secret}${id}${SUFFIX}-xxxxxx`),
  ];
  expect(arns.filter((arn) => arn.length > 100)).toEqual([]);
});

test('a synthesis says how many deployments an account has room for', () => {
  const said = JSON.stringify(withoutRegion.infos);
  expect(said).toMatch(/has room for 4 such deployments: each takes 5 of 20 /);
});

import { at, functions, listOf, resources, statementsOf, synthesizeTemplates } from '../../support/lib/synthesize.ts';

const { delivery } = synthesizeTemplates();
const rotating = synthesizeTemplates({ originSecrets: { generations: [1, 2], current: 1 } }).delivery;
const rotated = synthesizeTemplates({ originSecrets: { generations: [1, 2], current: 2 } }).delivery;
const done = synthesizeTemplates({ originSecrets: { generations: [2], current: 2 } }).delivery;

/** Returns the logical ids of generations, each with its secret and the resource that pins its version. */
function generationsOf(template: typeof delivery) {
  return [...resources(template, 'Custom::OriginSecret')].map(([version, { Properties }]) => ({
    version,
    secret: at(Properties, 'SecretArn', 'Ref'),
  }));
}

/** Returns the headers that the distribution adds, by the domain name of the origin. */
function headersOf(template: typeof delivery) {
  const [distribution] = resources(template, 'AWS::CloudFront::Distribution').values();
  const origins = at(distribution, 'Properties', 'DistributionConfig', 'Origins') as Record<string, unknown>[];
  return origins.flatMap((origin) =>
    ((origin['OriginCustomHeaders'] ?? []) as { HeaderName: string; HeaderValue: unknown }[]).map((header) => ({
      domainName: JSON.stringify(origin['DomainName']),
      ...header,
    })),
  );
}

function digestsOf(template: typeof delivery): string {
  const variables = at(functions(template).get('api'), 'resource', 'Properties', 'Environment', 'Variables');
  return JSON.stringify(at(variables, 'ORIGIN_SECRET_DIGESTS'));
}

test('the distribution sends the current secret to the API only, by a reference with its version', () => {
  for (const template of [delivery, rotating]) {
    const [first] = generationsOf(template);
    const parts = ['{{resolve:secretsmanager:', { Ref: first?.secret }, ':SecretString:::', { 'Fn::GetAtt': [first?.version, 'VersionId'] }, '}}'];
    const headers = headersOf(template);
    for (const { HeaderName, HeaderValue, domainName } of headers) {
      expect(domainName).toContain('execute-api');
      expect(HeaderName).not.toMatch(/^x-(amz|edge)-/i);
      expect(HeaderValue).toEqual({ 'Fn::Join': ['', parts] });
    }
    expect(headers.length).toBeGreaterThan(0);
  }
});

test('every origin of the API carries the secret', () => {
  const [distribution] = resources(delivery, 'AWS::CloudFront::Distribution').values();
  const origins = at(distribution, 'Properties', 'DistributionConfig', 'Origins') as Record<string, unknown>[];
  const ofApi = origins.filter(({ DomainName }) => JSON.stringify(DomainName).includes('execute-api'));
  expect(headersOf(delivery)).toHaveLength(ofApi.length);
});

test('the API accepts exactly the configured generations, whose secrets it cannot read', () => {
  for (const template of [delivery, rotating, rotated, done]) {
    const generations = generationsOf(template);
    for (const { version } of generations) expect(digestsOf(template)).toContain(`["${version}","Digest"]`);
    expect(digestsOf(template).match(/"Digest"/g)).toHaveLength(generations.length);
    const readable = JSON.stringify(
      statementsOf(template, 'api').filter(({ Action }) => listOf(Action).includes('secretsmanager:GetSecretValue')),
    );
    for (const { secret } of generations) expect(readable).not.toContain(String(secret));
  }
});

test('the second deployment of a rotation sends the new secret, and the third removes the old one', () => {
  expect(generationsOf(rotated)).toEqual(generationsOf(rotating));
  const [first, second] = generationsOf(rotated);
  expect(JSON.stringify(headersOf(rotated))).toContain(String(second?.version));
  expect(JSON.stringify(headersOf(rotated))).not.toContain(String(first?.version));
  expect(headersOf(done)).toEqual(headersOf(rotated));
  expect(generationsOf(done)).toEqual([second]);
});

test('the API requires the secret only after the distribution sends it, in the first deployment too', () => {
  const dependencies = JSON.stringify(functions(delivery).get('api')?.resource);
  expect(dependencies).toContain([...resources(delivery, 'AWS::CloudFront::Distribution').keys()][0]);
});

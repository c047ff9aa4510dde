import { at, resources, statementsOf, synthesizeTemplates } from '../../support/lib/synthesize.ts';

const { delivery } = synthesizeTemplates();
const [[distributionId, distribution] = []] = resources(delivery, 'AWS::CloudFront::Distribution').entries();
const config = at(distribution, 'Properties', 'DistributionConfig');
const behaviors = at(config, 'CacheBehaviors') as Record<string, unknown>[];
const UUID = '????????-????-????-????-????????????';
const pages = [`/videos/${UUID}`, `/embed/${UUID}`].map((pattern) => {
  const index = behaviors.findIndex(({ PathPattern }) => PathPattern === pattern);
  return { index, behavior: behaviors[index] };
});

test('pages of videos come from the function, and from the bucket if it fails or does not know the path', () => {
  const groups = at(config, 'OriginGroups', 'Items') as Record<string, unknown>[];
  const origins = at(config, 'Origins') as Record<string, unknown>[];
  const domainOf = (id: unknown) => JSON.stringify(origins.find(({ Id }) => Id === id)?.['DomainName']);
  for (const { behavior } of pages) {
    const group = groups.find(({ Id }) => Id === behavior?.['TargetOriginId']);
    expect(at(group, 'FailoverCriteria', 'StatusCodes', 'Items')).toEqual([403, 404, 500, 502, 503, 504]);
    expect(domainOf(at(group, 'Members', 'Items', 0, 'OriginId'))).toMatch(/LinkPreview\w*FunctionUrl/);
    expect(at(group, 'Members', 'Items', 1, 'OriginId')).toBe(at(config, 'DefaultCacheBehavior', 'TargetOriginId'));
  }
});

test('pages of videos are never cached, and have the headers and the routes of the other pages', () => {
  const [video, embed] = pages.map(({ behavior }) => behavior);
  for (const behavior of [video, embed]) {
    expect(behavior).toMatchObject({
      AllowedMethods: ['GET', 'HEAD'],
      CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
      FunctionAssociations: at(config, 'DefaultCacheBehavior', 'FunctionAssociations'),
    });
  }
  const anyEmbed = behaviors.findIndex(({ PathPattern }) => PathPattern === '/embed/*');
  expect(video?.['ResponseHeadersPolicyId']).toEqual(at(config, 'DefaultCacheBehavior', 'ResponseHeadersPolicyId'));
  expect(embed?.['ResponseHeadersPolicyId']).toEqual(behaviors[anyEmbed]?.['ResponseHeadersPolicyId']);
  expect(pages[1]?.index).toBeLessThan(anyEmbed);
});

test('the function may read one file and the signing keys, and only the distribution may invoke it', () => {
  const statements = statementsOf(delivery, 'link-preview');
  const s3 = statements.filter(({ Action }) => String(Action).startsWith('s3:'));
  expect(s3).toMatchObject([{ Action: 's3:GetObject' }]);
  // It would wake a paused database.
  expect(statements.filter(({ Action }) => JSON.stringify(Action).includes('rds-data'))).toEqual([]);
  expect(JSON.stringify(s3[0]?.Resource)).toMatch(/Pages\w+","Arn"\]},"\/index\.html"/);
  const permissions = [...resources(delivery, 'AWS::Lambda::Permission').values()].filter(({ Properties }) =>
    JSON.stringify(Properties['FunctionName']).includes('LinkPreview'),
  );
  expect(permissions.map(({ Properties }) => String(Properties['Action'])).toSorted()).toEqual([
    'lambda:InvokeFunction',
    'lambda:InvokeFunctionUrl',
  ]);
  for (const { Properties } of permissions) {
    expect(JSON.stringify(Properties['SourceArn'])).toContain(JSON.stringify({ Ref: distributionId }));
  }
});

import { distributionConfigSchema } from '../../../local/cloudfront/distribution-config.ts';

function configWith(name: string) {
  const origin = { Id: 'api', DomainName: 'api.test', OriginCustomHeaders: [{ HeaderName: name, HeaderValue: 'value' }] };
  const behavior = { TargetOriginId: 'api', ViewerProtocolPolicy: 'https-only', CachePolicyId: 'none' };
  return distributionConfigSchema.safeParse({ Enabled: true, DefaultCacheBehavior: behavior, Origins: [origin] });
}

test.each(['X-Amz-Secret', 'x-edge-secret', 'X-Real-IP', 'Cookie', 'If-Match'])('refuses to add the header %s', (name) => {
  expect(configWith(name).error?.issues).toMatchObject([{ message: 'is a header that CloudFront does not add' }]);
});

test.each(['Authorization', 'X-Origin-Secret', 'X-Amzn-Trace'])('adds the header %s', (name) => {
  expect(configWith(name).success).toBe(true);
});

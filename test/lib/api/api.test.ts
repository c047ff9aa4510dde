import { apiEnvSchema } from '../../../lambdas/contracts/environment.ts';
import { at, functions, listOf, resources, statementsOf, synthesizeTemplates } from '../../support/lib/synthesize.ts';

const { delivery } = synthesizeTemplates({ api: { rateLimit: 50, burst: 70 } });
const api = functions(delivery).get('api');
const [httpApi] = resources(delivery, 'AWS::ApiGatewayV2::Api').keys();
const [distribution] = resources(delivery, 'AWS::CloudFront::Distribution').entries();

function behavior(): unknown {
  return (
    at(distribution?.[1], 'Properties', 'DistributionConfig', 'CacheBehaviors') as { PathPattern: string }[]
  ).find(({ PathPattern }) => PathPattern === '/api/*');
}

/** Permissions of the function: resources and conditions by action. */
function rights(): Record<string, string> {
  return Object.fromEntries(
    statementsOf(delivery, 'api').flatMap(({ Action, Resource, Condition }) =>
      listOf(Action).map((action) => [action, JSON.stringify([Resource, Condition])]),
    ),
  );
}

test('one function receives every request below /api, with a timeout below that of the HTTP API', () => {
  expect(
    [...resources(delivery, 'AWS::ApiGatewayV2::Route').values()].map(({ Properties }) => Properties),
  ).toMatchObject([{ ApiId: { Ref: httpApi }, RouteKey: 'ANY /api/{proxy+}' }]);
  delivery.hasResourceProperties('AWS::ApiGatewayV2::Integration', {
    IntegrationType: 'AWS_PROXY',
    IntegrationUri: { 'Fn::GetAtt': [api?.logicalId, 'Arn'] },
    PayloadFormatVersion: '2.0',
  });
  expect(Number(api?.resource.Properties['Timeout'])).toBe(29);
});

test('only this HTTP API may invoke the function', () => {
  const permissions = [...resources(delivery, 'AWS::Lambda::Permission').values()]
    .map(({ Properties }) => Properties)
    .filter(({ FunctionName }) => at(FunctionName, 'Fn::GetAtt', 0) === api?.logicalId);
  expect(permissions).toHaveLength(1);
  expect(permissions[0]).toMatchObject({ Action: 'lambda:InvokeFunction', Principal: 'apigateway.amazonaws.com' });
  expect(JSON.stringify(permissions[0]?.['SourceArn'])).toContain(`{"Ref":"${httpApi}"},"/*/*/api/{proxy+}"`);
});

test('the configuration sets the throttling limits', () => {
  delivery.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
    StageName: '$default',
    DefaultRouteSettings: { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 70 },
  });
});

test('the access log contains neither queries nor headers', () => {
  const [stage] = resources(delivery, 'AWS::ApiGatewayV2::Stage').values();
  const format = JSON.parse(String(at(stage, 'Properties', 'AccessLogSettings', 'Format'))) as Record<string, string>;
  expect(Object.values(format).join(' ')).not.toMatch(/query|header|identity|authorizer/i);
  expect(Object.values(format)).toContain('$context.routeKey');
});

test('the distribution forwards every method, requires TLS and caches nothing', () => {
  expect(behavior()).toMatchObject({
    AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
    ViewerProtocolPolicy: 'https-only',
    // CachingDisabled and AllViewerExceptHostHeader:
    // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
    CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
    OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
  });
  expect(behavior()).not.toHaveProperty('TrustedKeyGroups');
  const origins = at(distribution?.[1], 'Properties', 'DistributionConfig', 'Origins') as { Id: string }[];
  expect(origins.find(({ Id }) => Id === at(behavior(), 'TargetOriginId'))).toMatchObject({
    DomainName: {
      'Fn::Join': ['', [{ Ref: httpApi }, '.execute-api.', { Ref: 'AWS::Region' }, '.', { Ref: 'AWS::URLSuffix' }]],
    },
    CustomOriginConfig: { OriginProtocolPolicy: 'https-only', OriginSSLProtocols: ['TLSv1.2'] },
  });
});

test('the function receives exactly the variables of its schema', () => {
  const variables = at(api, 'resource', 'Properties', 'Environment', 'Variables') as Record<string, unknown>;
  expect(Object.keys(variables).toSorted()).toEqual(Object.keys(apiEnvSchema.shape).toSorted());
});

test('the function may upload, and so presign, only below uploads/', () => {
  for (const action of ['s3:PutObject', 's3:GetObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts']) {
    expect(rights()[action]).toMatch(/Source\w+Arn\w*"},"\/uploads\/\*"/);
  }
});

test('the function may delete nothing and has no other permissions', () => {
  const others = Object.keys(rights()).filter((action) => !action.startsWith('logs:'));
  expect(others.toSorted()).toEqual([
    'rds-data:ExecuteStatement',
    's3:AbortMultipartUpload',
    's3:GetObject',
    's3:ListBucket',
    's3:ListMultipartUploadParts',
    's3:PutObject',
    'secretsmanager:GetSecretValue',
    'sqs:SendMessage',
  ]);
});

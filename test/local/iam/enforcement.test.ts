import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { edgeOrigins } from '../../../local/cloudfront/edge-origins.ts';
import { cloudFrontService } from '../../../local/cloudfront/service.ts';
import { apiGatewayService } from '../../../local/api-gateway/service.ts';
import { eventBridgeService } from '../../../local/eventbridge/service.ts';
import { iamService } from '../../../local/iam/service.ts';
import { lambdaService } from '../../../local/lambda/service.ts';
import { mediaConvertService } from '../../../local/mediaconvert/service.ts';
import { s3Service } from '../../../local/s3/service.ts';
import { schedulerService } from '../../../local/scheduler/service.ts';
import { secretsManagerService } from '../../../local/secrets-manager/service.ts';
import { snsService } from '../../../local/sns/service.ts';
import { sqsService } from '../../../local/sqs/service.ts';
import { serveServices, type ServedServices } from '../../support/local/serve-services.ts';
import { type RawRequest, signedFetch } from '../../support/local/sign-request.ts';

const SERVICES = [
  apiGatewayService,
  cloudFrontService,
  eventBridgeService,
  iamService,
  lambdaService,
  mediaConvertService,
  s3Service,
  schedulerService,
  secretsManagerService,
  snsService,
  sqsService,
];

const REGIONAL = 'us-east-1:000000000000';
const ENCODER_ROLE = 'arn:aws:iam::000000000000:role/encoder';
const BUCKET = 'arn:aws:s3:::test-media';
const QUEUE = `arn:aws:sqs:${REGIONAL}:test-work`;

let laptop: ServedServices;
const lost: unknown[] = [];
beforeAll(async () => {
  laptop = await serveServices(SERVICES, { enforcesIam: true, reportError: (_what, error) => lost.push(error) });
  await laptop.provision('AWS::S3::Bucket', 'Media');
  await laptop.provision('AWS::SQS::Queue', 'Work');
  await functionFor('Callee');
});
beforeEach(() => void lost.splice(0));
afterAll(() => laptop.remove());

interface Grant {
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: object;
}

/** Creates a role with these grants and returns its ARN. */
async function roleWith(logicalId: string, trusted: string, ...grants: readonly Grant[]): Promise<string> {
  const { attributes } = await laptop.provision('AWS::IAM::Role', logicalId, {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: trusted }, Action: 'sts:AssumeRole' }],
    },
    Policies: grants.map((grant, index) => ({
      PolicyName: `Grant${index}`,
      PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...grant }] },
    })),
  });
  return String(attributes?.['Arn']);
}

async function sendAs(roleArn: string, service: string, request: RawRequest): Promise<{ status: number; body: string }> {
  const credentials = laptop.context.credentials.forRole(roleArn, 'f', 3_600_000);
  const signed =
    service === 's3'
      ? { ...request, headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', ...request.headers } }
      : request;
  const response = await signedFetch({ endpoint: laptop.endpoint, credentials, service }, signed);
  return { status: response.status, body: await response.text() };
}

function json(target: string, body: object): RawRequest {
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': target };
  return { method: 'POST', path: '/', headers, body: JSON.stringify(body) };
}

function form(parameters: Record<string, string>): RawRequest {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return { method: 'POST', path: '/', headers, body: new URLSearchParams(parameters).toString() };
}

/** Returns the matching lines of iam.log, once there are some. */
async function findInLog(pattern: RegExp): Promise<string[]> {
  for (;;) {
    const text = readFileSync(join(laptop.context.stateDirectory, 'logs', 'iam.log'), 'utf8');
    const lines = text.split('\n').filter((line) => pattern.test(line));
    if (lines.length > 0) return lines;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const schedule = { GroupName: 'g', Target: { Arn: QUEUE, RoleArn: ENCODER_ROLE } };
const job = { role: ENCODER_ROLE, queue: `arn:aws:mediaconvert:${REGIONAL}:queues/Default`, settings: {} };

test.each([
  ['sqs', json('AmazonSQS.SendMessage', { QueueUrl: 'http://127.0.0.1/0/test-work', MessageBody: 'x' }), 400, 'AccessDeniedException', 'sqs:SendMessage', QUEUE],
  ['secretsmanager', json('secretsmanager.GetSecretValue', { SecretId: 'database' }), 400, 'AccessDeniedException', 'secretsmanager:GetSecretValue', `arn:aws:secretsmanager:${REGIONAL}:secret:database-`],
  ['events', json('AWSEvents.PutEvents', { Entries: [{}] }), 400, 'AccessDeniedException', 'events:PutEvents', `arn:aws:events:${REGIONAL}:event-bus/default`],
  ['sns', form({ Action: 'Publish', TopicArn: `arn:aws:sns:${REGIONAL}:t`, Message: 'x' }), 403, '<Code>AuthorizationError</Code>', 'sns:Publish', `arn:aws:sns:${REGIONAL}:t`],
  ['scheduler', { method: 'POST', path: '/schedules/s', body: JSON.stringify(schedule) }, 403, 'AccessDeniedException', 'scheduler:CreateSchedule', `arn:aws:scheduler:${REGIONAL}:schedule/g/s`],
  ['mediaconvert', { method: 'POST', path: '/2017-08-29/jobs', body: JSON.stringify(job) }, 403, 'AccessDeniedException', 'mediaconvert:CreateJob', job.queue],
  ['cloudfront', { method: 'POST', path: '/2020-05-31/distribution/E1/invalidation', body: '<x/>' }, 403, '<Code>AccessDenied</Code>', 'cloudfront:CreateInvalidation', 'arn:aws:cloudfront::000000000000:distribution/E1'],
  ['lambda', { method: 'POST', path: '/2015-03-31/functions/test-callee/invocations', body: '{}' }, 403, 'AccessDeniedException', 'lambda:InvokeFunction', `arn:aws:lambda:${REGIONAL}:function:test-callee`],
  ['s3', { method: 'PUT', path: '/test-media/a', body: 'x' }, 403, '<Code>AccessDenied</Code>', 's3:PutObject', `${BUCKET}/a`],
])('%s denies a role without policies in its own protocol', async (service, request, status, code, action, resource) => {
  const role = await roleWith('Nobody', 'lambda.amazonaws.com');
  const denied = await sendAs(role, service, request);
  expect(denied.status).toBe(status);
  expect(denied.body).toContain(code);
  const text = denied.body.replaceAll('\\"', '').replaceAll('&quot;', '').replaceAll('"', '');
  expect(text).toContain(
    `User: arn:aws:sts::000000000000:assumed-role/test-nobody/f is not authorized to perform: ${action} on resource: ${resource}`,
  );
  expect(text).toContain(`because no identity-based policy allows the ${action} action`);
  await sendAs(role, service, request);
  expect(await findInLog(new RegExp(` ${action} on resource: "?${resource}`))).toEqual([
    expect.stringMatching(
      new RegExp(`assumed-role/test-nobody/f is not authorized .* This statement would allow it: {"Effect":"Allow","Action":"${action}","Resource":"${resource}`),
    ),
  ]);
});

test.each([
  ['mediaconvert', { method: 'POST', path: '/2017-08-29/jobs', body: JSON.stringify(job) }, 'mediaconvert:CreateJob'],
  ['scheduler', { method: 'POST', path: '/schedules/s', body: JSON.stringify(schedule) }, 'scheduler:CreateSchedule'],
])('%s denies a role that its caller may not pass to it', async (service, request, action) => {
  const grant = { Action: action, Resource: '*' };
  const passed = { Action: 'iam:PassRole', Resource: ENCODER_ROLE };
  const to = (name: string): object => ({ StringEquals: { 'iam:PassedToService': `${name}.amazonaws.com` } });
  const other = await roleWith(`${service}Other`, 'lambda.amazonaws.com', grant, { ...passed, Condition: to('other') });
  const right = await roleWith(`${service}Right`, 'lambda.amazonaws.com', grant, { ...passed, Condition: to(service) });

  const denied = await sendAs(other, service, request);
  expect(denied.status).toBe(403);
  expect(denied.body).toContain(`is not authorized to perform: iam:PassRole on resource: ${ENCODER_ROLE}`);
  // The request itself is incomplete.
  expect((await sendAs(right, service, request)).status).toBe(400);
});

test('a PutObject with tags needs two actions', async () => {
  const put = { Action: 's3:PutObject', Resource: `${BUCKET}/*` };
  const tag = { Action: 's3:PutObjectTagging', Resource: `${BUCKET}/*` };
  const request = { method: 'PUT', path: '/test-media/tagged', headers: { 'x-amz-tagging': 'a=b' }, body: 'x' };
  const denied = await sendAs(await roleWith('Putter', 'lambda.amazonaws.com', put), 's3', request);
  expect(denied.status).toBe(403);
  expect(denied.body).toContain('s3:PutObjectTagging');
  expect(await sendAs(await roleWith('Tagger', 'lambda.amazonaws.com', put, tag), 's3', request)).toMatchObject({ status: 200 });
});

test.each([
  ['is forbidden without s3:ListBucket', [], 403],
  ['is missing with s3:ListBucket', [{ Action: 's3:ListBucket', Resource: BUCKET }], 404],
  [
    'is forbidden with s3:ListBucket for a prefix only',
    [{ Action: 's3:ListBucket', Resource: BUCKET, Condition: { StringLike: { 's3:prefix': 'v/*' } } }],
    403,
  ],
])('an object that does not exist %s', async (name, grants, status) => {
  const read = { Action: 's3:GetObject', Resource: `${BUCKET}/*` };
  const role = await roleWith(`Missing${name.length}`, 'lambda.amazonaws.com', read, ...grants);
  expect(await sendAs(role, 's3', { method: 'GET', path: '/test-media/v/missing' })).toMatchObject({ status });
});

test('a version of an object needs an action of its own', async () => {
  await laptop.provision('AWS::S3::Bucket', 'Versions', { VersioningConfiguration: { Status: 'Enabled' } });
  const s3 = laptop.instanceOf(s3Service);
  const { versionId } = await s3.put({ bucket: 'test-versions', key: 'a', body: 'x' });
  const read = { Action: 's3:GetObject', Resource: 'arn:aws:s3:::test-versions/*' };
  const role = await roleWith('Reader', 'lambda.amazonaws.com', read);
  expect(await sendAs(role, 's3', { method: 'GET', path: '/test-versions/a' })).toMatchObject({ status: 200 });
  const denied = await sendAs(role, 's3', { method: 'GET', path: `/test-versions/a?versionId=${versionId}` });
  expect(denied).toMatchObject({ status: 403, body: expect.stringContaining('s3:GetObjectVersion') });
});

test('DeleteObjects reports each denied object', async () => {
  const role = await roleWith('Remover', 'lambda.amazonaws.com', { Action: 's3:DeleteObject', Resource: `${BUCKET}/tmp/*` });
  const body = '<Delete><Object><Key>tmp/a</Key></Object><Object><Key>b</Key></Object></Delete>';
  const digest = await crypto.subtle.digest('SHA-256', Buffer.from(body));
  const headers = { 'x-amz-checksum-sha256': Buffer.from(digest).toString('base64') };
  const answer = await sendAs(role, 's3', { method: 'POST', path: '/test-media?delete=', headers, body });
  expect(answer.status).toBe(200);
  expect(answer.body).toContain('<Deleted><Key>tmp/a</Key>');
  expect(answer.body).toContain('<Error><Key>b</Key><Code>AccessDenied</Code>');
});

/** Creates a function with a role of its own and returns its ARN. */
async function functionFor(logicalId: string, trusted = 'lambda.amazonaws.com'): Promise<string> {
  const { attributes } = await laptop.provision('AWS::Lambda::Function', logicalId, {
    Code: { S3Bucket: 'assets', S3Key: logicalId },
    Handler: 'index.handler',
    Runtime: 'nodejs24.x',
    Role: await roleWith(`${logicalId}Role`, trusted),
  });
  return String(attributes?.['Arn']);
}

test('a function needs a role that trusts Lambda', async () => {
  await expect(functionFor('Trusted')).resolves.toContain(':function:test-trusted');
  await expect(functionFor('Untrusted', 'scheduler.amazonaws.com')).rejects.toThrow(
    'The role defined for the function cannot be assumed by Lambda: arn:aws:iam::000000000000:role/test-untrustedrole',
  );
});

describe('a route of an API', () => {
  const invoke = async (permitted: string | undefined): Promise<string> => {
    const id = `Api${permitted?.length ?? ''}`;
    const functionArn = await functionFor(`${id}Target`);
    const { ref: ApiId } = await laptop.provision('AWS::ApiGatewayV2::Api', id, { Name: id, ProtocolType: 'HTTP' });
    const integration = { ApiId, IntegrationType: 'AWS_PROXY', IntegrationUri: functionArn, PayloadFormatVersion: '2.0' };
    const { ref } = await laptop.provision('AWS::ApiGatewayV2::Integration', `${id}Integration`, integration);
    await laptop.provision('AWS::ApiGatewayV2::Route', `${id}Route`, {
      ApiId,
      RouteKey: 'ANY /api/{proxy+}',
      Target: `integrations/${ref}`,
    });
    await laptop.provision('AWS::ApiGatewayV2::Stage', `${id}Stage`, { ApiId, StageName: '$default', AutoDeploy: true });
    if (permitted !== undefined) {
      await laptop.provision('AWS::Lambda::Permission', `${id}Permission`, {
        FunctionName: functionArn,
        Action: 'lambda:InvokeFunction',
        Principal: 'apigateway.amazonaws.com',
        SourceArn: `arn:aws:execute-api:${REGIONAL}:${ApiId}/${permitted}`,
      });
    }
    const gateway = laptop.instanceOf(apiGatewayService);
    const request = { method: 'GET', rawPath: '/api/videos', rawQueryString: '', headers: {}, sourceIp: '198.51.100.7' };
    const { statusCode } = await gateway.handle(gateway.api(ApiId), { ...request, body: Readable.from([]) });
    return `${statusCode} ${String(lost[0])}`;
  };

  test.each([undefined, '*/*/other/{proxy+}', '$default/POST/api/{proxy+}'])(
    'does not invoke a function whose permission is for %s',
    async (permitted) => {
      expect(await invoke(permitted)).toMatch(
        /^500 Error: User: apigateway.amazonaws.com is not authorized to perform: lambda:InvokeFunction on resource: .*:function:test-api\d*target because no resource-based policy allows/,
      );
    },
  );

  test.each(['*/*/api/{proxy+}', '$default/GET/api/{proxy+}'])(
    'invokes a function whose permission is for %s',
    async (permitted) => {
      // The function has no code.
      expect(await invoke(permitted)).not.toContain('is not authorized');
    },
  );
});

describe('a function URL', () => {
  const distribution = 'arn:aws:cloudfront::000000000000:distribution/E1';
  const fetchThroughEdge = async (id: string, AuthType: string, permissions: readonly object[]): Promise<string> => {
    const functionArn = await functionFor(id);
    const { attributes } = await laptop.provision('AWS::Lambda::Url', `${id}Url`, { TargetFunctionArn: functionArn, AuthType });
    for (const [index, permission] of permissions.entries()) {
      await laptop.provision('AWS::Lambda::Permission', `${id}${index}`, { FunctionName: functionArn, ...permission });
    }
    const { hostname } = new URL(String(attributes?.['FunctionUrl']));
    const origins = edgeOrigins(
      laptop.instanceOf(s3Service),
      laptop.instanceOf(lambdaService),
      laptop.instanceOf(apiGatewayService),
      laptop.instanceOf(iamService).authorizer,
    );
    const request = { method: 'GET', rawPath: '/', rawQueryString: '', headers: {}, sourceIp: '198.51.100.7' };
    const response = await origins.functionUrl(hostname, distribution)?.({ ...request, body: Readable.from([]) });
    // An invoked function fails, since it has no code.
    return response?.statusCode === 403 ? 'forbidden' : 'invoked';
  };
  const viaUrl = { Action: 'lambda:InvokeFunctionUrl', Principal: 'cloudfront.amazonaws.com', SourceArn: distribution };
  const invoke = { ...viaUrl, Action: 'lambda:InvokeFunction', InvokedViaFunctionUrl: true };
  const toAnyone = { Principal: '*', SourceArn: undefined };

  test.each([
    ['invoked', 'with both permissions', 'AWS_IAM', [viaUrl, invoke]],
    ['forbidden', 'without lambda:InvokeFunction', 'AWS_IAM', [viaUrl]],
    ['forbidden', 'without lambda:InvokeFunctionUrl', 'AWS_IAM', [invoke]],
    ['forbidden', 'for another distribution', 'AWS_IAM', [viaUrl, { ...invoke, SourceArn: `${distribution}2` }]],
    ['forbidden', 'without authentication and without permissions', 'NONE', []],
    ['invoked', 'without authentication, with both permissions for anyone', 'NONE', [{ ...viaUrl, ...toAnyone, FunctionUrlAuthType: 'NONE' }, { ...invoke, ...toAnyone }]],
    ['forbidden', 'with authentication, if anyone may call it without', 'AWS_IAM', [{ ...viaUrl, ...toAnyone, FunctionUrlAuthType: 'NONE' }, { ...invoke, ...toAnyone }]],
  ])('is %s %s', async (outcome, what, authType, permissions) => {
    expect(await fetchThroughEdge(`Url${what.length}`, authType, permissions)).toBe(outcome);
  });
});

describe('delivery to a queue', () => {
  const sqs = () => laptop.instanceOf(sqsService);

  const queueFor = async (logicalId: string, service: string, sourceArn: string): Promise<string> => {
    const { ref, attributes } = await laptop.provision('AWS::SQS::Queue', logicalId);
    await laptop.provision('AWS::SQS::QueuePolicy', `${logicalId}Policy`, {
      Queues: [ref],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: service },
            Action: 'sqs:SendMessage',
            Resource: attributes?.['Arn'],
            Condition: { ArnEquals: { 'aws:SourceArn': sourceArn } },
          },
        ],
      },
    });
    return String(attributes?.['Arn']);
  };

  test('SNS delivers only to queues whose policy allows the topic', async () => {
    const topicArn = `arn:aws:sns:${REGIONAL}:test-news`;
    await laptop.provision('AWS::SNS::Topic', 'News');
    const allowed = await queueFor('Subscribed', 'sns.amazonaws.com', topicArn);
    for (const [index, Endpoint] of [allowed, QUEUE].entries()) {
      await laptop.provision('AWS::SNS::Subscription', `News${index}`, { TopicArn: topicArn, Protocol: 'sqs', Endpoint });
    }
    await laptop.instanceOf(snsService).getByArn(topicArn).publish({ message: 'hello' });
    expect(sqs().getByArn(allowed).countMessages().visible).toBe(1);
    expect(sqs().getByArn(QUEUE).countMessages().visible).toBe(0);
    expect(lost).toMatchObject([{ reason: { code: 'NO_PERMISSIONS', message: expect.stringContaining(QUEUE) } }]);
  });

  test('EventBridge moves an event that the target denies to the dead-letter queue', async () => {
    const ruleArn = `arn:aws:events:${REGIONAL}:rule/test-rule`;
    const deadLetters = await queueFor('RuleDeadLetters', 'events.amazonaws.com', ruleArn);
    await laptop.provision('AWS::Events::Rule', 'Rule', {
      EventPattern: { source: ['app'] },
      Targets: [{ Id: 'Work', Arn: QUEUE, DeadLetterConfig: { Arn: deadLetters } }],
    });
    await laptop.instanceOf(eventBridgeService).put({ source: 'app', 'detail-type': 'x', detail: {} });
    const [letter] = await sqs().getByArn(deadLetters).receiveMessages({ max: 1 });
    expect(letter?.attributes).toMatchObject({ ERROR_CODE: { StringValue: 'NO_PERMISSIONS' } });
    expect(sqs().getByArn(QUEUE).countMessages().visible).toBe(0);
  });

  test('an event source mapping needs a role that may poll its queue', async () => {
    const queue = { Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage'], Resource: QUEUE };
    const role = await roleWith('Poller', 'lambda.amazonaws.com', queue);
    await laptop.provision('AWS::Lambda::Function', 'Polling', {
      Code: { S3Bucket: 'assets', S3Key: 'polling' },
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      Role: role,
    });
    const mapping = laptop.provision('AWS::Lambda::EventSourceMapping', 'Mapping', {
      FunctionName: 'test-polling',
      EventSourceArn: QUEUE,
    });
    await expect(mapping).rejects.toThrow('permissions to call GetQueueAttributes on SQS');
  });
});

import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { sendJson } from '../aws-api/responses.ts';
import { ApiError } from '../aws-api/api-error.ts';
import type { ApiCall, ApiService } from '../aws-api/api-service.ts';
import type { Access } from '../iam/access.ts';
import type { Lambda, LambdaFunction } from './lambda.ts';

const ROUTE = /^\/2015-03-31\/functions(?:\/(?:(?<name>[^/]+)(?<rest>\/invocations|\/configuration)?)?)?\/?$/;

const invocationType = z.enum(['RequestResponse', 'Event', 'DryRun']).default('RequestResponse');
const logType = z.enum(['None', 'Tail']).default('None');

/** Makes the supported part of the Lambda API; functions are defined by the template. */
export function lambdaApi(lambda: Lambda): ApiService {
  return {
    signingName: 'lambda',
    protocol: 'rest-json',
    handle: async (call) => {
      const { name, rest } = ROUTE.exec(call.rawPath)?.groups ?? {};
      const operation = `${call.request.method} ${rest ?? (name === undefined ? 'functions' : 'function')}`;
      const nameOrArn = decodeURIComponent(name ?? '');
      const access = accessOf(operation, lambda, nameOrArn);
      if (access !== undefined) await call.authorize([access]);
      if (operation === 'POST /invocations') return invoke(lambda, nameOrArn, call);
      if (operation === 'GET functions') return sendJson(call, { Functions: lambda.list().map(describeConfiguration) });
      if (operation === 'GET /configuration') return sendJson(call, describeConfiguration(lambda.getByName(nameOrArn)));
      if (operation === 'GET function') {
        return sendJson(call, {
          Configuration: describeConfiguration(lambda.getByName(nameOrArn)),
          Code: {},
          Tags: {},
        });
      }
      throw new ApiError(
        'UnknownOperationException',
        404,
        `The laptop cloud does not implement ${call.request.method} ${call.rawPath}.`,
      );
    },
  };
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html */
const ACTIONS: Readonly<Record<string, string>> = {
  'POST /invocations': 'lambda:InvokeFunction',
  'GET /configuration': 'lambda:GetFunctionConfiguration',
  'GET function': 'lambda:GetFunction',
};

/** Returns the permission that an operation needs; undefined for an operation that the laptop does not implement. */
function accessOf(operation: string, lambda: Lambda, nameOrArn: string): Access | undefined {
  if (operation === 'GET functions') return { action: 'lambda:ListFunctions', resource: '*' };
  const action = ACTIONS[operation];
  return action === undefined ? undefined : { action, resource: lambda.getByName(nameOrArn).configuration.arn };
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
async function invoke(lambda: Lambda, nameOrArn: string, call: ApiCall): Promise<void> {
  const { request, response } = call;
  const qualifier = call.query.get('Qualifier') ?? '$LATEST';
  if (qualifier !== '$LATEST')
    throw new ApiError('ResourceNotFoundException', 404, `Function not found: ${nameOrArn}:${qualifier}`);
  const type = parseHeader(invocationType, request.headers['x-amz-invocation-type']);
  const tail = parseHeader(logType, request.headers['x-amz-log-type']) === 'Tail';
  const body = await call.readBody();
  const payload = body.length === 0 ? Buffer.from('{}') : body;
  requireJson(payload);
  if (type === 'DryRun') {
    lambda.getByName(nameOrArn);
    response.writeHead(204).end();
    return;
  }
  if (type === 'Event') {
    const requestId = await lambda.invokeAsync(nameOrArn, payload);
    response.writeHead(202, { 'x-amzn-requestid': requestId, 'content-length': 0 }).end();
    return;
  }
  const requestId = randomUUID();
  const clientContext = request.headers['x-amz-client-context'];
  const outcome = await lambda.invoke(nameOrArn, payload, {
    requestId,
    ...(typeof clientContext === 'string' && { clientContext: Buffer.from(clientContext, 'base64').toString() }),
  });
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': outcome.payload.length,
    'x-amzn-requestid': requestId,
    'x-amz-executed-version': '$LATEST',
    ...(outcome.error && { 'x-amz-function-error': 'Unhandled' }),
    ...(tail && { 'x-amz-log-result': Buffer.from(outcome.logTail).toString('base64') }),
  });
  response.end(outcome.payload);
}

function parseHeader<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (!result.success) throw new ApiError('InvalidParameterValueException', 400, `Unknown value ${String(value)}`);
  return result.data;
}

function requireJson(payload: Buffer): void {
  try {
    JSON.parse(payload.toString());
  } catch (cause) {
    const message = 'Could not parse request body into json';
    throw new ApiError('InvalidRequestContentException', 400, message, { cause });
  }
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html */
function describeConfiguration({ configuration }: LambdaFunction): object {
  return {
    FunctionName: configuration.name,
    FunctionArn: configuration.arn,
    Runtime: configuration.runtime,
    Handler: configuration.handler,
    Role: configuration.roleArn,
    Timeout: configuration.timeoutSeconds,
    MemorySize: configuration.memoryMb,
    Environment: { Variables: configuration.environment },
    Version: '$LATEST',
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
  };
}

import type { Credentials } from '../aws-api/credentials.ts';
import { REGION } from '../cloud/account.ts';
import type { FunctionConfiguration } from './function-configuration.ts';

/**
 * Returns the environment of a function's process: the template's variables and Lambda's own. SDK clients send requests to
 * the laptop, signed with the credentials of the function's role.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export function processVariables(
  configuration: FunctionConfiguration,
  { accessKeyId, secretAccessKey, sessionToken }: ReturnType<Credentials['forRole']>,
  endpoint: string,
): Readonly<Record<string, string>> {
  const { name, memoryMb, handler, runtime, assetDir, environment } = configuration;
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    LANG: 'en_US.UTF-8',
    TZ: 'UTC',
    AWS_ENDPOINT_URL: endpoint,
    ...environment,
    _HANDLER: handler,
    LAMBDA_TASK_ROOT: assetDir,
    LAMBDA_RUNTIME_DIR: import.meta.dirname,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_EXECUTION_ENV: `AWS_Lambda_${runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  };
}

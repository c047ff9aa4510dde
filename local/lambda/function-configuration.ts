/** A function of the template. */
export interface FunctionConfiguration {
  readonly name: string;
  readonly arn: string;
  readonly logicalId: string;
  /** `<file without extension>.<export>` */
  readonly handler: string;
  /** Runtime identifier such as `nodejs24.x`. */
  readonly runtime: string;
  /** Directory of the function's code. */
  readonly assetDir: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly roleArn: string;
  /** Maximum concurrent invocations; further synchronous ones are rejected. 0 rejects all. */
  readonly reservedConcurrency?: number | undefined;
  /** Queue or topic for events whose last attempt failed. */
  readonly deadLetterArn?: string | undefined;
}

/**
 * Environment variables that Lambda sets and a template must not.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export const RESERVED_VARIABLES: ReadonlySet<string> = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_DEFAULT_REGION',
  'AWS_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_LAMBDA_RUNTIME_API',
  'LAMBDA_TASK_ROOT',
  'LAMBDA_RUNTIME_DIR',
]);

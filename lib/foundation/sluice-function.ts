import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { type IRole, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function, LoggingFormat, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { FunctionBundles } from './bundle-functions.ts';

/** Environment of a function in the template: each variable of its schema as a string. */
export type Environment<Env> = { readonly [Name in keyof Env]: string };

/** Settings shared by all functions of a deployment. */
export interface FunctionDefaults {
  readonly bundles: FunctionBundles;
  /** Retention of the functions' logs, in days. */
  readonly logRetention: RetentionDays;
}

export interface SluiceFunctionProps extends FunctionDefaults {
  /** Folder of the function under `lambdas/`. */
  readonly name: string;
  /** One-line description for the console. */
  readonly description: string;
  /** Time after which Lambda stops an invocation. */
  readonly timeout: Duration;
  /** Memory in MiB; CPU grows with it, one vCPU at 1,769. @default 512 */
  readonly memorySize?: number;
  /** Variables that no grant adds. @default none */
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Function of this app: Node 24 on arm64, bundled from its folder, with its own role and log group. Before any grants the
 * role may only write to that log group, unlike `AWSLambdaBasicExecutionRole`, which may write to every log group of the
 * account.
 *
 * X-Ray is off: it needs permissions on all resources, and the logs already carry the video's id through every queue.
 */
export class SluiceFunction extends Function {
  declare readonly role: IRole;

  constructor(scope: Construct, id: string, props: SluiceFunctionProps) {
    const { bundles, logRetention, name, memorySize = 512, ...rest } = props;
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      retention: logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(scope, `${id}Role`, {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `Role of the function ${name}`,
    });
    logGroup.grantWrite(role);
    super(scope, id, {
      ...rest,
      memorySize,
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: bundles.codeOf(name),
      handler: 'index.handler',
      tracing: Tracing.DISABLED,
    });
  }

  /** Adds environment variables that name resources granted to this function. */
  addVariables(environment: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(environment)) this.addEnvironment(name, value);
  }
}

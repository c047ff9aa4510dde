import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { type IRole, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function, LoggingFormat, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { FunctionBundles } from './bundle-functions.ts';

/** A function's environment as CloudFormation carries it: the variables that it parses, each as text. */
export type Environment<Env> = { readonly [Name in keyof Env]: string };

/** What all functions of a deployment share. */
export interface FunctionDefaults {
  readonly bundles: FunctionBundles;
  /** How long a function's logs are kept, in days. */
  readonly logRetention: RetentionDays;
}

export interface SluiceFunctionProps extends FunctionDefaults {
  /** Folder of the function under `lambdas/`. */
  readonly name: string;
  /** What it does, in a sentence, for the console. */
  readonly description: string;
  /** After which Lambda stops an invocation. */
  readonly timeout: Duration;
  /** In MiB; processor time grows with it, one whole processor at 1,769. @default 512 */
  readonly memorySize?: number;
  /** Variables that no grant brings along. @default none */
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * A function of this app: Node 24 on arm64, from the bundle of its folder, with a role and a log group of its own. The
 * role may write to that log group and to nothing else until something is granted to it, unlike
 * `AWSLambdaBasicExecutionRole`, which may write every log group of the account.
 *
 * X-Ray is off: it takes permissions on all resources, and the logs already carry the video's id through every queue.
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

  /** Sets variables that belong to something granted to this function. */
  addVariables(environment: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(environment)) this.addEnvironment(name, value);
  }
}

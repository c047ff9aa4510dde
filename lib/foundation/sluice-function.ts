import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { type IRole, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, type Code, Function, LoggingFormat, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/** Environment of a function in the template: each variable of its schema as a string. */
export type Environment<Env> = { readonly [Name in keyof Env]: string };

/** Code of every function, ready for Lambda. */
export interface FunctionBundles {
  /** Returns the code of the function in the folder `lambdas/<name>`. */
  codeOf(name: string): Code;
  /** Hash that changes whenever the catalog's migrations, or the rights of its roles, change. */
  readonly migrationsHash: string;
}

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
  /**
   * Concurrency that is kept for the function, which is also its limit. It must leave 100 of the account's concurrency.
   * https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
   *
   * @default none
   */
  readonly reservedConcurrency?: number | undefined;
  /** Whether only deployments invoke it, which fail if it does. @default false */
  readonly runsInDeploymentsOnly?: boolean;
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
  readonly runsInDeploymentsOnly: boolean;

  constructor(scope: Construct, id: string, props: SluiceFunctionProps) {
    const { bundles, logRetention, name, memorySize = 512, reservedConcurrency, runsInDeploymentsOnly = false, ...rest } = props;
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
      ...(reservedConcurrency !== undefined && { reservedConcurrentExecutions: reservedConcurrency }),
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: bundles.codeOf(name),
      handler: 'index.handler',
      tracing: Tracing.DISABLED,
    });
    this.runsInDeploymentsOnly = runsInDeploymentsOnly;
  }

  /** Adds environment variables that name resources granted to this function. */
  addVariables(environment: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(environment)) this.addEnvironment(name, value);
  }
}

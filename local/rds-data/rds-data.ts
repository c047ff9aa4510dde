import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { sendJsonBytes } from '../aws-api/responses.ts';
import { ApiError } from '../aws-api/api-error.ts';
import type { ApiCall, ApiService, Caller } from '../aws-api/api-service.ts';
import { ApiInput } from '../aws-api/json-operations.ts';
import type { Access } from '../iam/access.ts';
import { DEFAULT_HABITS, type Habits } from '../cloud/habits.ts';
import { seededRandom } from '../cloud/seeded-random.ts';
import { AutoPause } from './auto-pause.ts';
import { bindParameters } from './bind-parameters.ts';
import { BusyTime } from './busy-time.ts';
import { describeResult } from './describe-result.ts';
import { toApiError } from './to-api-error.ts';
import { OpenTransactions } from './open-transactions.ts';
import type { Connection } from './requests.ts';
import { batchExecuteSchema, beginSchema, endSchema, executeSchema } from './requests.ts';
import type { DatabaseLogin, SqlEngine, SqlResult, SqlStatement } from './sql-engine.ts';
import { LoginFailedError, STATEMENT_TIMEOUT_MS, StatementTimeoutError } from './sql-engine.ts';

/** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.limitations.html */
const MAX_REQUEST_BYTES = 4 * 1024 * 1024;
const MAX_RESPONSE_BYTES = 1024 * 1024;

const ACTIONS: ReadonlyMap<string, string> = new Map([
  ['/Execute', 'rds-data:ExecuteStatement'],
  ['/BatchExecute', 'rds-data:BatchExecuteStatement'],
  ['/BeginTransaction', 'rds-data:BeginTransaction'],
  ['/CommitTransaction', 'rds-data:CommitTransaction'],
  ['/RollbackTransaction', 'rds-data:RollbackTransaction'],
]);

export interface Cluster {
  readonly arn: string;
  readonly databaseName: string;
  readonly httpEndpointEnabled: boolean;
  /** Credentials of its own user, who owns the database. */
  readonly owner: DatabaseLogin;
  /** Idle time after which it pauses. @default it never does */
  readonly pauseAfterMs?: number | undefined;
}

interface RdsDataOptions {
  readonly engine: SqlEngine;
  /** Returns the credentials in a secret. @throws ApiError */
  readonly readLogin: (secretArn: string) => DatabaseLogin;
  /** Idle time after which a transaction is rolled back. @default three minutes */
  readonly idleTransactionMs?: number | undefined;
  /** Time after which a call with `continueAfterTimeout` ends. @default 45 seconds; the engine has a limit for the others */
  readonly statementTimeoutMs?: number | undefined;
  /** @default those without `--harsh` */
  readonly habits?: Habits | undefined;
}

/**
 * The RDS Data API for one PostgreSQL database.
 * https://docs.aws.amazon.com/rdsdataservice/latest/APIReference/Welcome.html
 */
export class RdsData implements ApiService {
  readonly signingName = 'rds-data';
  readonly protocol = 'rest-json';
  readonly #engine: SqlEngine;
  readonly #readLogin: RdsDataOptions['readLogin'];
  readonly #transactions: OpenTransactions;
  readonly #statementTimeoutMs: number;
  readonly #clusters = new Map<string, Cluster>();
  readonly #pauses = new Map<string, AutoPause>();
  readonly #resumeMs: () => number;
  /** Time during which statements run. */
  readonly busyTime = new BusyTime();
  #callsWhileResuming = 0;

  constructor(options: RdsDataOptions) {
    const { engine, readLogin, idleTransactionMs, statementTimeoutMs = STATEMENT_TIMEOUT_MS, habits = DEFAULT_HABITS } = options;
    this.#engine = engine;
    this.#readLogin = readLogin;
    const [shortestMs, longestMs] = habits.rdsData.resumeMs;
    const random = seededRandom(habits.seed, 'resuming clusters');
    this.#resumeMs = () => shortestMs + random() * (longestMs - shortestMs);
    this.#statementTimeoutMs = statementTimeoutMs;
    this.#transactions = new OpenTransactions(engine, idleTransactionMs);
  }

  /** Returns an id of this database, which differs for a recreated cluster or on another server. */
  async databaseIdentity(): Promise<string> {
    const known = this.#engine.identify?.();
    if (known !== undefined) return known;
    const { rows } = await this.#engine.query({
      text: `select system_identifier::text || '/' || oid::text
               from pg_control_system(), pg_database where datname = current_database()`,
      values: [],
    });
    return String(rows[0]?.[0]);
  }

  /** Resolves once the database responds. @throws Error if it cannot be reached or refuses the connection */
  async ready(): Promise<void> {
    await this.#engine.query({ text: 'select 1', values: [] });
  }

  addCluster(cluster: Cluster): void {
    this.#clusters.set(cluster.arn, cluster);
    this.#pauses.set(cluster.arn, new AutoPause({ pauseAfterMs: cluster.pauseAfterMs, resumeMs: this.#resumeMs }));
  }

  /** Returns the ARNs of all clusters. */
  listClusters(): readonly string[] {
    return [...this.#clusters.keys()];
  }

  /** Deletes a cluster; with the last one, the database in process is deleted too. */
  removeCluster(arn: string): void {
    this.#clusters.delete(arn);
    if (this.#clusters.size === 0) this.#engine.discard?.();
  }

  /** Rejects the next calls like a cluster that resumes from pause. */
  pause(calls: number): void {
    this.#callsWhileResuming = calls;
  }

  async handle(call: ApiCall): Promise<void> {
    try {
      const response = Buffer.from(JSON.stringify(await this.#dispatch(call)));
      if (response.length > MAX_RESPONSE_BYTES) {
        const message = 'Database returned more than the allowed response size limit';
        throw new ApiError('UnsupportedResultException', 400, message);
      }
      sendJsonBytes(call, response);
    } catch (error) {
      throw toApiError(error);
    }
  }

  async close(): Promise<void> {
    await this.#transactions.close();
    await this.#engine.close();
  }

  async #dispatch(call: ApiCall): Promise<unknown> {
    const body = await readJson(call);
    await call.authorize(listAccesses(call.rawPath, new ApiInput(body)));
    const { caller } = call;
    switch (`${call.request.method} ${call.rawPath}`) {
      case 'POST /Execute':
        return this.#execute(body, caller);
      case 'POST /BatchExecute':
        return this.#batchExecute(body, caller);
      case 'POST /BeginTransaction':
        return { transactionId: await this.#transactions.begin(this.#admit(parse(beginSchema, body), caller).login) };
      case 'POST /CommitTransaction': {
        const { request, login } = this.#admit(parse(endSchema, body), caller);
        await this.#transactions.commit(request.transactionId, login);
        return { transactionStatus: 'Transaction Committed' };
      }
      case 'POST /RollbackTransaction': {
        const { request, login } = this.#admit(parse(endSchema, body), caller);
        await this.#transactions.rollback(request.transactionId, login);
        return { transactionStatus: 'Rollback Complete' };
      }
      default:
        throw new ApiError(
          'UnknownOperationException',
          404,
          `The laptop cloud does not implement ${call.request.method} ${call.rawPath}`,
        );
    }
  }

  async #execute(body: unknown, caller: Caller): Promise<unknown> {
    const { request, login } = this.#admit(parse(executeSchema, body), caller);
    const statement = bindParameters(request.sql, request.parameters);
    const result = await (request.continueAfterTimeout
      ? this.#runBeyondTimeout(statement, request.transactionId, login)
      : this.#run(statement, request.transactionId, login));
    return { generatedFields: [], ...describeResult(result, request) };
  }

  async #batchExecute(body: unknown, caller: Caller): Promise<unknown> {
    const { request, login } = this.#admit(parse(batchExecuteSchema, body), caller);
    const { sql, parameterSets, transactionId } = request;
    const sets = parameterSets.length === 0 ? [[]] : parameterSets;
    for (const parameters of sets) await this.#run(bindParameters(sql, parameters), transactionId, login);
    return { updateResults: sets.map(() => ({ generatedFields: [] })) };
  }

  /** Runs a statement that continues after the call has timed out. @throws StatementTimeoutError */
  async #runBeyondTimeout(
    statement: SqlStatement,
    transactionId: string | undefined,
    login: DatabaseLogin | undefined,
  ): Promise<SqlResult> {
    const result = this.#run({ ...statement, isUnlimited: true }, transactionId, login);
    // Nobody learns how it ends after the time-out.
    result.catch(() => undefined);
    const ended = new AbortController();
    const timeout = sleep(this.#statementTimeoutMs, undefined, { signal: ended.signal }).then(() => {
      throw new StatementTimeoutError();
    });
    timeout.catch(() => undefined);
    try {
      return await Promise.race([result, timeout]);
    } finally {
      ended.abort();
    }
  }

  async #run(
    statement: SqlStatement,
    transactionId: string | undefined,
    login: DatabaseLogin | undefined,
  ): Promise<SqlResult> {
    return this.busyTime.during(() =>
      transactionId === undefined
        ? this.#engine.query(statement, login)
        : this.#transactions.query(transactionId, statement, login),
    );
  }

  #admit<Request extends Omit<Connection, 'schema'>>(request: Request, caller: Caller): Admitted<Request> {
    if (this.#callsWhileResuming > 0) {
      this.#callsWhileResuming -= 1;
      throw resumingError();
    }
    const cluster = this.#clusters.get(request.resourceArn);
    if (cluster === undefined)
      throw new ApiError('DatabaseNotFoundException', 404, `DB cluster ${request.resourceArn} is not found`);
    if (!cluster.httpEndpointEnabled) {
      throw new ApiError(
        'HttpEndpointNotEnabledException',
        400,
        `HttpEndpoint is not enabled for resource ${cluster.arn}`,
      );
    }
    if (request.database !== undefined && request.database !== cluster.databaseName) {
      const message = `FATAL: database "${request.database}" does not exist; SQLState: 3D000`;
      throw new ApiError('DatabaseErrorException', 400, message);
    }
    // The laptop's own terminal polls the catalog, which nothing does on AWS.
    const isOfDeployment = caller.roleArn !== undefined;
    if (isOfDeployment && this.#pauses.get(cluster.arn)?.admit(!this.#transactions.isEmpty) === false) throw resumingError();
    return { request, login: this.#logIn(cluster, request.secretArn) };
  }

  /** Returns the credentials in a secret, undefined for the owner, whose password only the cluster knows. */
  #logIn({ owner }: Cluster, secretArn: string): DatabaseLogin | undefined {
    const login = this.#readLogin(secretArn);
    if (login.username !== owner.username) return login;
    if (login.password !== owner.password) throw new LoginFailedError(login.username);
    return undefined;
  }
}

interface Admitted<Request> {
  readonly request: Request;
  /** Role with whose rights it is run; undefined for the owner of the database. */
  readonly login: DatabaseLogin | undefined;
}

/**
 * Returns the permissions of a call: the Data API reads the secret with the caller's own.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrdsdataapi.html
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.access.html
 */
function listAccesses(rawPath: string, input: ApiInput): readonly Access[] {
  const action = ACTIONS.get(rawPath);
  if (action === undefined) return [];
  return [
    { action, resource: input.text('resourceArn') },
    { action: 'secretsmanager:GetSecretValue', resource: input.text('secretArn') },
  ];
}

async function readJson(call: ApiCall): Promise<unknown> {
  const body = await call.readBody();
  if (body.length > MAX_REQUEST_BYTES) {
    throw new ApiError('BadRequestException', 413, 'The request is larger than 4 MiB');
  }
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new ApiError('BadRequestException', 400, 'The request body is not valid JSON');
  }
}

function resumingError(): ApiError {
  const message = 'The Aurora DB instance is resuming after being auto-paused. Please wait a few seconds and try again.';
  return new ApiError('DatabaseResumingException', 400, message);
}

function parse<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const result = schema.safeParse(body);
  if (!result.success) throw new ApiError('BadRequestException', 400, z.prettifyError(result.error));
  return result.data;
}

import { z } from 'zod';
import { sendJson } from '../aws-api/responses.ts';
import { ApiError } from '../aws-api/api-error.ts';
import type { ApiCall, ApiService } from '../aws-api/api-service.ts';
import { bindParameters } from './bind-parameters.ts';
import { toApiError } from './to-api-error.ts';
import { OpenTransactions } from './open-transactions.ts';
import type { Connection, ExecuteRequest, Parameter } from './requests.ts';
import { batchExecuteSchema, beginSchema, endSchema, executeSchema } from './requests.ts';
import { describeColumns, toFields, toObjects } from './result-fields.ts';
import type { SqlEngine, SqlResult } from './sql-engine.ts';

/** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.limitations.html */
const MAX_REQUEST_BYTES = 4 * 1024 * 1024;
const MAX_RESPONSE_BYTES = 1024 * 1024;
const MAX_ROW_BYTES = 64 * 1024;

export interface Cluster {
  readonly arn: string;
  readonly databaseName: string;
  readonly httpEndpointEnabled: boolean;
}

interface RdsDataOptions {
  readonly engine: SqlEngine;
  /** Idle time after which a transaction is rolled back. @default three minutes */
  readonly idleTransactionMs?: number | undefined;
}

/**
 * The RDS Data API for one PostgreSQL database.
 * https://docs.aws.amazon.com/rdsdataservice/latest/APIReference/Welcome.html
 */
export class RdsData implements ApiService {
  readonly signingName = 'rds-data';
  readonly protocol = 'rest-json';
  readonly #engine: SqlEngine;
  readonly #transactions: OpenTransactions;
  readonly #clusters = new Map<string, Cluster>();
  #callsWhileResuming = 0;

  constructor({ engine, idleTransactionMs }: RdsDataOptions) {
    this.#engine = engine;
    this.#transactions = new OpenTransactions(engine, idleTransactionMs);
  }

  /** Returns an id of this database, which differs for a recreated cluster or on another server. */
  async databaseIdentity(): Promise<string> {
    const { rows } = await this.#engine.query({
      text: `select system_identifier::text || '/' || oid::text
               from pg_control_system(), pg_database where datname = current_database()`,
      values: [],
    });
    return String(rows[0]?.[0]);
  }

  addCluster(cluster: Cluster): void {
    this.#clusters.set(cluster.arn, cluster);
  }

  /** Rejects the next calls like a cluster that resumes from pause. */
  pause(calls: number): void {
    this.#callsWhileResuming = calls;
  }

  async handle(call: ApiCall): Promise<void> {
    try {
      const response = await this.#dispatch(call);
      if (Buffer.byteLength(JSON.stringify(response)) > MAX_RESPONSE_BYTES) {
        const message = 'Database returned more than the allowed response size limit';
        throw new ApiError('UnsupportedResultException', 400, message);
      }
      sendJson(call, response);
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
    switch (`${call.request.method} ${call.rawPath}`) {
      case 'POST /Execute':
        return this.#execute(body);
      case 'POST /BatchExecute':
        return this.#batchExecute(body);
      case 'POST /BeginTransaction':
        this.#admit(parse(beginSchema, body));
        return { transactionId: await this.#transactions.begin() };
      case 'POST /CommitTransaction':
        await this.#transactions.commit(this.#admit(parse(endSchema, body)).transactionId);
        return { transactionStatus: 'Transaction Committed' };
      case 'POST /RollbackTransaction':
        await this.#transactions.rollback(this.#admit(parse(endSchema, body)).transactionId);
        return { transactionStatus: 'Rollback Complete' };
      default:
        throw new ApiError(
          'UnknownOperationException',
          404,
          `The laptop cloud does not implement ${call.request.method} ${call.rawPath}`,
        );
    }
  }

  async #execute(body: unknown): Promise<unknown> {
    const request = this.#admit(parse(executeSchema, body));
    const result = await this.#run(request.sql, request.parameters, request.transactionId);
    return { generatedFields: [], ...describeResult(result, request) };
  }

  async #batchExecute(body: unknown): Promise<unknown> {
    const { sql, parameterSets, transactionId } = this.#admit(parse(batchExecuteSchema, body));
    const sets = parameterSets.length === 0 ? [[]] : parameterSets;
    for (const parameters of sets) await this.#run(sql, parameters, transactionId);
    return { updateResults: sets.map(() => ({ generatedFields: [] })) };
  }

  async #run(sql: string, parameters: readonly Parameter[], transactionId: string | undefined): Promise<SqlResult> {
    const statement = bindParameters(sql, parameters);
    return transactionId === undefined
      ? this.#engine.query(statement)
      : this.#transactions.query(transactionId, statement);
  }

  #admit<Request extends Omit<Connection, 'schema'>>(request: Request): Request {
    if (this.#callsWhileResuming > 0) {
      this.#callsWhileResuming -= 1;
      const message =
        'The Aurora DB instance is resuming after being auto-paused. Please wait a few seconds and try again.';
      throw new ApiError('DatabaseResumingException', 400, message);
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
    return request;
  }
}

/** Returns the response fields for a result: a statement without rows has a count and no `records`. */
function describeResult(result: SqlResult, request: ExecuteRequest): Record<string, unknown> {
  if (result.columns.length === 0) return { numberOfRecordsUpdated: result.affectedRows };
  const metadata = request.includeResultMetadata ? { columnMetadata: describeColumns(result) } : {};
  if (request.formatRecordsAs === 'JSON') {
    const formattedRecords = JSON.stringify(toObjects(result, request.resultSetOptions));
    return { numberOfRecordsUpdated: 0, formattedRecords };
  }
  for (const row of result.rows) {
    const rowBytes = row.reduce((sum, text) => sum + (text === null ? 0 : Buffer.byteLength(text)), 0);
    if (rowBytes > MAX_ROW_BYTES) {
      throw new ApiError('UnsupportedResultException', 400, 'The result contains a row larger than 64 KB');
    }
  }
  return { numberOfRecordsUpdated: 0, records: toFields(result, request.resultSetOptions), ...metadata };
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

function parse<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const result = schema.safeParse(body);
  if (!result.success) throw new ApiError('BadRequestException', 400, z.prettifyError(result.error));
  return result.data;
}

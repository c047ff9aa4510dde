import { ApiError } from '../aws-api/api-error.ts';
import { InvalidParameterError } from './bind-parameters.ts';
import { UnknownTransactionError } from './open-transactions.ts';
import { UnsupportedResultError } from './result-fields.ts';
import { QUERY_CANCELED, SqlEngineBusyError, SqlEngineUnreachableError, SqlError } from './sql-engine.ts';

/**
 * Translates an error of the engine or of a request to an error of the API.
 * https://docs.aws.amazon.com/rdsdataservice/latest/APIReference/API_ExecuteStatement.html#API_ExecuteStatement_Errors
 */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof SqlError && error.sqlState === QUERY_CANCELED) {
    return new ApiError('StatementTimeoutException', 400, 'Request timed out');
  }
  if (error instanceof SqlError) {
    const detail = error.detail === undefined ? '' : `\n  Detail: ${error.detail}`;
    return new ApiError(
      'DatabaseErrorException',
      400,
      `${error.severity}: ${error.message}${detail}; SQLState: ${error.sqlState}`,
      { cause: error },
    );
  }
  if (error instanceof InvalidParameterError) return new ApiError('BadRequestException', 400, error.message);
  if (error instanceof UnsupportedResultError) return new ApiError('UnsupportedResultException', 400, error.message);
  if (error instanceof UnknownTransactionError) return new ApiError('TransactionNotFoundException', 404, error.message);
  if (error instanceof SqlEngineBusyError) return new ApiError('ServiceUnavailableError', 503, error.message);
  if (error instanceof SqlEngineUnreachableError)
    return new ApiError('DatabaseUnavailableException', 504, error.message, { cause: error });
  const message = error instanceof Error ? error.message : String(error);
  return new ApiError('InternalServerErrorException', 500, message);
}

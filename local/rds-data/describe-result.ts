import { ApiError } from '../aws-api/api-error.ts';
import type { ExecuteRequest } from './requests.ts';
import { describeColumns, toFields, toObjects } from './result-fields.ts';
import type { SqlResult } from './sql-engine.ts';

/** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.limitations.html */
const MAX_ROW_BYTES = 64 * 1024;

/** Returns the response fields for a result: a statement without rows has a count and no `records`. */
export function describeResult(result: SqlResult, request: ExecuteRequest): Record<string, unknown> {
  if (result.columns.length === 0) return { numberOfRecordsUpdated: result.affectedRows };
  const metadata = request.includeResultMetadata ? { columnMetadata: describeColumns(result) } : {};
  if (request.formatRecordsAs === 'JSON') {
    const formattedRecords = JSON.stringify(toObjects(result, request.resultSetOptions));
    return { numberOfRecordsUpdated: 0, formattedRecords };
  }
  const records = toFields(result, request.resultSetOptions);
  for (const row of result.rows) {
    const rowBytes = row.reduce((sum, text) => sum + (text === null ? 0 : Buffer.byteLength(text)), 0);
    if (rowBytes > MAX_ROW_BYTES) {
      throw new ApiError('UnsupportedResultException', 400, 'The result contains a row larger than 64 KB');
    }
  }
  return { numberOfRecordsUpdated: 0, records, ...metadata };
}

import { ExecuteStatementCommand, type RDSDataClient, type SqlParameter } from '@aws-sdk/client-rds-data';
import type { Running } from '../../local/cli/running.ts';

/** Queries the running cloud's catalog through the Data API, as an operator would. */
export async function queryCatalog(
  { running, rdsData }: { readonly running: Running; readonly rdsData: RDSDataClient },
  sql: string,
  values: Readonly<Record<string, string>>,
): Promise<unknown[]> {
  const parameters = Object.entries(values).map(([name, stringValue]): SqlParameter => ({
    name,
    value: { stringValue },
  }));
  const { formattedRecords } = await rdsData.send(
    new ExecuteStatementCommand({
      resourceArn: running.outputs['CatalogClusterArn'],
      secretArn: running.outputs['CatalogSecretArn'],
      database: running.outputs['CatalogDatabaseName'],
      formatRecordsAs: 'JSON',
      sql,
      parameters,
    }),
  );
  return JSON.parse(formattedRecords ?? '[]') as unknown[];
}

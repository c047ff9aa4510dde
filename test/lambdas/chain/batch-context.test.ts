import { Logger } from '@aws-lambda-powertools/logger';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import { batchContext } from '../../../lambdas/chain/batch-context.ts';
import { readEmbeddedMetrics } from '../../../local/cloudwatch/read-embedded-metrics.ts';

const record = { messageId: 'm1', eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:uploads' } as SQSRecord;

test('publishes a failed message only once it has been failing for longer than its queue allows', () => {
  const lines: string[] = [];
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  const env = { DEPLOYMENT_ID: 'SchoolPipeline', MAX_FAILING_SECONDS: 60 };
  const { reportFailure } = batchContext(env, new Logger({ logLevel: 'SILENT' }), new SQSClient({ region: 'us-east-1' }));
  reportFailure(record, 59_999);
  const early = lines.length;
  reportFailure(record, 60_000);
  write.mockRestore();
  expect(early).toBe(0);
  expect(lines.flatMap(readEmbeddedMetrics)).toMatchObject([
    { id: { namespace: 'Sluice', name: 'MessagesFailing', dimensions: { service: 'SchoolPipeline' } }, value: 1 },
  ]);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ queue: 'uploads', messageId: 'm1' });
});

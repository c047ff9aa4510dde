import type { RedriveResponse } from '../../../lambdas/contracts/redrive.ts';
import { redrive } from '../../../local/operations/redrive.ts';

/** Returns the last lines that redriving a queue prints, from the function's response. */
async function summaryOf(count: number, others: number): Promise<readonly string[]> {
  const letters = Array.from({ length: count }, (_, index) => ({ messageId: `m${index}`, about: 'v', sentAt: '2026-11-30T22:00:00.000Z' }));
  const response = { type: 'dead-letters', letters, others, inFlight: 0, hasMore: false } satisfies RedriveResponse;
  const lines: string[] = [];
  const terminal = { isInteractive: false, hasHyperlinks: false, line: (text: string) => void lines.push(text), progress: () => undefined };
  const deployment = { invoke: async () => response, start: async () => undefined, close: () => undefined };
  await redrive(deployment, { type: 'queue', queue: 'removal', dryRun: false }, { terminal, json: false });
  return lines.slice(count);
}

test('counts dead letters in the singular and the plural', async () => {
  expect(await summaryOf(1, 1)).toEqual(['1 dead letter of removal.', '1 of other queues stays.']);
  expect(await summaryOf(2, 2)).toEqual(['2 dead letters of removal.', '2 of other queues stay.']);
});

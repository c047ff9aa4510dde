import { createErrorReport } from '../../../local/cli/error-report.ts';

test('prints failures, and a full disk once in ten seconds whatever else fails on it', () => {
  const lines: string[] = [];
  let now = 0;
  const report = createErrorReport({ line: (text) => lines.push(text) }, '/state', () => now);
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  report('PUT /bucket/key', new Error('refused', { cause: full }));
  report('POST /', Object.assign(new Error('database or disk is full'), { errcode: 13 }));
  report('The edge failed to respond', new Error('other'));
  now = 10_000;
  report('POST /Execute', Object.assign(new Error('could not extend file'), { sqlState: '53100' }));
  expect(lines).toEqual([
    'The disk of /state is full (PUT /bucket/key). Free space; interrupted work then continues.',
    'The edge failed to respond: other',
    'The disk of /state is full (POST /Execute). Free space; interrupted work then continues.',
  ]);
});

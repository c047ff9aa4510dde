import { randomUUID } from 'node:crypto';
import { readRunning } from '../../local/cli/running.ts';
import { readStatus } from '../../local/cli/status.ts';
import { openDeployment } from '../../local/operations/deployment.ts';
import { parseOperation } from '../../local/operations/parse-operation.ts';
import { reconcile } from '../../local/operations/reconcile.ts';
import { redrive } from '../../local/operations/redrive.ts';
import { FOOTAGE_KEY, sharedCloud } from '../support/shared-cloud.ts';

const { stateDirectory } = sharedCloud();

/** Runs an operation as the terminal does. @returns its exit status and output, or its error */
async function run(...args: readonly string[]): Promise<{ readonly status?: number; readonly text: string }> {
  const lines: string[] = [];
  const terminal = {
    isInteractive: false,
    hasHyperlinks: false,
    line: (text: string) => void lines.push(text),
    progress: () => undefined,
  };
  const operation = parseOperation([...args, '--state', stateDirectory], {});
  if (operation.name === 'help') return { text: operation.text };
  const deployment = await openDeployment(operation.target);
  try {
    const status =
      operation.name === 'redrive'
        ? await redrive(deployment, operation.request, { terminal, json: operation.json })
        : await reconcile(deployment, operation, terminal);
    return { status, text: lines.join('\n') };
  } catch (error) {
    return { text: String(error) };
  } finally {
    deployment.close();
  }
}

test('a run of the reconciler leaves work alone that is in progress, and its report can be read again', async () => {
  const { status, text } = await run('reconcile', '--json');
  const report: unknown = JSON.parse(text);
  expect(report).toMatchObject({ dryRun: false, unfinished: [], findings: {} });
  expect(status).toBe(0);
  const last: unknown = JSON.parse((await run('reconcile', '--last', '--json')).text);
  expect(last).toMatchObject({ runId: expect.any(String) });
  expect((await readStatus(readRunning(stateDirectory))).reconciliation).toEqual({ last });
});

test('a ready video is not retried, and an unknown one is an error', async () => {
  expect(await run('redrive', 'video', FOOTAGE_KEY)).toEqual({ status: 1, text: expect.stringContaining('has not failed') });
  expect((await run('redrive', 'video', randomUUID())).text).toMatch(/^Error: No video has the id or key/);
});

test('dead letters are looked at without moving any', async () => {
  const { text } = await run('redrive', 'queue', 'removal', '--dry-run');
  expect(text).toContain('This was a dry run: nothing was changed.');
});

import { UsageError } from '../cli/options.ts';
import { escapeControlsInLines } from '../cli/columns.ts';
import { openTerminal } from '../cli/terminal.ts';
import { messageOf } from '../cloud/system-error.ts';
import { openDeployment } from './deployment.ts';
import { parseOperation } from './parse-operation.ts';
import { reconcile } from './reconcile.ts';
import { redrive } from './redrive.ts';

/** Entry point of `npm run redrive` and `npm run reconcile`. Exit status 2 reports a failed command. */
async function main(argv: readonly string[]): Promise<number> {
  const operation = parseOperation(argv);
  const terminal = openTerminal(process.stdout);
  if (operation.name === 'help') {
    terminal.line(operation.text);
    return 0;
  }
  const deployment = await openDeployment(operation.target);
  try {
    const { json } = operation;
    if (operation.name === 'reconcile') return await reconcile(deployment, operation, terminal);
    return await redrive(deployment, operation.request, { terminal, json });
  } finally {
    deployment.close();
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const trace = process.env['DEBUG'] !== undefined && !(error instanceof UsageError) && error instanceof Error;
  process.stderr.write(`${escapeControlsInLines(trace ? (error.stack ?? '') : messageOf(error))}\n`);
  process.exitCode = 2;
}

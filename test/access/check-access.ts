import { EXPLANATIONS } from '../support/access/explained-grants.ts';
import { judgeStatements, type Judgment } from '../support/access/judge-statements.ts';
import { readRuns } from '../support/access/read-runs.ts';

/** Prints which grants of the templates the recorded runs needed. @returns the number of findings */
async function checkAccess(folder: string): Promise<number> {
  const runs = readRuns(folder);
  if (!runs.some(({ edited, calls }) => !edited && calls.length > 0)) throw new Error(`${folder} holds no record of a run.`);
  const judgments = await judgeStatements(runs);
  const idle = judgments.filter(({ needed }) => needed === undefined);
  const explained = EXPLANATIONS.map(({ reason, covers }) => ({ reason, covered: idle.filter(covers) }));
  const unexplained = idle.filter((one) => !EXPLANATIONS.some(({ covers }) => covers(one)));
  const unconditional = judgments.filter(({ idleConditions }) => idleConditions.length > 0);
  const stale = explained.filter(({ covered }) => covered.length === 0);

  print(`Records: ${runs.length} runs, ${runs.reduce((sum, { calls }) => sum + calls.length, 0)} distinct requests`);
  print('Effect  statements  grants  needed  explained  unexplained');
  for (const effect of ['Allow', 'Deny'] as const) {
    const all = judgments.filter((one) => one.effect === effect);
    const numbers = [
      new Set(all.map(({ statement }) => statement)).size,
      all.length,
      all.filter(({ needed }) => needed !== undefined).length,
      all.filter((one) => idle.includes(one) && !unexplained.includes(one)).length,
      all.filter((one) => unexplained.includes(one)).length,
    ];
    const widths = [10, 8, 8, 11, 13];
    print(effect.padEnd(8) + numbers.map((number, index) => String(number).padStart(widths[index] ?? 0)).join(''));
  }
  for (const { reason, covered } of explained) print(`Explained ${covered.length} times: ${reason}`);
  for (const one of unexplained) print(`Unused: ${describe(one)}`);
  for (const one of unconditional) print(`Idle condition on ${one.idleConditions.join(', ')}: ${describe(one)}`);
  for (const { reason } of stale) print(`Explains nothing: ${reason}`);
  return unexplained.length + unconditional.length + stale.length;
}

function describe({ stack, logicalId, effect, action, resource }: Judgment): string {
  return `${stack}/${logicalId} ${effect} ${action}${resource === undefined ? '' : ` on ${resource}`}`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

const [folder = '.build/access'] = process.argv.slice(2);
process.exitCode = (await checkAccess(folder)) === 0 ? 0 : 1;

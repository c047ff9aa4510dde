import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { FAILURE_CODES, REDRIVE_QUEUES, type RedriveQueue, type RedriveRequest } from '../../lambdas/contracts/redrive.ts';
import { failedCode, STEPS } from '../../lambdas/contracts/steps.ts';
import { findCallerDirectory } from '../cli/caller-directory.ts';
import { type CommandOption, recoverOptionsTakenByNpm, writeCommandLine } from '../cli/npm-options.ts';
import { DEFAULT_STATE, UsageError } from '../cli/options.ts';
import { messageOf } from '../cloud/system-error.ts';
import { RECONCILE_USAGE, REDRIVE_USAGE } from './usage.ts';

/** Where an operation is carried out. */
export type Target =
  | { readonly kind: 'laptop'; readonly state: string }
  | {
      readonly kind: 'deployment';
      readonly stackPrefix: string;
      readonly region: string | undefined;
      readonly profile: string | undefined;
    };

interface Common {
  readonly target: Target;
  readonly dryRun: boolean;
  readonly json: boolean;
}

export type Operation =
  | { readonly name: 'help'; readonly text: string }
  | (Common & { readonly name: 'redrive'; readonly request: RedriveRequest })
  | (Common & { readonly name: 'reconcile'; readonly last: boolean; readonly removeUnknown: boolean });

const COMMON = {
  'dry-run': { type: 'boolean' },
  json: { type: 'boolean' },
  deployment: { type: 'string' },
  region: { type: 'string' },
  profile: { type: 'string' },
  state: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies Readonly<Record<string, CommandOption>>;
const OPTIONS = {
  redrive: COMMON,
  reconcile: { ...COMMON, last: { type: 'boolean' }, 'remove-unknown': { type: 'boolean' } },
} as const;
const USAGES = { redrive: REDRIVE_USAGE, reconcile: RECONCILE_USAGE };

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Parses the command line of an operation.
 *
 * @throws UsageError that names the invalid argument, or the right command line if npm took options for its own: it knows
 *   `--dry-run` too, and would drop it in silence
 */
export function parseOperation(
  [name = '', ...args]: readonly string[],
  environment: Environment = process.env,
  workingDirectory: string = process.cwd(),
): Operation {
  if (name !== 'redrive' && name !== 'reconcile') throw new UsageError(`Unknown operation: ${name}.`);
  if (args.includes('--help') || args.includes('-h')) return { name: 'help', text: USAGES[name] };
  const options = OPTIONS[name];
  const recovered = environment['npm_lifecycle_event'] === name ? recoverOptionsTakenByNpm(args, options, environment) : undefined;
  if (recovered !== undefined)
    throw new UsageError(
      `npm took options for its own. Put -- before them:\n  ${writeCommandLine(['npm', 'run', '-s', name, '--', ...recovered])}`,
    );
  const { values, positionals } = parse(name, args, options);
  const dryRun = values['dry-run'] === true;
  const common = { target: chooseTarget(values, findCallerDirectory(environment, workingDirectory)), dryRun, json: values['json'] === true };
  if (name === 'redrive') return { ...common, name, request: chooseWork(positionals, dryRun) };
  if (positionals.length > 0) throw new UsageError(`reconcile takes no argument: ${positionals.join(' ')}.`);
  const [last, removeUnknown] = [values['last'] === true, values['remove-unknown'] === true];
  if (last && (dryRun || removeUnknown)) throw new UsageError('--last starts no run, so that it takes neither --dry-run nor --remove-unknown.');
  return { ...common, name, last, removeUnknown };
}

const valuesSchema = z.record(z.string(), z.union([z.string(), z.boolean()]).optional());
type Values = Readonly<z.infer<typeof valuesSchema>>;

function parse(
  name: keyof typeof OPTIONS,
  args: readonly string[],
  options: Readonly<Record<string, CommandOption>>,
): { readonly values: Values; readonly positionals: readonly string[] } {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: { ...options }, allowPositionals: true, strict: true });
    return { values: valuesSchema.parse(values), positionals };
  } catch (error) {
    throw new UsageError(`${messageOf(error)}\n\n${USAGES[name]}`, { cause: error });
  }
}

function chooseTarget({ deployment, region, profile, state }: Values, directory: string): Target {
  if (typeof deployment !== 'string') {
    if (region !== undefined || profile !== undefined) throw new UsageError('--region and --profile need --deployment.');
    return { kind: 'laptop', state: typeof state === 'string' ? resolve(directory, state) : DEFAULT_STATE };
  }
  if (state !== undefined) throw new UsageError('--state names a laptop cloud, and --deployment does not.');
  const textOf = (value: Values[string]) => (typeof value === 'string' ? value : undefined);
  return { kind: 'deployment', stackPrefix: deployment, region: textOf(region), profile: textOf(profile) };
}

/** Code of the failures of each step. */
const CODES: ReadonlyMap<string, string> = new Map([
  ['transcode', 'transcode_failed'],
  ...STEPS.map((step): [string, string] => [step, failedCode(step)]),
]);

function chooseWork([kind, value, ...rest]: readonly string[], dryRun: boolean): RedriveRequest {
  if (kind === undefined) throw new UsageError(REDRIVE_USAGE);
  if (value === undefined || rest.length > 0) throw new UsageError(`redrive ${kind} takes exactly one argument.\n\n${REDRIVE_USAGE}`);
  switch (kind) {
    case 'video':
      return { type: 'video', video: value, dryRun };
    case 'step': {
      const code = CODES.get(value);
      if (code === undefined) throw unknown('step', value, [...CODES.keys()]);
      return { type: 'failed', code, dryRun };
    }
    case 'code':
      if (!FAILURE_CODES.includes(value)) throw unknown('code of a failure', value, FAILURE_CODES);
      return { type: 'failed', code: value, dryRun };
    case 'queue':
      if (!isQueue(value)) throw unknown('queue', value, REDRIVE_QUEUES);
      return { type: 'queue', queue: value, dryRun };
    default:
      throw unknown('kind', kind, ['video', 'step', 'code', 'queue']);
  }
}

function isQueue(name: string): name is RedriveQueue {
  return REDRIVE_QUEUES.some((queue) => queue === name);
}

function unknown(what: string, value: string, known: readonly string[]): UsageError {
  return new UsageError(`'${value}' is not a known ${what}; known: ${known.join(', ')}.`);
}

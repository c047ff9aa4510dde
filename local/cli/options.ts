import { randomInt } from 'node:crypto';
import { statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { DEFAULT_HABITS, type Habits, harshHabits } from '../cloud/habits.ts';
import { ROLES, type Role } from '../../lambdas/contracts/api/session.ts';
import { messageOf } from '../cloud/system-error.ts';
import { findCallerDirectory, PROJECT_ROOT } from './caller-directory.ts';
import { type CommandOption, recoverOptionsTakenByNpm, writeCommandLine } from './npm-options.ts';
import { DEFAULT_PORT, USAGE } from './usage.ts';

/** Thrown for an invalid command line; its message is all that the user needs to see. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const MAX_PORT = 65_534;
const MAX_SEED = 999_999;

/** State directory of commands without `--state`. */
export const DEFAULT_STATE = join(PROJECT_ROOT, '.sluice');

const COMMON = {
  state: { type: 'string', accepts: (argument) => !isFile(argument) },
  help: { type: 'boolean', short: 'h' },
} as const satisfies Readonly<Record<string, CommandOption>>;
const START = {
  // Before `state`, which accepts whatever is not a file.
  port: { type: 'string', accepts: isNumber },
  context: { type: 'string', short: 'c', multiple: true, accepts: (argument) => /^[\w.@:/-]+=/.test(argument) },
  exit: { type: 'boolean' },
  sample: { type: 'boolean' },
  explain: { type: 'boolean' },
  harsh: { type: 'boolean' },
  seed: { type: 'string', accepts: isNumber },
  assembly: { type: 'string', accepts: (argument) => isFile(join(argument, 'manifest.json')) },
  ...COMMON,
} as const satisfies Readonly<Record<string, CommandOption>>;
const PLAY = {
  expires: { type: 'string', accepts: isNumber },
  dash: { type: 'boolean' },
  json: { type: 'boolean' },
  // Any argument may be a key.
  ...COMMON,
  state: { type: 'string', accepts: (argument) => isFile(join(argument, 'running.json')) },
} as const satisfies Readonly<Record<string, CommandOption>>;
const STATUS = { json: { type: 'boolean' }, ...COMMON } as const satisfies Readonly<Record<string, CommandOption>>;
const TOKEN = {
  role: { type: 'string', accepts: (argument) => ROLES.some((role) => role === argument) },
  name: { type: 'string', accepts: (argument) => !argument.includes('/') },
  ...COMMON,
} as const satisfies Readonly<Record<string, CommandOption>>;

/** A command; all its paths are absolute. */
export type Command =
  | { readonly name: 'help'; readonly text: string }
  | {
      readonly name: 'start';
      readonly files: readonly string[];
      readonly sample: boolean;
      readonly exit: boolean;
      readonly explain: boolean;
      readonly habits: Habits;
      readonly port: number;
      readonly state: string;
      readonly assembly: string | undefined;
      /** Settings by key, with values as `cdk deploy -c` takes them. */
      readonly context: Readonly<Record<string, string>>;
      /** Directory from which paths in the output start. */
      readonly directory: string;
    }
  | {
      readonly name: 'play';
      /** Id or object key of a video. */
      readonly video: string;
      readonly format: 'hls' | 'dash' | 'json';
      readonly expiresInSeconds: number | undefined;
      readonly state: string;
    }
  | { readonly name: 'status'; readonly isJson: boolean; readonly state: string }
  | { readonly name: 'env'; readonly state: string }
  | { readonly name: 'token'; readonly role: Role; readonly username: string; readonly state: string };

export type StartCommand = Extract<Command, { name: 'start' }>;

type Environment = Readonly<Record<string, string | undefined>>;

/** Place to which relative paths of a command line belong. */
interface Caller {
  readonly directory: string;
}

/**
 * Parses a command line.
 *
 * @throws UsageError that names the invalid argument
 */
export function parseCommand(
  argv: readonly string[],
  environment: Environment = process.env,
  workingDirectory: string = process.cwd(),
): Command {
  const [name = 'help', ...args] = argv;
  if (name === 'help' || name === '--help' || name === '-h') return { name: 'help', text: USAGE };
  const command = COMMANDS[name];
  if (command === undefined) throw new UsageError(`Unknown command: ${name}.\n\n${USAGE}`);
  if (args.includes('--help') || args.includes('-h')) return { name: 'help', text: USAGE };
  if (environment['npm_lifecycle_event'] === name) requireOptionsFromNpm(name, args, command.options, environment);
  return command.parse(args, { directory: findCallerDirectory(environment, workingDirectory) });
}

/** @throws UsageError with the right command line if npm took options for its own */
function requireOptionsFromNpm(
  name: string,
  args: readonly string[],
  options: Readonly<Record<string, CommandOption>>,
  environment: Environment,
): void {
  const recovered = recoverOptionsTakenByNpm(args, options, environment);
  if (recovered === undefined) return;
  const script = name === 'start' ? ['npm', 'start'] : ['npm', 'run', '-s', name];
  throw new UsageError(
    `npm took the options for itself, because no -- precedes them. Run this instead:\n\n  ${writeCommandLine([...script, '--', ...recovered])}\n`,
  );
}

interface CommandParser {
  readonly options: Readonly<Record<string, CommandOption>>;
  readonly parse: (args: readonly string[], caller: Caller) => Command;
}

const COMMANDS: Readonly<Record<string, CommandParser>> = {
  start: { options: START, parse: parseStart },
  play: { options: PLAY, parse: parsePlay },
  status: { options: STATUS, parse: parseStatus },
  env: { options: COMMON, parse: parseEnv },
  token: { options: TOKEN, parse: parseToken },
};

function parseStart(args: readonly string[], caller: Caller): Command {
  const { values, positionals } = parseOptions(args, START);
  const { exit = false, sample = false, explain = false, assembly } = values;
  const files = positionals.map((file) => resolvePath('A file', file, caller));
  if (exit && files.length === 0 && !sample) throw new UsageError('--exit requires at least one file, or --sample.');
  const context = parseContext(values.context ?? []);
  if (assembly !== undefined && values.context !== undefined) {
    throw new UsageError('--context has no effect on --assembly, which is synthesized already. Use one of them.');
  }
  return {
    name: 'start',
    files,
    sample,
    exit,
    explain,
    habits: chooseHabits(values),
    port: parseWholeNumber('--port', values.port ?? String(DEFAULT_PORT), 1, MAX_PORT),
    state: resolveState(values.state, caller),
    assembly: assembly === undefined ? undefined : resolvePath('--assembly', assembly, caller),
    context,
    directory: caller.directory,
  };
}

/** @throws UsageError for a seed that nothing would use */
function chooseHabits({ harsh = false, seed }: { readonly harsh?: boolean; readonly seed?: string }): Habits {
  if (seed !== undefined && !harsh) throw new UsageError('--seed has an effect only with --harsh. Add it, or leave --seed out.');
  if (!harsh) return DEFAULT_HABITS;
  return harshHabits(seed === undefined ? randomInt(MAX_SEED + 1) : parseWholeNumber('--seed', seed, 0, MAX_SEED));
}

/** @throws UsageError for a setting without a value */
function parseContext(assignments: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    assignments.map((assignment) => {
      const [, key, value] = /^([^=]+)=(.*)$/s.exec(assignment) ?? [];
      if (key === undefined || value === undefined)
        throw new UsageError(`--context takes KEY=VALUE, as in -c ladder.maxShortSide=720, but got: ${assignment}.`);
      return [key, value] as const;
    }),
  );
}

function parsePlay(args: readonly string[], caller: Caller): Command {
  const { values, positionals } = parseOptions(args, PLAY);
  const [video, ...others] = positionals;
  if (video === undefined || video === '' || others.length > 0) {
    const got = positionals.length === 0 ? 'nothing' : writeCommandLine(positionals);
    throw new UsageError(`play takes one video id or object key, but got: ${got}. Usage: npm run -s play -- ID_OR_KEY`);
  }
  return {
    name: 'play',
    video,
    format: values.json ? 'json' : values.dash ? 'dash' : 'hls',
    expiresInSeconds:
      values.expires === undefined ? undefined : parseWholeNumber('--expires', values.expires, 60, 604_800),
    state: resolveState(values.state, caller),
  };
}

function parseStatus(args: readonly string[], caller: Caller): Command {
  const { values, positionals } = parseOptions(args, STATUS);
  if (positionals.length > 0) throw new UsageError(`status takes no arguments, but got: ${positionals.join(' ')}.`);
  return { name: 'status', isJson: values.json ?? false, state: resolveState(values.state, caller) };
}

function parseEnv(args: readonly string[], caller: Caller): Command {
  const { values, positionals } = parseOptions(args, COMMON);
  if (positionals.length > 0) throw new UsageError(`env takes no arguments, but got: ${positionals.join(' ')}.`);
  return { name: 'env', state: resolveState(values.state, caller) };
}

function parseToken(args: readonly string[], caller: Caller): Command {
  const { values, positionals } = parseOptions(args, TOKEN);
  const role = ROLES.find((known) => known === (values.role ?? 'admin'));
  if (role === undefined || positionals.length > 0) {
    const given = [values.role, ...positionals].join(' ').trim();
    throw new UsageError(`token takes --role with one of ${ROLES.join(', ')}, but got: ${given}.`);
  }
  return { name: 'token', role, username: values.name ?? role, state: resolveState(values.state, caller) };
}

function resolveState(state: string | undefined, caller: Caller): string {
  return state === undefined ? DEFAULT_STATE : resolvePath('--state', state, caller);
}

/** @throws UsageError for an empty path, which would mean the directory itself */
function resolvePath(what: string, path: string, { directory }: Caller): string {
  if (path === '') throw new UsageError(`${what} has an empty path.`);
  return resolve(directory, path);
}

/** Returns a path as the user would write it: relative if it is below the caller's directory. */
export function shortenPath(path: string, directory: string): string {
  const fromCaller = relative(directory, path);
  return fromCaller.startsWith('..') ? path : fromCaller || '.';
}

function parseOptions<Options extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: Options,
) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`${messageOf(error)}\n\n${USAGE}`);
  }
}

function parseWholeNumber(option: string, text: string, lowest: number, highest: number): number {
  const value = Number(text);
  if (isNumber(text) && value >= lowest && value <= highest) return value;
  throw new UsageError(`${option} takes a whole number from ${lowest} to ${highest}, but got: ${text || 'nothing'}.`);
}

function isNumber(text: string): boolean {
  return /^\d+$/.test(text);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

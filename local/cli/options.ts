import { parseArgs, type ParseArgsConfig } from 'node:util';
import { ROLES, type Role } from '../../lambdas/contracts/api/session.ts';
import { messageOf } from '../cloud/system-error.ts';

/** Thrown for an invalid command line; its message is all that the user needs to see. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const DEFAULT_PORT = 4566;
const MAX_PORT = 65_534;

const USAGE = `Sluice on your laptop: runs the whole app from its own CloudFormation template.

  npm start -- [FILE …] [options]    start, upload each FILE and show its progress
  npm run play -- ID [options]       print a new signed URL for a video
  npm run -s env                     print environment variables that point AWS tools at the laptop
  npm run -s token [-- options]      print an access token for the API, valid for an hour

Options for start
  --exit          exit when every FILE has been processed; status 0 only if all are ready
  --explain       list the template properties that the laptop ignores
  --port N        port of the AWS APIs (default ${DEFAULT_PORT}); the edge listens on N+1
  --state DIR     directory for all state (default .sluice)
  --assembly DIR  run this synthesized cloud assembly instead of synthesizing

Options for play
  --dash          print the MPEG-DASH URL instead of the HLS URL
  --json          print all URLs and details as JSON
  --expires S     seconds until the URL expires (60 to 604800)

Options for token
  --role ROLE     viewer, uploader or admin (default admin)
  --name NAME     username, which owns the videos uploaded with the token (default: the role)

FFMPEG_PATH selects the ffmpeg to use, DATABASE_URL a PostgreSQL server instead of the built-in database.`;

const COMMON = { state: { type: 'string' }, help: { type: 'boolean', short: 'h' } } as const;
const START = {
  ...COMMON,
  exit: { type: 'boolean' },
  explain: { type: 'boolean' },
  port: { type: 'string' },
  assembly: { type: 'string' },
} as const;
const PLAY = { ...COMMON, dash: { type: 'boolean' }, json: { type: 'boolean' }, expires: { type: 'string' } } as const;
const TOKEN = { ...COMMON, role: { type: 'string' }, name: { type: 'string' } } as const;

export type Command =
  | { readonly name: 'help'; readonly text: string }
  | {
      readonly name: 'start';
      readonly files: readonly string[];
      readonly exit: boolean;
      readonly explain: boolean;
      readonly port: number;
      readonly state: string;
      readonly assembly: string | undefined;
    }
  | {
      readonly name: 'play';
      readonly videoId: string;
      readonly format: 'hls' | 'dash' | 'json';
      readonly expiresInSeconds: number | undefined;
      readonly state: string;
    }
  | { readonly name: 'env'; readonly state: string }
  | { readonly name: 'token'; readonly role: Role; readonly username: string; readonly state: string };

/** @throws UsageError that names the invalid argument */
export function parseCommand(argv: readonly string[]): Command {
  const [name = 'help', ...args] = argv;
  if (name === 'help' || name === '--help' || name === '-h') return { name: 'help', text: USAGE };
  const parseArguments = COMMANDS[name];
  if (parseArguments === undefined) throw new UsageError(`Unknown command: ${name}.\n\n${USAGE}`);
  return args.includes('--help') || args.includes('-h') ? { name: 'help', text: USAGE } : parseArguments(args);
}

const COMMANDS: Readonly<Record<string, (args: readonly string[]) => Command>> = {
  start: parseStart,
  play: parsePlay,
  env: parseEnv,
  token: parseToken,
};

function parseEnv(args: readonly string[]): Command {
  const { values, positionals } = parseOptions(args, COMMON);
  if (positionals.length > 0) throw new UsageError(`env takes no arguments, but got: ${positionals.join(' ')}.`);
  return { name: 'env', state: values.state ?? '.sluice' };
}

function parseStart(args: readonly string[]): Command {
  const { values, positionals: files } = parseOptions(args, START);
  const exit = values.exit ?? false;
  if (exit && files.length === 0) throw new UsageError('--exit requires at least one file.');
  return {
    name: 'start',
    files,
    exit,
    explain: values.explain ?? false,
    port: parseWholeNumber('--port', values.port ?? String(DEFAULT_PORT), 1, MAX_PORT),
    state: values.state ?? '.sluice',
    assembly: values.assembly,
  };
}

function parsePlay(args: readonly string[]): Command {
  const { values, positionals } = parseOptions(args, PLAY);
  const [videoId, ...others] = positionals;
  if (videoId === undefined || others.length > 0)
    throw new UsageError('play takes one video id, as printed by npm start: npm run play -- ID');
  return {
    name: 'play',
    videoId,
    format: values.json ? 'json' : values.dash ? 'dash' : 'hls',
    expiresInSeconds:
      values.expires === undefined ? undefined : parseWholeNumber('--expires', values.expires, 60, 604_800),
    state: values.state ?? '.sluice',
  };
}

function parseToken(args: readonly string[]): Command {
  const { values, positionals } = parseOptions(args, TOKEN);
  const role = ROLES.find((known) => known === (values.role ?? 'admin'));
  if (role === undefined || positionals.length > 0) {
    const given = [values.role, ...positionals].join(' ').trim();
    throw new UsageError(`token takes --role with one of ${ROLES.join(', ')}, but got: ${given}.`);
  }
  return { name: 'token', role, username: values.name ?? role, state: values.state ?? '.sluice' };
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
  if (/^\d+$/.test(text) && value >= lowest && value <= highest) return value;
  throw new UsageError(`${option} takes a whole number from ${lowest} to ${highest}, but got: ${text}.`);
}

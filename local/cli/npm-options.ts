import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** An option of a command, as `util.parseArgs` takes it, and which arguments can be its value. */
export interface CommandOption {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  readonly multiple?: boolean;
  /** Whether an argument looks like the value of this option rather than like a file. */
  readonly accepts?: (argument: string) => boolean;
}

/** npm's own option with the same letter. */
const NPM_OPTIONS: Readonly<Record<string, string>> = { c: 'call' };

/**
 * Returns the arguments that a command was meant to get if npm took some of its options for its own, because they did not
 * follow `--`; undefined if it took none. npm keeps such an option as a variable and passes on the word after it:
 * `npm start a.mp4 --port 80` runs the script with the arguments `a.mp4 80` and with `npm_config_port=true`.
 * https://docs.npmjs.com/cli/using-npm/config
 *
 * Options that one of npm's configuration files sets are not taken into account.
 */
export function recoverOptionsTakenByNpm(
  args: readonly string[],
  options: Readonly<Record<string, CommandOption>>,
  environment: Environment,
): readonly string[] | undefined {
  const configured = readConfiguredNames(environment);
  const remaining = [...args];
  const recovered: string[] = [];
  const recover = (npmName: string, flag: string, { type, accepts = () => false }: CommandOption): void => {
    const value = environment[`npm_config_${npmName.replaceAll('-', '_')}`];
    // npm passes on an empty value for `--no-…` and for what equals its default.
    if (value === undefined || value === '' || configured.has(npmName)) return;
    recovered.push(flag);
    if (value !== 'true') recovered.push(value);
    if (value !== 'true' || type === 'boolean') return;
    const at = remaining.findIndex(accepts);
    recovered.push(at < 0 ? 'VALUE' : (remaining.splice(at, 1)[0] ?? ''));
  };
  for (const [name, option] of Object.entries(options)) {
    recover(name, `--${name}`, option);
    const npmOption = NPM_OPTIONS[option.short ?? ''];
    if (npmOption !== undefined) recover(npmOption, `-${option.short}`, option);
  }
  return recovered.length === 0 ? undefined : [...remaining, ...recovered];
}

/** Reads the names that npm's configuration files of the user, the machine and the project set. */
function readConfiguredNames(environment: Environment): ReadonlySet<string> {
  const { npm_config_userconfig: user, npm_config_globalconfig: machine, npm_config_local_prefix: root } = environment;
  const files = [user, machine, root && join(root, '.npmrc')].filter((file) => file !== undefined && existsSync(file));
  const lines = files.flatMap((file) => readFileSync(file ?? '', 'utf8').split('\n'));
  return new Set(lines.map((line) => line.split('=', 1)[0]?.replace(/\[\]\s*$/, '').trim() ?? ''));
}

/** Returns a command line for a POSIX shell. */
export function writeCommandLine(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}

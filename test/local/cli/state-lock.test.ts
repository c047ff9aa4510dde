import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockState } from '../../../local/cli/state-lock.ts';
import { describeThisProcess, type StateInodes, type StateOwner } from '../../../local/cli/state-owner.ts';

let parent: string;
let state: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'state-lock-'));
  state = join(parent, 'state');
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const HOLDER = `
  import { lockState } from '${join(import.meta.dirname, '../../../local/cli/state-lock.ts')}';
  try {
    const unlock = lockState(process.argv[1]);
    process.stdout.write('locked\\n');
    process.stdin.once('data', () => { unlock(); process.stdout.write('released\\n'); }).once('end', () => process.exit(0));
  } catch (error) {
    process.stdout.write(error.message + '\\n');
  }`;
const RUN_HOLDER = ['--input-type=module', '-e', HOLDER];

interface Holder {
  readonly child: ChildProcess;
  /** First line that it printed: `locked`, or the error. */
  readonly outcome: string;
}

const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) await kill(child);
  }
});

async function startHolder(directory: string, wrapper: readonly string[] = []): Promise<Holder> {
  const [program, ...args] = [...wrapper, process.execPath, ...RUN_HOLDER, directory];
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const [output] = await once(child.stdout, 'data');
  return { child, outcome: String(output).trim() };
}

async function kill(child: ChildProcess): Promise<void> {
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
}

async function letRelease({ child }: Holder): Promise<void> {
  const released = once(child.stdout as NodeJS.ReadableStream, 'data');
  child.stdin?.write('\n');
  await released;
}

function readOwnerFile(): StateOwner {
  return JSON.parse(readFileSync(join(state, 'owner.json'), 'utf8')) as StateOwner;
}

test('keeps out a second laptop cloud, whose end leaves the lock, and names the process to stop', async () => {
  const first = await startHolder(state);
  expect(first.outcome).toBe('locked');
  for (let attempt = 0; attempt < 2; attempt += 1) {
    expect((await startHolder(state)).outcome).toBe(
      `${state} is in use by process ${first.child.pid}. Stop it, or choose another directory with --state.`,
    );
  }
  expect(readOwnerFile().pid).toBe(first.child.pid);
});

test('keeps out a second laptop cloud although its lock file was deleted', async () => {
  const first = await startHolder(state);
  rmSync(join(state, 'state.lock'));
  expect((await startHolder(state)).outcome).toContain(`is in use by process ${first.child.pid}.`);
  await kill(first.child);
  expect((await startHolder(state)).outcome).toBe('locked');
});

test('is free again after its owner was killed or has released it', async () => {
  const first = await startHolder(state);
  await kill(first.child);
  const second = await startHolder(state);
  expect(second.outcome).toBe('locked');
  await letRelease(second);
  expect(existsSync(join(state, 'owner.json'))).toBe(false);
  expect((await startHolder(state)).outcome).toBe('locked');
});

test('blames no unrelated program that has the process id of a killed owner', async () => {
  const unlock = lockState(state);
  unlock();
  // This process lives, but started at another time than the stored owner.
  const owner = { ...describeThisProcess({ lockInode: '1' }), startTicks: '1' };
  writeFileSync(join(state, 'owner.json'), JSON.stringify(owner));
  lockState(state)();
  const holder = await startHolder(state);
  writeFileSync(join(state, 'owner.json'), JSON.stringify(owner));
  expect(() => lockState(state)).toThrow(`${state} is in use by another laptop cloud. Stop it`);
  await kill(holder.child);
});

test('survives an owner file that a power failure has emptied', () => {
  lockState(state)();
  writeFileSync(join(state, 'owner.json'), '');
  const unlock = lockState(state);
  expect(readOwnerFile().pid).toBe(process.pid);
  unlock();
});

test('releases only its own lock', () => {
  const unlock = lockState(state);
  const other = { ...readOwnerFile(), token: 'another' };
  writeFileSync(join(state, 'owner.json'), JSON.stringify(other));
  unlock();
  expect(readOwnerFile().token).toBe('another');
});

const UNSHARE = [
  ['--pid', '--fork', '--mount-proc', '--kill-child'],
  ['--user', '--map-root-user', '--pid', '--fork', '--mount-proc', '--kill-child'],
].find((options) => spawnSync('unshare', [...options, 'true']).status === 0);

(UNSHARE === undefined ? describe.skip : describe)('in another pid namespace, as in two containers', () => {
  const inNamespace = () => startHolder(state, ['unshare', ...(UNSHARE ?? [])]);

  const inUse = `is in use by a laptop cloud in another container (host name ${hostname()}, process 1 there). Stop it`;

  test.each([
    ['the first', 'locked'],
    ['the second', inUse],
  ])('keeps out the second cloud, and a third one depending on which is killed: %s', async (killed, outcome) => {
    const first = await inNamespace();
    expect(first.outcome).toBe('locked');
    const owner = readOwnerFile();
    expect(owner.pid).toBe(1);
    const second = await inNamespace();
    expect(second.outcome).toContain(inUse);
    await kill(killed === 'the first' ? first.child : second.child);
    const third = await startHolder(state);
    expect(third.outcome).toContain(outcome);
    expect(readOwnerFile().token === owner.token).toBe(killed === 'the second');
  });

  test('keeps out a cloud of the namespace when the first runs outside', async () => {
    const first = await startHolder(state);
    expect((await inNamespace()).outcome).toContain(`process ${first.child.pid} there). Stop it`);
  });
});

describe('on a file system that other machines share', () => {
  const machine = (other: Partial<StateOwner>) => ({
    isLocalFileSystem: () => false,
    describeThisProcess: (inodes: StateInodes) => ({ ...describeThisProcess(inodes), ...other }),
  });
  const away = machine({ host: 'away', machineId: 'away', bootId: 'away' });
  const home = machine({ host: 'home', machineId: 'home', bootId: 'home' });
  /** Leaves the directory as a killed process of that machine would, or one whose lock does not reach others. */
  const leaveLocked = (surroundings: typeof home): void => {
    const unlock = lockState(state, surroundings);
    const owner = readFileSync(join(state, 'owner.json'));
    unlock();
    writeFileSync(join(state, 'owner.json'), owner);
  };

  test('keeps out a machine that cannot tell whether the owner on another one has ended, and says what to delete', () => {
    leaveLocked(away);
    expect(() => lockState(state, home)).toThrow(/in use by a laptop cloud on host away \(process \d+ there\) since \S+Z\./);
    expect(() => lockState(state, home)).toThrow(`If it no longer runs, delete ${join(state, 'owner.json')}.`);
    rmSync(join(state, 'owner.json'));
    lockState(state, home)();
  });

  test('is free after the owner on another machine released it', () => {
    lockState(state, away)();
    expect(() => lockState(state, home)()).not.toThrow();
  });

  test.each([
    ['was killed', home],
    ['ended with its machine, which has restarted', machine({ host: 'home', machineId: 'home', bootId: 'earlier' })],
    ['was in another container of this machine', machine({ host: 'c0ffee', bootId: 'home' })],
  ])('is free after the owner %s', (_end, owner) => {
    leaveLocked(owner);
    expect(() => lockState(state, home)()).not.toThrow();
  });

  test('does not count the owner of the directory from which a copy was made', () => {
    leaveLocked(away);
    const copy = join(parent, 'copy');
    cpSync(state, copy, { recursive: true });
    expect(() => lockState(copy, home)()).not.toThrow();
  });
});

test('on a local file system, takes over after the owner was killed on another machine, as on a moved disk', () => {
  lockState(state)();
  writeFileSync(join(state, 'owner.json'), JSON.stringify({ ...describeThisProcess({ lockInode: '1' }), host: 'away', bootId: 'away' }));
  const unlock = lockState(state, { describeThisProcess, isLocalFileSystem: () => true });
  expect(readOwnerFile().host).toBe(hostname());
  unlock();
});

test('says what to do when the state is a file', () => {
  writeFileSync(state, '');
  expect(() => lockState(state)).toThrow(`The state cannot be kept in ${state}: it, or a part of its path, is a file`);
});

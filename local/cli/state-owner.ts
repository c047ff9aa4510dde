import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import * as z from 'zod';

/**
 * Identity of a process across machines, boots and containers. A pid alone is reused, and names another process in
 * another pid namespace.
 */
const stateOwnerSchema = z.object({
  /** Random value of this lock. */
  token: z.string(),
  host: z.string(),
  /** Content of `/etc/machine-id`; containers often have none. */
  machineId: z.string().optional(),
  /** Changes with each boot of a kernel, and is the same in all of its containers. Linux only. */
  bootId: z.string().optional(),
  /** Linux only. */
  pidNamespace: z.string().optional(),
  pid: z.number().int(),
  /** Start time of the process in clock ticks after boot. Linux only. */
  startTicks: z.string().optional(),
  /** ISO 8601 time. */
  since: z.string(),
  /** Inode of the lock file, by which a copy of the directory is recognized. */
  lockInode: z.string(),
  /** Inode of the state directory, which stays if the lock file is deleted. */
  directoryInode: z.string().optional(),
});
export type StateOwner = z.infer<typeof stateOwnerSchema>;

/** Inodes by which an owner is recognized. */
export type StateInodes = Pick<StateOwner, 'lockInode' | 'directoryInode'>;

/** Describes this process as the owner of a lock. */
export function describeThisProcess(inodes: StateInodes): StateOwner {
  return {
    token: randomUUID(),
    host: hostname(),
    machineId: readIfPresent('/etc/machine-id'),
    bootId: readIfPresent('/proc/sys/kernel/random/boot_id'),
    pidNamespace: readPidNamespace(),
    pid: process.pid,
    startTicks: readStartTicks('self'),
    since: new Date().toISOString(),
    ...inodes,
  };
}

/** Parses a stored owner; undefined for anything else, as after a power failure in the middle of the write. */
export function parseStateOwner(text: string): StateOwner | undefined {
  try {
    return stateOwnerSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Returns whether the owner's process is seen running by this one, which may be in another container. */
export function isSeenRunning(owner: StateOwner, self: StateOwner): boolean {
  const isSameSystem = owner.bootId === self.bootId && owner.pidNamespace === self.pidNamespace;
  return isSameSystem && owner.startTicks !== undefined && readStartTicks(owner.pid) === owner.startTicks;
}

/** Returns a phrase that names the owner from the point of view of this process. */
export function nameStateOwner(owner: StateOwner | undefined, self: StateOwner): string {
  if (owner === undefined) return 'another laptop cloud';
  const sameKernel = owner.bootId === undefined ? owner.host === self.host : owner.bootId === self.bootId;
  if (!sameKernel) return `a laptop cloud on host ${owner.host} (process ${owner.pid} there)`;
  if (owner.pidNamespace !== self.pidNamespace) {
    return `a laptop cloud in another container (host name ${owner.host}, process ${owner.pid} there)`;
  }
  // A process with this id that started at another time is an unrelated program.
  return readStartTicks(owner.pid) === owner.startTicks ? `process ${owner.pid}` : 'another laptop cloud';
}

function readPidNamespace(): string | undefined {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return undefined;
  }
}

/** Returns field 22 of `/proc/<pid>/stat`: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function readStartTicks(pid: number | 'self'): string | undefined {
  // The name of the program, in parentheses, may contain spaces and parentheses.
  return readIfPresent(`/proc/${pid}/stat`)?.replace(/^.*\)/s, '').split(' ')[20];
}

function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}

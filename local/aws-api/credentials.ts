import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { ACCOUNT_ID, PARTITION } from '../cloud/account.ts';
import type { Caller } from './service.ts';

export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface SessionCredentials extends AccessKey {
  readonly sessionToken: string;
}

/** A key that the laptop cloud has given out, with whom it speaks for. */
export interface KnownKey extends AccessKey {
  readonly sessionToken?: string;
  readonly caller: Caller;
}

const stateSchema = z.object({
  operator: z.object({ accessKeyId: z.string(), secretAccessKey: z.string() }),
  /** Hexadecimal; every session's keys derive from it. */
  seed: z.string(),
  sessions: z.array(z.object({ roleArn: z.string(), sessionName: z.string() })),
});
type State = z.infer<typeof stateSchema>;

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function keyId(prefix: 'AKIA' | 'ASIA', bytes: Buffer): string {
  return prefix + Array.from(bytes.subarray(0, 16), (byte) => BASE32[byte % 32]).join('');
}

function createState(): State {
  return {
    operator: { accessKeyId: keyId('AKIA', randomBytes(16)), secretAccessKey: randomBytes(30).toString('base64') },
    seed: randomBytes(32).toString('hex'),
    sessions: [],
  };
}

/** Access keys of the operator and of every role's session; no others exist. */
export class Credentials {
  readonly #file: string;
  readonly #state: State;
  readonly #keys = new Map<string, KnownKey>();

  private constructor(file: string, state: State) {
    this.#file = file;
    this.#state = state;
    const principalArn = `arn:${PARTITION}:iam::${ACCOUNT_ID}:root`;
    const { accessKeyId } = state.operator;
    this.#keys.set(accessKeyId, { ...state.operator, caller: { accessKeyId, principalArn } });
    for (const { roleArn, sessionName } of state.sessions) this.#remember(roleArn, sessionName);
  }

  /** Reads the keys kept in the directory, or makes them there, readable by their owner alone. */
  static open(dir: string): Credentials {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const file = path.join(dir, 'credentials.json');
    if (existsSync(file)) return new Credentials(file, stateSchema.parse(JSON.parse(readFileSync(file, 'utf8'))));
    const created = new Credentials(file, createState());
    created.#save();
    return created;
  }

  /** The key of the person at the laptop, who may do anything. */
  operator(): AccessKey {
    return this.#state.operator;
  }

  /** The same keys for the same role and session name at every call and after every restart; they do not expire. */
  forRole(roleArn: string, sessionName: string): SessionCredentials {
    const known = this.#state.sessions.some((kept) => kept.roleArn === roleArn && kept.sessionName === sessionName);
    if (!known) {
      this.#state.sessions.push({ roleArn, sessionName });
      this.#save();
    }
    return this.#remember(roleArn, sessionName);
  }

  find(accessKeyId: string): KnownKey | undefined {
    return this.#keys.get(accessKeyId);
  }

  #remember(roleArn: string, sessionName: string): SessionCredentials {
    const derive = (purpose: string): Buffer =>
      createHmac('sha384', Buffer.from(this.#state.seed, 'hex'))
        .update(JSON.stringify([purpose, roleArn, sessionName]))
        .digest();
    const session = {
      accessKeyId: keyId('ASIA', derive('id')),
      secretAccessKey: derive('secret').subarray(0, 30).toString('base64'),
      sessionToken: derive('token').toString('base64'),
    };
    const roleName = roleArn.slice(roleArn.lastIndexOf('/') + 1);
    const principalArn = `arn:${PARTITION}:sts::${ACCOUNT_ID}:assumed-role/${roleName}/${sessionName}`;
    this.#keys.set(session.accessKeyId, {
      ...session,
      caller: { accessKeyId: session.accessKeyId, principalArn, roleArn },
    });
    return session;
  }

  #save(): void {
    const temporary = `${this.#file}.${process.pid}.tmp`;
    writeFileSync(temporary, `${JSON.stringify(this.#state, null, 2)}\n`, { mode: 0o600 });
    renameSync(temporary, this.#file);
  }
}

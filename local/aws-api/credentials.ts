import { createHmac, randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { ACCOUNT_ID, PARTITION } from '../cloud/account.ts';
import { JsonFile } from '../durable/json-file.ts';
import type { Caller } from './api-service.ts';

export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

interface SessionCredentials extends AccessKey {
  readonly sessionToken: string;
}

/** Access key that the laptop cloud has issued, with its owner. */
export interface KnownKey extends AccessKey {
  readonly sessionToken?: string;
  readonly caller: Caller;
}

const stateSchema = z.object({
  operator: z.object({ accessKeyId: z.string(), secretAccessKey: z.string() }),
  /** Hexadecimal seed from which the keys of all sessions are derived. */
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

/** Access keys of the operator and of role sessions; all others are unknown. */
export class Credentials {
  readonly #file: JsonFile<State | null>;
  #state: State;
  readonly #keys = new Map<string, KnownKey>();

  private constructor(file: JsonFile<State | null>) {
    const state = file.value ?? createState();
    if (file.value === null) file.write(state);
    this.#file = file;
    this.#state = state;
    const principalArn = `arn:${PARTITION}:iam::${ACCOUNT_ID}:root`;
    const { accessKeyId } = state.operator;
    this.#keys.set(accessKeyId, { ...state.operator, caller: { accessKeyId, principalArn } });
    for (const { roleArn, sessionName } of state.sessions) this.#remember(roleArn, sessionName);
  }

  /** Opens the keys kept in the directory, creating them if needed. */
  static open(dir: string): Credentials {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    return new Credentials(new JsonFile(path.join(dir, 'credentials.json'), stateSchema.nullable(), null));
  }

  /** Returns the key of the laptop's user, who may do anything. */
  operator(): AccessKey {
    return this.#state.operator;
  }

  /**
   * Returns the keys of a role session. They do not expire, and are the same at every call and after every restart.
   */
  forRole(roleArn: string, sessionName: string): SessionCredentials {
    const known = this.#state.sessions.some((kept) => kept.roleArn === roleArn && kept.sessionName === sessionName);
    if (!known) {
      this.#state = { ...this.#state, sessions: [...this.#state.sessions, { roleArn, sessionName }] };
      this.#file.write(this.#state);
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
}

import { createHmac, randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { ACCOUNT_ID, PARTITION } from '../cloud/account.ts';
import { JsonFile } from '../durable/json-file.ts';
import { roleSession } from '../iam/access.ts';
import type { Caller } from './api-service.ts';

export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Access key of a role session. */
interface SessionCredentials extends AccessKey {
  readonly sessionToken: string;
  readonly expiresAt: Date;
}

/** Access key that the laptop cloud has issued, with its owner. */
export interface KnownKey extends AccessKey {
  readonly sessionToken?: string;
  /** End of the session; undefined if the key does not expire. */
  readonly expiresAt?: Date;
  readonly caller: Caller;
}

const stateSchema = z.object({
  operator: z.object({ accessKeyId: z.string(), secretAccessKey: z.string() }),
  /** Hexadecimal seed from which the keys of all sessions are derived. */
  seed: z.string(),
  sessions: z.array(
    z.object({
      roleArn: z.string(),
      sessionName: z.string(),
      /** Milliseconds since the epoch. Sessions of a version that did not end them count as ended. */
      expiresAt: z.number().default(0),
    }),
  ),
});
type State = z.infer<typeof stateSchema>;
type Session = State['sessions'][number];

/** Longest validity of a presigned request. https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html */
const KEPT_AFTER_EXPIRY_MS = 7 * 24 * 3_600_000;

const REMEDY = 'or delete it, which replaces all access keys';

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
  readonly #now: () => Date;
  #state: State;
  readonly #keys = new Map<string, KnownKey>();

  private constructor(file: JsonFile<State | null>, now: () => Date) {
    const state = file.value ?? createState();
    if (file.value === null) file.write(state);
    this.#file = file;
    this.#now = now;
    this.#state = state;
    const principalArn = `arn:${PARTITION}:iam::${ACCOUNT_ID}:user/operator`;
    const { accessKeyId } = state.operator;
    this.#keys.set(accessKeyId, { ...state.operator, caller: { accessKeyId, principalArn } });
    for (const session of state.sessions) this.#remember(session);
  }

  /** Opens the keys kept in the directory, creating them if needed. @param now the system's clock by default */
  static open(dir: string, now = (): Date => new Date()): Credentials {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    return new Credentials(new JsonFile(path.join(dir, 'credentials.json'), stateSchema.nullable(), null, REMEDY), now);
  }

  /** Returns the key of the laptop's user, an administrator of the account. */
  operator(): AccessKey {
    return this.#state.operator;
  }

  /**
   * Returns the keys of a role session, which are the same after every restart. A session of the same name is returned again
   * while it has more than half of its time left, so that a busy function does not need ever more of them.
   *
   * @param lifetimeMs maximum time until the session ends
   */
  forRole(roleArn: string, sessionName: string, lifetimeMs: number): SessionCredentials {
    const nowMs = this.#now().getTime();
    const isReusable = (session: Session): boolean =>
      session.roleArn === roleArn &&
      session.sessionName === sessionName &&
      session.expiresAt > nowMs + lifetimeMs / 2 &&
      session.expiresAt <= nowMs + lifetimeMs;
    const known = this.#state.sessions.find(isReusable);
    if (known !== undefined) return this.#remember(known);
    const session = { roleArn, sessionName, expiresAt: nowMs + lifetimeMs };
    const kept = this.#state.sessions.filter(({ expiresAt }) => expiresAt + KEPT_AFTER_EXPIRY_MS > nowMs);
    const state = { ...this.#state, sessions: [...kept, session] };
    this.#file.write(state);
    this.#state = state;
    return this.#remember(session);
  }

  find(accessKeyId: string): KnownKey | undefined {
    return this.#keys.get(accessKeyId);
  }

  #remember({ roleArn, sessionName, expiresAt }: Session): SessionCredentials {
    const derive = (purpose: string): Buffer =>
      createHmac('sha384', Buffer.from(this.#state.seed, 'hex'))
        .update(JSON.stringify([purpose, roleArn, sessionName, expiresAt]))
        .digest();
    const session = {
      accessKeyId: keyId('ASIA', derive('id')),
      secretAccessKey: derive('secret').subarray(0, 30).toString('base64'),
      sessionToken: derive('token').toString('base64'),
      expiresAt: new Date(expiresAt),
    };
    const { arn: principalArn } = roleSession(roleArn, sessionName);
    this.#keys.set(session.accessKeyId, {
      ...session,
      caller: { accessKeyId: session.accessKeyId, principalArn, roleArn },
    });
    return session;
  }
}

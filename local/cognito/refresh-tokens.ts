import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import * as z from 'zod';
import { JsonFile } from '../durable/json-file.ts';
import type { Grant } from './tokens.ts';

const recordSchema = z.object({
  clientId: z.string(),
  person: z.object({ username: z.string(), id: z.string(), email: z.string(), groups: z.array(z.string()) }),
  scope: z.string(),
  /** Milliseconds since the epoch, like `expiresAt`. */
  authTime: z.number(),
  originId: z.string(),
  expiresAt: z.number(),
});

/** Records by the hash of the token, so that the file contains no usable tokens. */
const recordsSchema = z.record(z.string(), recordSchema);

const REMEDY = 'or delete it, which signs everyone out';

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

/** Refresh tokens, which survive restarts and are valid until they expire or are revoked. */
export class RefreshTokens {
  readonly #file: JsonFile<z.infer<typeof recordsSchema>>;

  constructor(directory: string) {
    this.#file = new JsonFile(join(directory, 'refresh-tokens.json'), recordsSchema, {}, REMEDY);
  }

  issue(clientId: string, { user, scope, authTime, originId }: Grant, lifetimeSeconds: number, now: Date): string {
    const token = randomBytes(48).toString('base64url');
    const unexpired = Object.entries(this.#file.value).filter(([, { expiresAt }]) => expiresAt > now.getTime());
    this.#file.write({
      ...Object.fromEntries(unexpired),
      [hashOf(token)]: {
        clientId,
        person: { ...user, groups: [...user.groups] },
        scope,
        authTime: authTime.getTime(),
        originId,
        expiresAt: now.getTime() + lifetimeSeconds * 1000,
      },
    });
    return token;
  }

  find(token: string, clientId: string, now: Date): Grant | undefined {
    const record = this.#file.value[hashOf(token)];
    if (record === undefined || record.clientId !== clientId || record.expiresAt <= now.getTime()) return undefined;
    const { person: user, scope, authTime, originId } = record;
    return { user, scope, authTime: new Date(authTime), originId };
  }

  revoke(token: string, clientId: string): void {
    const { [hashOf(token)]: revoked, ...others } = this.#file.value;
    if (revoked?.clientId === clientId) this.#file.write(others);
  }
}

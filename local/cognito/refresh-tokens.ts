import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { JsonFile } from '../durable/json-file.ts';
import type { Grant } from './tokens.ts';

const recordSchema = z.object({
  clientId: z.string(),
  person: z.object({ username: z.string(), id: z.string(), email: z.string(), groups: z.array(z.string()) }),
  scope: z.string(),
  /** Milliseconds since the epoch, as `expiresAt`. */
  authTime: z.number(),
  originId: z.string(),
  expiresAt: z.number(),
});

/** By the hash of the token: the file lets nobody sign in. */
const recordsSchema = z.record(z.string(), recordSchema);

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

/** Tokens that renew others, for as long as the client allows or until they are revoked. They outlive a restart. */
export class RefreshTokens {
  readonly #file: JsonFile<z.infer<typeof recordsSchema>>;

  constructor(directory: string) {
    this.#file = new JsonFile(join(directory, 'refresh-tokens.json'), recordsSchema, {});
  }

  issue(clientId: string, { user: person, scope, authTime, originId }: Grant, lifetimeSeconds: number, now: Date): string {
    const token = randomBytes(48).toString('base64url');
    const alive = Object.entries(this.#file.value).filter(([, { expiresAt }]) => expiresAt > now.getTime());
    this.#file.write({
      ...Object.fromEntries(alive),
      [hashOf(token)]: {
        clientId,
        person: { ...person, groups: [...person.groups] },
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
    const { person, scope, authTime, originId } = record;
    return { user: person, scope, authTime: new Date(authTime), originId };
  }

  revoke(token: string, clientId: string): void {
    const { [hashOf(token)]: revoked, ...others } = this.#file.value;
    if (revoked?.clientId === clientId) this.#file.write(others);
  }
}

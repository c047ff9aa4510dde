import { createHash, randomBytes } from 'node:crypto';
import type { Grant } from './tokens.ts';

/** Grant of a code, with the values that the token request must match. */
interface CodeGrant extends Grant {
  readonly clientId: string;
  readonly redirectUri: string;
  /** Base64url of the SHA-256 of the verifier. https://www.rfc-editor.org/rfc/rfc7636#section-4.2 */
  readonly codeChallenge: string;
}

/** Validity of a code, as in Cognito. */
const LIFETIME_MS = 5 * 60_000;

/** Pending authorization codes. A restart discards them, and users sign in again. */
export class AuthorizationCodes {
  readonly #codes = new Map<string, CodeGrant & { readonly expiresAt: number }>();

  issue(grant: CodeGrant, now: Date): string {
    for (const [code, { expiresAt }] of this.#codes) if (expiresAt <= now.getTime()) this.#codes.delete(code);
    const code = randomBytes(32).toString('base64url');
    this.#codes.set(code, { ...grant, expiresAt: now.getTime() + LIFETIME_MS });
    return code;
  }

  /** Redeems a code, which becomes invalid even if the presented values do not match. */
  redeem(
    code: string,
    presented: { readonly clientId: string; readonly redirectUri: string; readonly codeVerifier: string },
    now: Date,
  ): CodeGrant | undefined {
    const grant = this.#codes.get(code);
    this.#codes.delete(code);
    if (grant === undefined || grant.expiresAt <= now.getTime()) return undefined;
    const challenge = createHash('sha256').update(presented.codeVerifier).digest('base64url');
    const matches =
      grant.clientId === presented.clientId &&
      grant.redirectUri === presented.redirectUri &&
      grant.codeChallenge === challenge;
    return matches ? grant : undefined;
  }
}

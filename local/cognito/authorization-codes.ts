import { createHash, randomBytes } from 'node:crypto';
import type { Grant } from './tokens.ts';

/** What a code stands for, and what has to be shown with it. */
export interface CodeGrant extends Grant {
  readonly clientId: string;
  readonly redirectUri: string;
  /** Base64url of the SHA-256 of the verifier. https://www.rfc-editor.org/rfc/rfc7636#section-4.2 */
  readonly codeChallenge: string;
}

/** Cognito's codes are good for five minutes. */
const LIFETIME_MS = 5 * 60_000;

/** Codes on their way from the sign-in page to the token endpoint. A restart forgets them, and people sign in again. */
export class AuthorizationCodes {
  readonly #codes = new Map<string, CodeGrant & { readonly expiresAt: number }>();

  issue(grant: CodeGrant, now: Date): string {
    for (const [code, { expiresAt }] of this.#codes) if (expiresAt <= now.getTime()) this.#codes.delete(code);
    const code = randomBytes(32).toString('base64url');
    this.#codes.set(code, { ...grant, expiresAt: now.getTime() + LIFETIME_MS });
    return code;
  }

  /** Takes a code, which is then worth nothing, whether what is shown with it fits or not. */
  redeem(
    code: string,
    shown: { readonly clientId: string; readonly redirectUri: string; readonly codeVerifier: string },
    now: Date,
  ): CodeGrant | undefined {
    const grant = this.#codes.get(code);
    this.#codes.delete(code);
    if (grant === undefined || grant.expiresAt <= now.getTime()) return undefined;
    const challenge = createHash('sha256').update(shown.codeVerifier).digest('base64url');
    const fits =
      grant.clientId === shown.clientId &&
      grant.redirectUri === shown.redirectUri &&
      grant.codeChallenge === challenge;
    return fits ? grant : undefined;
  }
}

import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ApiError } from '../aws-api/api-error.ts';
import { regionalArn } from '../cloud/account.ts';
import { JsonFile } from '../durable/json-file.ts';
import { stableHex } from '../cloud/stable-id.ts';
import {
  CURRENT,
  secretSchema,
  findLabeledVersion,
  addVersion,
  type Secret,
  type SecretValue,
  type SecretVersion,
} from './secret.ts';

const NAME = /^[\w/+=.@-]{1,512}$/;
const MAX_SECRET_BYTES = 65_536;

/** Secrets, each in a file that only its owner can read. */
export class SecretsManager {
  readonly #dir: string;
  readonly #files = new Map<string, JsonFile<Secret | undefined>>();

  constructor(dir: string) {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    this.#dir = dir;
  }

  /** Returns the secret of this name from an earlier start, or creates one without a value. */
  open(name: string, description?: string): Secret {
    const known = this.#file(name).value;
    if (known !== undefined) return known;
    const now = Date.now();
    const arn = arnOf(name);
    const secret = {
      name,
      arn,
      createdAt: now,
      changedAt: now,
      versions: {},
      ...(description !== undefined && { description }),
    };
    this.#file(name).write(secret);
    return secret;
  }

  /** @throws ApiError `ResourceExistsException`, unless the request is a retry */
  create(name: string, description: string | undefined, value: SecretValue, token: string | undefined): Secret {
    const known = this.#file(name).value;
    if (known !== undefined) {
      const same = token === undefined ? undefined : known.versions[token];
      if (same !== undefined && isSameValue(same, value)) return known;
      throw new ApiError(
        'ResourceExistsException',
        400,
        `The operation failed because the secret ${name} already exists.`,
      );
    }
    this.open(name, description);
    if (value.secretString !== undefined || value.secretBinary !== undefined) this.put(name, value, { token });
    return this.find(name);
  }

  /**
   * Adds a version, once per token.
   *
   * @returns the version's id
   * @throws ApiError `ResourceNotFoundException`, `ResourceExistsException`, `InvalidParameterException`
   */
  put(
    nameOrArn: string,
    value: SecretValue,
    {
      token = randomUUID(),
      stages = [CURRENT],
    }: { readonly token?: string | undefined; readonly stages?: readonly string[] } = {},
  ): string {
    const secret = this.find(nameOrArn);
    requireValidValue(value);
    const known = secret.versions[token];
    if (known === undefined) {
      this.#file(secret.name).write(addVersion(secret, token, value, stages, Date.now()));
    } else if (!isSameValue(known, value)) {
      throw new ApiError('ResourceExistsException', 400, `A version ${token} with another value already exists.`);
    }
    return token;
  }

  /** @throws ApiError `ResourceNotFoundException` */
  find(nameOrArn: string): Secret {
    const name = nameOrArn.replace(/^arn:aws:secretsmanager:[\w-]+:\d{12}:secret:(.+)-\w{6}$/, '$1');
    const secret = NAME.test(name) ? this.#file(name).value : undefined;
    if (secret === undefined || (nameOrArn !== name && nameOrArn !== secret.arn)) {
      throw new ApiError('ResourceNotFoundException', 400, "Secrets Manager can't find the specified secret.");
    }
    return secret;
  }

  /** Deletes a secret without a recovery window, as CloudFormation does; without effect if it does not exist. */
  delete(name: string): void {
    rmSync(this.#pathOf(name), { force: true });
    this.#files.delete(name);
  }

  /** Returns the ARN of a secret, which need not exist. */
  getArn(nameOrArn: string): string {
    return nameOrArn.startsWith('arn:') ? nameOrArn : arnOf(nameOrArn);
  }

  /** @throws ApiError `ResourceNotFoundException` if the version does not exist */
  findVersion(
    secret: Secret,
    { id, stage = CURRENT }: { readonly id?: string | undefined; readonly stage?: string | undefined },
  ): readonly [string, SecretVersion] {
    const named = id === undefined ? undefined : secret.versions[id];
    const found = id === undefined ? findLabeledVersion(secret, stage) : named && ([id, named] as const);
    if (found === undefined) {
      const sought = id === undefined ? `staging label: ${stage}` : `VersionId: ${id}`;
      throw new ApiError(
        'ResourceNotFoundException',
        400,
        `Secrets Manager can't find the specified secret value for ${sought}`,
      );
    }
    return found;
  }

  #file(name: string): JsonFile<Secret | undefined> {
    const known = this.#files.get(name);
    if (known !== undefined) return known;
    const file = new JsonFile<Secret | undefined>(this.#pathOf(name), secretSchema, undefined);
    this.#files.set(name, file);
    return file;
  }

  #pathOf(name: string): string {
    // Names contain slashes; the hash distinguishes names that are equal without them.
    return join(this.#dir, `${name.replaceAll(/[^\w.-]/g, '-').slice(0, 100)}-${stableHex(name, 8)}.json`);
  }
}

/** Returns the ARN. Its last six characters are random on AWS and depend on the name here. */
function arnOf(name: string): string {
  return regionalArn('secretsmanager', `secret:${name}-${stableHex(name, 6)}`);
}

function isSameValue(one: SecretValue, other: SecretValue): boolean {
  return one.secretString === other.secretString && one.secretBinary === other.secretBinary;
}

function requireValidValue({ secretString, secretBinary }: SecretValue): void {
  if ((secretString === undefined) === (secretBinary === undefined)) {
    throw new ApiError('InvalidParameterException', 400, 'You must provide either SecretString or SecretBinary.');
  }
  if (Buffer.byteLength(secretString ?? secretBinary ?? '') > MAX_SECRET_BYTES) {
    throw new ApiError('InvalidParameterException', 400, `The secret value is longer than ${MAX_SECRET_BYTES} bytes.`);
  }
}

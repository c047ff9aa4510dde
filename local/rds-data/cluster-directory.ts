import { accessSync, constants, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DamagedFileError, NewerFormatError } from '../durable/damaged-file-error.ts';
import { Crc32c } from '../s3/store/crc32c.ts';
import { ClusterOpeningError } from './pglite-thread.ts';

/** Major version of PostgreSQL in PGlite, as in a cluster's `PG_VERSION`. */
const POSTGRES_VERSION = 18;
/**
 * Version of `pg_control`, and the offset of its CRC-32C, which covers the bytes before it.
 * https://github.com/postgres/postgres/blob/REL_18_STABLE/src/include/catalog/pg_control.h
 */
const CONTROL_VERSION = 1800;
const CONTROL_CRC_OFFSET = 292;

/** https://github.com/postgres/postgres/blob/REL_18_STABLE/src/include/catalog/pg_database.dat */
const POSTGRES_DATABASE_OID = 5;

const REMEDY = 'or delete the whole state directory, which loses all videos';

/** Returns the path of the file that marks a complete cluster: a process killed while creating one leaves a broken directory. */
export function markerOf(dataDir: string): string {
  return `${dataDir}.made`;
}

/**
 * Checks a cluster before PGlite opens it, which may never return from a damaged one or replace it by an empty one. Removes a
 * cluster that was never complete.
 *
 * @param isInUse whether the rest of the state belongs to a cluster, which then must exist
 * @returns whether the cluster must be created
 * @throws DamagedFileError, NewerFormatError; Error with a code and the path if a file cannot be read or written
 */
export function prepareCluster(dataDir: string, isInUse: boolean): boolean {
  mkdirSync(dirname(dataDir), { recursive: true });
  const isComplete = existsSync(markerOf(dataDir));
  if (!isComplete && !isInUse) {
    rmSync(dataDir, { recursive: true, force: true });
    return true;
  }
  if (statSync(dataDir, { throwIfNoEntry: false }) === undefined)
    throw new DamagedFileError(dataDir, 'it is missing', `set DATABASE_URL if the catalog is on a server, ${REMEDY}`);
  accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  if (!isComplete && readdirSync(dataDir).length === 0) throw new DamagedFileError(dataDir, 'it is empty', REMEDY);
  checkVersion(join(dataDir, 'PG_VERSION'));
  checkControlFile(join(dataDir, 'global', 'pg_control'));
  for (const entry of readdirSync(dataDir, { recursive: true, withFileTypes: true }))
    accessSync(join(entry.parentPath, entry.name), constants.R_OK | constants.W_OK);
  return false;
}

function checkVersion(path: string): void {
  const version = Number(readRequired(path).toString().trim());
  if (!Number.isInteger(version) || version === 0) throw new DamagedFileError(path, 'it is not a version', REMEDY);
  if (version > POSTGRES_VERSION) throw new NewerFormatError(path, version, POSTGRES_VERSION);
  if (version < POSTGRES_VERSION) {
    throw new Error(
      `${path} is of PostgreSQL ${version}, and this version of Sluice reads databases of PostgreSQL ${POSTGRES_VERSION} only. ` +
        'Start the older version, or choose another directory with --state.',
    );
  }
}

function checkControlFile(path: string): void {
  const content = readRequired(path);
  const isKnown = content.length >= CONTROL_CRC_OFFSET + 4 && content.readUInt32LE(8) === CONTROL_VERSION;
  const crc = new Crc32c();
  crc.update(content.subarray(0, CONTROL_CRC_OFFSET));
  if (!isKnown || crc.digest().readUInt32BE() !== content.readUInt32LE(CONTROL_CRC_OFFSET))
    throw new DamagedFileError(path, 'its content does not match its checksum', REMEDY);
}

/** Returns the identifier of a checked cluster, and that of PGlite's database in it, as PostgreSQL's functions name them. */
export function identifyCluster(dataDir: string): string {
  return `${readRequired(join(dataDir, 'global', 'pg_control')).readBigInt64LE(0)}/${POSTGRES_DATABASE_OID}`;
}

function readRequired(path: string): Buffer {
  if (!existsSync(path)) throw new DamagedFileError(path, 'it is missing', REMEDY);
  const content = readFileSync(path);
  if (content.length === 0) throw new DamagedFileError(path, 'it is empty', REMEDY);
  return content;
}

/** Returns the error to show for a cluster that PostgreSQL cannot open. */
export function explainOpeningError(error: unknown, dataDir: string): unknown {
  if (!(error instanceof ClusterOpeningError)) return error;
  if (error.message.includes('No space left on device'))
    return Object.assign(new Error(error.message, { cause: error }), { code: 'ENOSPC', path: dataDir });
  return new DamagedFileError(dataDir, `PostgreSQL cannot open it (${error.message})`, REMEDY, { cause: error });
}

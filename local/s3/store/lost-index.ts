import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { DamagedFileError } from '../../durable/damaged-file-error.ts';
import { type Database, REMEDY } from './database.ts';

/** Returns the path of the records of a store's objects. */
export function indexPath(dir: string): string {
  return path.join(dir, 'index.sqlite');
}

/** Returns the error of an index that was lost, so that a start would find no objects. */
export function lostIndexError(dir: string, problem: string): Error {
  return new DamagedFileError(indexPath(dir), `${problem}, although ${path.join(dir, 'segments')} holds files of objects`, REMEDY);
}

/** Returns whether no file of a store would be known: any file is recorded before it is created. */
export function isEmpty(database: Database): boolean {
  return ['versions', 'parts', 'loose_segments'].every((table) => database.get(`SELECT 1 FROM ${table} LIMIT 1`) === undefined);
}

/** Returns whether a directory of segments holds a file of an object. */
export function hasFiles(segmentsDir: string): boolean {
  if (!existsSync(segmentsDir)) return false;
  return readdirSync(segmentsDir, { withFileTypes: true }).some(
    (bucket) => bucket.isDirectory() && readdirSync(path.join(segmentsDir, bucket.name)).length > 0,
  );
}

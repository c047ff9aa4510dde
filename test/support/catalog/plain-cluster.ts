import { join } from 'node:path';
import { pgliteSeed } from '../../../local/rds-data/pglite-seed.ts';

export const BUILD = join(__dirname, '../../../.build');

/** Seed of a cluster with nothing in it, made by whoever needs it first. */
export const PLAIN_CLUSTER = pgliteSeed(BUILD, 'cluster');

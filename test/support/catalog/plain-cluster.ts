import { join } from 'node:path';
import { pgliteSeed } from '../../../local/rds-data/pglite-seed.ts';

export const BUILD = join(__dirname, '../../../.build');

/** Seed of an empty cluster, created on first use. */
export const PLAIN_CLUSTER = pgliteSeed(BUILD, 'cluster');

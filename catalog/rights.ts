import type * as schema from './schema/index.ts';

/** Statements on the rows of a table that a role may be granted, in the order of PostgreSQL's documentation. */
export type TableVerb = 'select' | 'insert' | 'update' | 'delete';

/** Name of a table in the database. */
type TableName = {
  [Name in keyof typeof schema]: (typeof schema)[Name] extends { readonly _: { readonly name: infer Table } } ? Table : never;
}[keyof typeof schema];

/** Functions of the schema that are not triggers; a trigger's function needs no right. */
type FunctionName = 'book_encode' | 'count_open_uploads' | 'search_grams' | 'search_text';

export interface RoleRights {
  /** Role in the database, which is also the user name in its secret. */
  readonly roleName: string;
  /** Every table, also one of which the role may do nothing. */
  readonly tables: Readonly<Record<TableName, readonly TableVerb[]>>;
  /** Every function, and whether the role may call it. */
  readonly functions: Readonly<Record<FunctionName, boolean>>;
}

/** Kinds of right besides that of the schema's owner, who migrates it. */
export const CATALOG_ROLES = ['chain', 'api'] as const;
export type CatalogRole = (typeof CATALOG_ROLES)[number];

/**
 * Rights of each role, all that its statements need and no other. A statement also needs what its triggers do, which run
 * with the rights of its role: a change of a revision changes its video and upload, ends its progress and books its price. A
 * change of a title calls the functions of the index on titles.
 *
 * The migration grants exactly these rights, and takes away others. A new table or function is named here for each role.
 */
export const RIGHTS: Readonly<Record<CatalogRole, RoleRights>> = {
  /** The steps, completion, removal and withdrawal. */
  chain: {
    roleName: 'sluice_chain',
    tables: {
      encode_charges: ['select', 'insert'],
      encode_days: ['select', 'insert', 'update'],
      encode_progress: ['select', 'insert', 'update', 'delete'],
      idempotency_keys: [],
      renditions: ['select', 'insert', 'update', 'delete'],
      revisions: ['select', 'insert', 'update'],
      settled_changes: ['select', 'insert', 'update'],
      steps: ['select', 'insert', 'update', 'delete'],
      uploads: ['select', 'update', 'delete'],
      videos: ['select', 'insert', 'update'],
    },
    functions: { book_encode: true, count_open_uploads: false, search_grams: true, search_text: true },
  },
  /** The API and the signing of playback URLs. */
  api: {
    roleName: 'sluice_api',
    tables: {
      encode_charges: [],
      encode_days: [],
      encode_progress: ['select', 'delete'],
      idempotency_keys: ['select', 'insert', 'update', 'delete'],
      renditions: ['select', 'delete'],
      revisions: ['select', 'update'],
      settled_changes: ['select'],
      steps: ['select', 'delete'],
      uploads: ['select', 'insert', 'update', 'delete'],
      videos: ['select', 'insert', 'update'],
    },
    functions: { book_encode: true, count_open_uploads: true, search_grams: true, search_text: true },
  },
};

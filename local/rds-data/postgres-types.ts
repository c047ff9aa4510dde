/** Member of the API's `Field` that holds a column. */
type FieldKind = 'long' | 'double' | 'decimal' | 'boolean' | 'blob' | 'string' | 'timestamptz';

export interface PostgresType {
  readonly name: string;
  /** Number in `java.sql.Types`, the value of `ColumnMetadata.type`. */
  readonly jdbcType: number;
  readonly kind: FieldKind;
  /** Type of an array's elements. */
  readonly element?: PostgresType;
}

/**
 * Scalar types by their OIDs in `pg_type`, which are fixed for built-in types: those that the Data API returns, with the
 * OIDs of the arrays that it returns. `timestamptz` is not in the list, but the Data API returns it, in UTC and without
 * an offset, as ORMs rely on. Enumerations and vectors are in the list; they have no fixed OID, and no statement selects one.
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api-operations.html
 */
const SCALARS: Readonly<Record<number, PostgresType & { readonly arrayOid?: number }>> = {
  16: { name: 'bool', jdbcType: -7, kind: 'boolean', arrayOid: 1000 },
  17: { name: 'bytea', jdbcType: -2, kind: 'blob' },
  19: { name: 'name', jdbcType: 12, kind: 'string', arrayOid: 1003 },
  20: { name: 'int8', jdbcType: -5, kind: 'long', arrayOid: 1016 },
  21: { name: 'int2', jdbcType: 5, kind: 'long', arrayOid: 1005 },
  23: { name: 'int4', jdbcType: 4, kind: 'long', arrayOid: 1007 },
  25: { name: 'text', jdbcType: 12, kind: 'string', arrayOid: 1009 },
  114: { name: 'json', jdbcType: 1111, kind: 'string', arrayOid: 199 },
  650: { name: 'cidr', jdbcType: 1111, kind: 'string' },
  700: { name: 'float4', jdbcType: 7, kind: 'double', arrayOid: 1021 },
  701: { name: 'float8', jdbcType: 8, kind: 'double', arrayOid: 1022 },
  869: { name: 'inet', jdbcType: 1111, kind: 'string' },
  1042: { name: 'bpchar', jdbcType: 1, kind: 'string', arrayOid: 1014 },
  1043: { name: 'varchar', jdbcType: 12, kind: 'string', arrayOid: 1015 },
  1082: { name: 'date', jdbcType: 91, kind: 'string', arrayOid: 1182 },
  1083: { name: 'time', jdbcType: 92, kind: 'string', arrayOid: 1183 },
  1114: { name: 'timestamp', jdbcType: 93, kind: 'string', arrayOid: 1115 },
  1184: { name: 'timestamptz', jdbcType: 93, kind: 'timestamptz' },
  1700: { name: 'numeric', jdbcType: 2, kind: 'decimal', arrayOid: 1231 },
  2950: { name: 'uuid', jdbcType: 1111, kind: 'string', arrayOid: 2951 },
  3802: { name: 'jsonb', jdbcType: 1111, kind: 'string' },
};

const TYPES = new Map<number, PostgresType>();
for (const [oid, { arrayOid, ...type }] of Object.entries(SCALARS)) {
  TYPES.set(Number(oid), type);
  if (arrayOid !== undefined) TYPES.set(arrayOid, { name: `_${type.name}`, jdbcType: 2003, kind: 'string', element: type });
}

export const KNOWN_TYPE_OIDS: readonly number[] = [...TYPES.keys()];

/** Returns a type; undefined for types that the API does not return, such as `void`, `oid`, `regclass` and ranges. */
export function findPostgresType(oid: number): PostgresType | undefined {
  return TYPES.get(oid);
}

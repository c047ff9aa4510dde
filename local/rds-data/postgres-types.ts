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

/** Scalar types by their OIDs in `pg_type`, which are fixed for built-in types. */
const SCALARS: Readonly<Record<number, PostgresType & { readonly arrayOid: number }>> = {
  16: { name: 'bool', jdbcType: -7, kind: 'boolean', arrayOid: 1000 },
  17: { name: 'bytea', jdbcType: -2, kind: 'blob', arrayOid: 1001 },
  19: { name: 'name', jdbcType: 12, kind: 'string', arrayOid: 1003 },
  20: { name: 'int8', jdbcType: -5, kind: 'long', arrayOid: 1016 },
  21: { name: 'int2', jdbcType: 5, kind: 'long', arrayOid: 1005 },
  23: { name: 'int4', jdbcType: 4, kind: 'long', arrayOid: 1007 },
  25: { name: 'text', jdbcType: 12, kind: 'string', arrayOid: 1009 },
  26: { name: 'oid', jdbcType: -5, kind: 'long', arrayOid: 1028 },
  114: { name: 'json', jdbcType: 1111, kind: 'string', arrayOid: 199 },
  700: { name: 'float4', jdbcType: 7, kind: 'double', arrayOid: 1021 },
  701: { name: 'float8', jdbcType: 8, kind: 'double', arrayOid: 1022 },
  1042: { name: 'bpchar', jdbcType: 1, kind: 'string', arrayOid: 1014 },
  1043: { name: 'varchar', jdbcType: 12, kind: 'string', arrayOid: 1015 },
  1082: { name: 'date', jdbcType: 91, kind: 'string', arrayOid: 1182 },
  1083: { name: 'time', jdbcType: 92, kind: 'string', arrayOid: 1183 },
  1114: { name: 'timestamp', jdbcType: 93, kind: 'string', arrayOid: 1115 },
  1184: { name: 'timestamptz', jdbcType: 93, kind: 'timestamptz', arrayOid: 1185 },
  1700: { name: 'numeric', jdbcType: 2, kind: 'decimal', arrayOid: 1231 },
  2950: { name: 'uuid', jdbcType: 1111, kind: 'string', arrayOid: 2951 },
  3802: { name: 'jsonb', jdbcType: 1111, kind: 'string', arrayOid: 3807 },
};

const TYPES = new Map<number, PostgresType>();
for (const [oid, { arrayOid, ...type }] of Object.entries(SCALARS)) {
  TYPES.set(Number(oid), type);
  TYPES.set(arrayOid, { name: `_${type.name}`, jdbcType: 2003, kind: 'string', element: type });
}

// `void`, which functions such as `pg_advisory_xact_lock` return.
TYPES.set(2278, { name: 'void', jdbcType: 1111, kind: 'string' });

export const KNOWN_TYPE_OIDS: readonly number[] = [...TYPES.keys()];

/** Returns a type; undefined for types that the API cannot return, such as enumerations and ranges. */
export function findPostgresType(oid: number): PostgresType | undefined {
  return TYPES.get(oid);
}

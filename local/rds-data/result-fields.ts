import type { PostgresType } from './postgres-types.ts';
import { findPostgresType } from './postgres-types.ts';
import type { SqlResult } from './sql-engine.ts';

/** Thrown if the result contains a value that the API cannot return. */
export class UnsupportedResultError extends Error {
  override readonly name = 'UnsupportedResultError';
}

interface ResultOptions {
  readonly decimalReturnType?: 'STRING' | 'DOUBLE_OR_LONG' | undefined;
  readonly longReturnType?: 'LONG' | 'STRING' | undefined;
}

/** A `Field` of the API in REST JSON. */
type FieldJson = Readonly<Record<string, unknown>>;

/**
 * Converts rows to the API's fields: integers to longs, floating point to doubles, numeric to strings, arrays by the type
 * of their elements, and timestamptz to UTC without an offset.
 * https://docs.aws.amazon.com/rdsdataservice/latest/APIReference/API_Field.html
 *
 * @throws UnsupportedResultError
 */
export function toFields(result: SqlResult, options: ResultOptions): FieldJson[][] {
  const types = columnTypes(result);
  return result.rows.map((row) => row.map((text, index) => toField(text, types[index], options)));
}

/** Converts rows to objects, for `formatRecordsAs: JSON`. */
export function toObjects(result: SqlResult, options: ResultOptions): Record<string, unknown>[] {
  const types = columnTypes(result);
  return result.rows.map((row) =>
    Object.fromEntries(
      result.columns.map(({ name }, index) => [name, toScalar(row[index] ?? null, types[index], options)]),
    ),
  );
}

export function describeColumns(result: SqlResult): FieldJson[] {
  return columnTypes(result).map((type, index) => ({
    arrayBaseColumnType: type.element?.jdbcType ?? 0,
    isAutoIncrement: false,
    isCaseSensitive: type.jdbcType === 12,
    isCurrency: false,
    isSigned: type.kind === 'long' || type.kind === 'double' || type.kind === 'decimal',
    label: result.columns[index]?.name,
    name: result.columns[index]?.name,
    nullable: 2,
    precision: 0,
    scale: 0,
    schemaName: '',
    tableName: '',
    type: type.jdbcType,
    typeName: type.name,
  }));
}

function columnTypes(result: SqlResult): PostgresType[] {
  return result.columns.map(({ name, typeOid }) => {
    const type = findPostgresType(typeOid);
    if (type === undefined) {
      throw new UnsupportedResultError(
        `The result contains the unsupported data type of OID ${typeOid} in column ${name}`,
      );
    }
    return type;
  });
}

function toField(text: string | null, type: PostgresType | undefined, options: ResultOptions): FieldJson {
  const value = toScalar(text, type, options);
  if (value === null) return { isNull: true };
  if (type?.element !== undefined) return { arrayValue: { [arrayMember(type.element)]: value } };
  if (type?.kind === 'blob') return { blobValue: value };
  if (typeof value === 'boolean') return { booleanValue: value };
  if (typeof value === 'string') return { stringValue: value };
  if (type?.kind === 'double' || !Number.isInteger(value)) return { doubleValue: jsonDouble(Number(value)) };
  return { longValue: value };
}

function toScalar(text: string | null, type: PostgresType | undefined, options: ResultOptions): unknown {
  if (text === null) return null;
  if (type?.element !== undefined) {
    const { element } = type;
    return parseArray(text).map((item) => toScalar(item, element, options));
  }
  switch (type?.kind) {
    case 'boolean':
      return text === 't' || text === 'true';
    case 'long':
      return options.longReturnType === 'STRING' ? text : Number(text);
    case 'double':
      return Number(text);
    case 'decimal':
      return options.decimalReturnType === 'DOUBLE_OR_LONG' ? Number(text) : text;
    case 'blob':
      return Buffer.from(text.slice(2), 'hex').toString('base64');
    case 'timestamptz':
      return text.replace(/[+-]00(:?00)?$/, '');
    default:
      return text;
  }
}

function arrayMember(element: PostgresType): string {
  if (element.kind === 'long') return 'longValues';
  if (element.kind === 'double') return 'doubleValues';
  if (element.kind === 'boolean') return 'booleanValues';
  return 'stringValues';
}

function jsonDouble(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

const ARRAY_ITEM = /"((?:[^"\\]|\\[\s\S])*)"|([^,{}]+)/y;

/**
 * Parses a one-dimensional array in PostgreSQL's text format.
 * https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO
 *
 * @throws UnsupportedResultError for arrays of arrays, which the API cannot return
 */
function parseArray(text: string): (string | null)[] {
  const items: (string | null)[] = [];
  let at = 1;
  while (at < text.length - 1) {
    ARRAY_ITEM.lastIndex = at;
    const match = ARRAY_ITEM.exec(text);
    if (match === null) throw new UnsupportedResultError('The result contains a multidimensional array');
    const [whole, quoted, plain] = match;
    items.push(quoted === undefined ? (plain === 'NULL' ? null : (plain ?? '')) : quoted.replace(/\\([\s\S])/g, '$1'));
    at += whole.length + 1;
  }
  return items;
}

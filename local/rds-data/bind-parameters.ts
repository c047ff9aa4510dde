import { toPositional } from './named-parameters.ts';
import type { Parameter, ParameterValue, TypeHintName } from './requests.ts';
import type { SqlStatement } from './sql-engine.ts';

/** The statement and its parameters do not fit together, or a value is of no kind that the API binds. */
export class InvalidParameterError extends Error {
  override readonly name = 'InvalidParameterError';
}

const HINTED: Readonly<Record<TypeHintName, string>> = {
  DATE: 'date',
  DECIMAL: 'numeric',
  JSON: 'json',
  TIME: 'time',
  TIMESTAMP: 'timestamp',
  UUID: 'uuid',
};

/**
 * Writes the statement as PostgreSQL takes it. Each placeholder carries a cast to the type that the API binds, so that a
 * string without a hint is `varchar` here as there: comparing it with a uuid column is an error, not a convenience.
 * https://docs.aws.amazon.com/rdsdataservice/latest/APIReference/API_SqlParameter.html
 *
 * @throws InvalidParameterError
 */
export function bindParameters(sql: string, parameters: readonly Parameter[]): SqlStatement {
  const byName = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  const { text, names } = toPositional(sql, (position, name) => {
    const parameter = byName.get(name);
    if (parameter === undefined) throw new InvalidParameterError(`Named parameter ${name} is missing from the parameters`);
    const type = boundType(parameter);
    return type === undefined ? `$${position}` : `($${position}::${type})`;
  });
  return { text, values: names.map((name) => boundText(name, byName.get(name)?.value ?? {})) };
}

function boundType({ name, value, typeHint }: Parameter): string | undefined {
  if (value.arrayValue !== undefined) throw new InvalidParameterError(`Parameter ${name}: array parameters are not supported`);
  // Without a type PostgreSQL takes a NULL's from its context.
  if (value.isNull === true) return typeHint === undefined ? undefined : HINTED[typeHint];
  if (value.stringValue !== undefined) return typeHint === undefined ? 'varchar' : HINTED[typeHint];
  if (value.longValue !== undefined) return 'int8';
  if (value.doubleValue !== undefined) return 'float8';
  if (value.booleanValue !== undefined) return 'bool';
  return 'bytea';
}

function boundText(name: string, value: ParameterValue): string | null {
  if (value.isNull === true) return null;
  if (value.stringValue !== undefined) return value.stringValue;
  const number = value.longValue ?? value.doubleValue;
  if (number !== undefined) return String(number);
  if (value.booleanValue !== undefined) return String(value.booleanValue);
  if (value.blobValue !== undefined) return `\\x${Buffer.from(value.blobValue, 'base64').toString('hex')}`;
  throw new InvalidParameterError(`Parameter ${name} has no value`);
}

import { toPositional } from './named-parameters.ts';
import type { Parameter, ParameterValue, TypeHintName } from './requests.ts';
import type { SqlStatement } from './sql-engine.ts';

/** Thrown if parameters do not match the statement, or a value has a type that the API cannot bind. */
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
 * Converts a statement to PostgreSQL's placeholders. Each placeholder is cast to the type that the API binds: a string
 * without a hint is `varchar`, so that comparing it with a uuid column is an error as on AWS.
 * https://docs.aws.amazon.com/rdsdataservice/latest/APIReference/API_SqlParameter.html
 *
 * @throws InvalidParameterError
 */
export function bindParameters(sql: string, parameters: readonly Parameter[]): SqlStatement {
  const byName = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  const { text, names } = toPositional(sql, (position, name) => {
    const parameter = byName.get(name);
    if (parameter === undefined)
      throw new InvalidParameterError(`Named parameter ${name} is missing from the parameters`);
    const type = chooseBoundType(parameter);
    return type === undefined ? `$${position}` : `($${position}::${type})`;
  });
  return { text, values: names.map((name) => writeBoundText(name, byName.get(name)?.value ?? {})) };
}

function chooseBoundType({ name, value, typeHint }: Parameter): string | undefined {
  if (value.arrayValue !== undefined)
    throw new InvalidParameterError(`Parameter ${name}: array parameters are not supported`);
  // PostgreSQL infers the type of an untyped NULL from its context.
  if (value.isNull === true) return typeHint === undefined ? undefined : HINTED[typeHint];
  if (value.stringValue !== undefined) return typeHint === undefined ? 'varchar' : HINTED[typeHint];
  if (value.longValue !== undefined) return 'int8';
  if (value.doubleValue !== undefined) return 'float8';
  if (value.booleanValue !== undefined) return 'bool';
  return 'bytea';
}

function writeBoundText(name: string, value: ParameterValue): string | null {
  if (value.isNull === true) return null;
  if (value.stringValue !== undefined) return value.stringValue;
  const number = value.longValue ?? value.doubleValue;
  if (number !== undefined) return String(number);
  if (value.booleanValue !== undefined) return String(value.booleanValue);
  if (value.blobValue !== undefined) return `\\x${Buffer.from(value.blobValue, 'base64').toString('hex')}`;
  throw new InvalidParameterError(`Parameter ${name} has no value`);
}

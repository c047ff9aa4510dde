import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import type { Property, PropertyType, Resource, SpecDatabase } from '@aws-cdk/service-spec-types';
import type { Stacks } from './checked-deployments.ts';

let database: SpecDatabase | undefined;

/** Returns AWS's specification of CloudFormation's resource types, which takes a second to load. */
export function serviceSpec(): SpecDatabase {
  return (database ??= loadAwsServiceSpecSync());
}

/** Returns the specification of a type; every custom resource has the one of `AWS::CloudFormation::CustomResource`. */
export function specificationOf(type: string): Resource | undefined {
  const name = isCustom(type) ? 'AWS::CloudFormation::CustomResource' : type;
  return serviceSpec().lookup('resource', 'cloudFormationType', 'equals', name)[0];
}

export function isCustom(type: string): boolean {
  return type.startsWith('Custom::');
}

/**
 * Checks every resource against AWS's schema of its type: unknown and missing properties, types, and allowed values. What an
 * intrinsic function will return is not checked.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-type-schemas.html
 *
 * @returns problems with their paths
 */
export function checkSchema(stacks: Stacks): readonly string[] {
  return Object.entries(stacks).flatMap(([stack, { Resources }]) =>
    Object.entries(Resources).flatMap(([logicalId, { Type, Properties = {} }]) => {
      const path = `${stack}/${logicalId} (${Type})`;
      const specification = specificationOf(Type);
      if (specification === undefined) return [`${path}: unknown type`];
      return checkProperties(Properties, specification.properties, path, isCustom(Type));
    }),
  );
}

function checkProperties(
  value: Readonly<Record<string, unknown>>,
  properties: Readonly<Record<string, Property>>,
  path: string,
  isOpen = false,
): readonly string[] {
  const missing = Object.entries(properties).flatMap(([name, { required }]) =>
    required === true && value[name] === undefined ? [`${path}/${name}: is required`] : [],
  );
  const wrong = Object.entries(value).flatMap(([name, inner]) => {
    const property = properties[name];
    if (property === undefined) return isOpen ? [] : [`${path}/${name}: unknown property`];
    // The CDK writes this number as a string, which CloudFormation converts.
    if (isOpen && name === 'ServiceTimeout') return checkValue(Number(inner), property.type, `${path}/${name}`);
    return checkValue(inner, property.type, `${path}/${name}`);
  });
  return [...missing, ...wrong];
}

function checkValue(value: unknown, type: PropertyType, path: string): readonly string[] {
  if (isIntrinsic(value)) return [];
  switch (type.type) {
    case 'array':
      if (!Array.isArray(value)) return [`${path}: is not an array`];
      return value.flatMap((item, index) => checkValue(item, type.element, `${path}/${index}`));
    case 'map':
      if (!isObject(value)) return [`${path}: is not an object`];
      return Object.entries(value).flatMap(([key, item]) => checkValue(item, type.element, `${path}/${key}`));
    case 'ref': {
      if (!isObject(value)) return [`${path}: is not an object`];
      return checkProperties(value, serviceSpec().get('typeDefinition', type.reference).properties, path);
    }
    case 'union': {
      const results = type.types.map((each) => checkValue(value, each, path));
      return results.some((problems) => problems.length === 0) ? [] : (results[0] ?? []);
    }
    case 'tag':
      return isObject(value) && typeof value['Key'] === 'string' ? [] : [`${path}: is not a tag`];
    case 'json':
      return isObject(value) ? [] : [`${path}: is not JSON`];
    default:
      return checkPrimitive(value, type, path);
  }
}

function checkPrimitive(value: unknown, type: PropertyType, path: string): readonly string[] {
  if (!IS_OF_TYPE[type.type]?.(value)) return [`${path}: ${JSON.stringify(value)} is not of type ${type.type}`];
  const allowed: readonly unknown[] | undefined = 'allowedValues' in type ? type.allowedValues : undefined;
  if (allowed === undefined || allowed.includes(value)) return [];
  return [`${path}: ${JSON.stringify(value)} is not one of ${allowed.join(', ')}`];
}

const IS_OF_TYPE: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  'date-time': (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)),
  boolean: (value) => typeof value === 'boolean',
  integer: Number.isInteger,
  number: Number.isFinite,
  null: (value) => value === null,
};

/** Returns whether a value is a call of an intrinsic function, whose result only a deployment knows. */
export function isIntrinsic(value: unknown): value is Readonly<Record<string, unknown>> {
  if (!isObject(value)) return false;
  const [name = '', ...others] = Object.keys(value);
  return others.length === 0 && (name === 'Ref' || name.startsWith('Fn::'));
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

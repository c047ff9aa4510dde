import { ACCOUNT_ID, PARTITION, REGION, URL_SUFFIX } from '../cloud/account.ts';
import type { Template } from './assembly.ts';

/** Values to which a stack's properties may refer. */
export interface Scope {
  readonly stackName: string;
  readonly template: Template;
  readonly parameters: ReadonlyMap<string, unknown>;
  /** Returns the `Ref` of a resource. @throws Error if it does not exist */
  ref(logicalId: string): unknown;
  /** Returns the `Fn::GetAtt` of a resource. @throws Error if it or the attribute does not exist */
  attribute(logicalId: string, name: string): unknown;
  /** Returns the value of `Fn::ImportValue`. @throws Error if no stack exports it */
  imported(name: string): unknown;
}

const ZONES = ['a', 'b', 'c'].map((letter) => `${REGION}${letter}`);
const NO_VALUE = Symbol('AWS::NoValue');

function pseudoParameters(stackName: string): Readonly<Record<string, unknown>> {
  return {
    'AWS::AccountId': ACCOUNT_ID,
    'AWS::Region': REGION,
    'AWS::Partition': PARTITION,
    'AWS::URLSuffix': URL_SUFFIX,
    'AWS::StackName': stackName,
    'AWS::StackId': `arn:${PARTITION}:cloudformation:${REGION}:${ACCOUNT_ID}:stack/${stackName}/local`,
    'AWS::NotificationARNs': [],
    'AWS::NoValue': NO_VALUE,
  };
}

/**
 * Resolves every intrinsic function in a value; `AWS::NoValue` removes the property or list item that holds it.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
export function resolve(value: unknown, scope: Scope): unknown {
  const resolved = resolveNode(value, scope);
  return resolved === NO_VALUE ? undefined : resolved;
}

/** Resolves all properties of a resource. */
export function resolveProperties(
  properties: Readonly<Record<string, unknown>>,
  scope: Scope,
): Record<string, unknown> {
  const resolved = Object.entries(properties).map(([name, value]) => [name, resolve(value, scope)] as const);
  return Object.fromEntries(resolved.filter(([, value]) => value !== undefined));
}

/** @throws Error if the template has no such condition */
export function isConditionTrue(name: string, scope: Scope): boolean {
  if (!(name in scope.template.Conditions)) throw new Error(`${scope.stackName} has no condition ${name}.`);
  return resolveNode(scope.template.Conditions[name], scope) === true;
}

function resolveNode(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((item) => resolveNode(item, scope)).filter((item) => item !== NO_VALUE);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only !== undefined) {
    const [name, argument] = only;
    if (name === 'Ref') return resolveReference(String(argument), scope);
    if (name === 'Condition' && typeof argument === 'string' && argument in scope.template.Conditions) {
      return isConditionTrue(argument, scope);
    }
    if (name.startsWith('Fn::')) return call(name, argument, scope);
  }
  return Object.fromEntries(
    entries.map(([key, item]) => [key, resolveNode(item, scope)] as const).filter(([, item]) => item !== NO_VALUE),
  );
}

function resolveReference(name: string, scope: Scope): unknown {
  const pseudo = pseudoParameters(scope.stackName);
  if (name in pseudo) return pseudo[name];
  return scope.parameters.has(name) ? scope.parameters.get(name) : scope.ref(name);
}

function call(name: string, argument: unknown, scope: Scope): unknown {
  const inner = (): unknown => resolveNode(argument, scope);
  const list = (): readonly unknown[] => listFor(name, inner());
  switch (name) {
    case 'Fn::GetAtt':
      return getAttribute(argument, scope);
    case 'Fn::Sub':
      return substitute(argument, scope);
    case 'Fn::If':
      return resolveBranch(argument, scope);
    case 'Fn::Join': {
      const [separator, items] = list();
      return listFor(name, items).map(String).join(String(separator));
    }
    case 'Fn::Split': {
      const [separator, text] = list();
      return String(text).split(String(separator));
    }
    case 'Fn::Select': {
      const [index, items] = list();
      return listFor(name, items)[Number(index)];
    }
    case 'Fn::FindInMap': {
      const [map = '', first = '', second = ''] = list().map(String);
      return scope.template.Mappings[map]?.[first]?.[second];
    }
    case 'Fn::Base64':
      return Buffer.from(String(inner())).toString('base64');
    case 'Fn::GetAZs':
      return ZONES;
    case 'Fn::ImportValue':
      return scope.imported(String(inner()));
    case 'Fn::Equals': {
      const [left, right] = list();
      return JSON.stringify(left) === JSON.stringify(right);
    }
    case 'Fn::Not':
      return list()[0] !== true;
    case 'Fn::And':
      return list().every((item) => item === true);
    case 'Fn::Or':
      return list().some((item) => item === true);
    default:
      throw new Error(`The laptop cloud does not support the intrinsic function ${name} (in ${scope.stackName}).`);
  }
}

function listFor(name: string, value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error(`${name} takes a list, not ${JSON.stringify(value)}.`);
  return value;
}

function getAttribute(argument: unknown, scope: Scope): unknown {
  const [logicalId, ...names] = Array.isArray(argument) ? argument.map(String) : String(argument).split('.');
  return scope.attribute(logicalId ?? '', names.join('.'));
}

function resolveBranch(argument: unknown, scope: Scope): unknown {
  const [condition, then, otherwise] = listFor('Fn::If', argument);
  return resolveNode(isConditionTrue(String(condition), scope) ? then : otherwise, scope);
}

function substitute(argument: unknown, scope: Scope): string {
  const [text, given]: readonly unknown[] = Array.isArray(argument) ? argument : [argument];
  const variables = new Map(Object.entries(given ?? {}));
  return String(text).replaceAll(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
    if (literal !== '') return `\${${name}}`;
    if (variables.has(name)) return String(resolveNode(variables.get(name), scope));
    return String(name.includes('.') ? getAttribute(name, scope) : resolveReference(name, scope));
  });
}

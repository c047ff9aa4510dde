import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Resource, ResourceProvider } from '../../../local/cloud/resource.ts';
import type { Assembly, Template } from '../../../local/template/assembly.ts';
import { deploy, type Deployment } from '../../../local/template/deployment.ts';
import type { CustomResourceProtocol } from '../../../local/template/resource-handlers.ts';
import { type StackRecord, StackRecords } from '../../../local/template/stack-records.ts';

type Verb = 'create' | 'open' | 'update' | 'delete';

/** Refers to a call of a service, such as `create Queue`; `create Queue+1` for the resource that replaces the first. */
type Call = `${Verb} ${string}`;

/** Types that the fixture provides. A change of `Fixed` replaces a resource of the second. */
const TYPES = ['Test::Thing', 'AWS::SNS::Topic', 'AWS::S3::BucketPolicy'];

/** A cloud of stacks whose resources exist in a list only. */
export interface StackFixture {
  /** Directory of the records. */
  readonly directory: string;
  /** Calls in order, without those that only open a resource. */
  readonly calls: Call[];
  /** Calls that fail, by call, with their reason. */
  readonly failures: Map<Call, string>;
  /** Names of the resources that exist. */
  readonly existing: Set<string>;
  /** Resources that stay although their stack no longer has them. */
  readonly retained: string[];
  /** Deploys as a start does, in a new process. */
  deploy(stacks: Readonly<Record<string, Partial<Template>>>, signal?: AbortSignal): Promise<Deployment>;
  record(stack: string): StackRecord;
  /** Forgets the calls so far. */
  clear(): void;
  remove(): void;
}

export function openStackFixture(customResources?: Partial<CustomResourceProtocol>): StackFixture {
  const directory = mkdtempSync(join(tmpdir(), 'stacks-'));
  const calls: Call[] = [];
  const failures = new Map<Call, string>();
  const existing = new Set<string>();
  const retained: string[] = [];
  const call = (verb: Verb, name: string): void => {
    const made: Call = `${verb} ${name}`;
    if (verb !== 'open') calls.push(made);
    const reason = failures.get(made);
    if (reason !== undefined) throw new Error(reason);
  };
  const makeProvider = (type: string): ResourceProvider => ({
    type,
    supportedProperties: [],
    provision: async (resource) => {
      const name = nameOf(resource);
      call(existing.has(name) ? 'open' : 'create', name);
      existing.add(name);
      return { ref: name, attributes: { Arn: `arn:${name}` } };
    },
    update: async (resource) => {
      call('update', nameOf(resource));
      return { ref: nameOf(resource), attributes: { Arn: `arn:${nameOf(resource)}` } };
    },
    delete: async (resource) => {
      call('delete', nameOf(resource));
      existing.delete(nameOf(resource));
    },
  });
  const unexpected = async (): Promise<never> => {
    throw new Error('This test has no custom resources.');
  };
  const numbers = new Map<string, number>();
  const generations = new Map<string, string>();
  const nameOf = ({ logicalId, physicalName }: Resource): string => {
    const known = generations.get(physicalName);
    if (known !== undefined) return known;
    const number = numbers.get(logicalId) ?? 0;
    numbers.set(logicalId, number + 1);
    const name = number === 0 ? logicalId : `${logicalId}+${number}`;
    generations.set(physicalName, name);
    return name;
  };
  return {
    directory,
    calls,
    failures,
    existing,
    retained,
    deploy: (stacks, signal) =>
      deploy(makeAssembly(stacks), {
        providers: TYPES.map(makeProvider),
        customResources: { create: unexpected, update: unexpected, delete: unexpected, ...customResources },
        records: new StackRecords(directory),
        onRetained: (_stack, resources) => retained.push(...resources),
        ...(signal && { signal }),
      }),
    record: (stack) => new StackRecords(directory).get(stack),
    clear: () => void calls.splice(0),
    remove: () => rmSync(directory, { recursive: true }),
  };
}

function makeAssembly(stacks: Readonly<Record<string, Partial<Template>>>): Assembly {
  const empty = { Parameters: {}, Mappings: {}, Conditions: {}, Resources: {}, Outputs: {} };
  return {
    stacks: Object.entries(stacks).map(([name, parts]) => ({ name, template: { ...empty, ...parts } })),
    assetPaths: new Map(),
  };
}

/** Describes a resource whose properties can be changed. */
export function thing(Value: unknown, more: object = {}): Template['Resources'][string] {
  return { Type: 'Test::Thing', Properties: { Value }, ...more };
}

/** Describes a resource that a change of its name replaces. */
export function named(TopicName: string, more: object = {}): Template['Resources'][string] {
  return { Type: 'AWS::SNS::Topic', Properties: { TopicName }, ...more };
}

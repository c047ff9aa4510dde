import { isDeepStrictEqual } from 'node:util';
import type { Provisioned, Resource } from '../cloud/resource.ts';
import { messageOf } from '../cloud/system-error.ts';
import { makePhysicalName } from './physical-name.ts';
import type { ResourceHandler } from './resource-handlers.ts';
import { PartlyCreatedError } from './stack-errors.ts';
import { isCustom, type RecordedResource, type StackRecord, type StackRecords, type StackStatus } from './stack-records.ts';
import { identityIn, isReplacedBy } from './update-requirements.ts';

/** A resource as a template describes it, without what its creation yields. */
export type DesiredResource = Omit<RecordedResource, 'generation' | 'ref' | 'attributes' | 'attempted'>;

/** Resource that an operation no longer needs, and how its deletion came about. */
export type Obsolete = StackRecord['obsolete'][number];

/** Resource that could not be deleted, with the reason. */
interface Undeleted extends Obsolete {
  readonly reason: string;
}

/** One stack, its record and its resources in this process. Each change is in the record before it is carried out. */
export class LiveStack {
  readonly name: string;
  readonly #records: StackRecords;
  readonly #handlerOf: (type: string) => ResourceHandler;
  /** Physical resources that this process has created or opened. */
  readonly #open = new Set<string>();
  #record: StackRecord;

  constructor(name: string, records: StackRecords, handlerOf: (type: string) => ResourceHandler) {
    this.name = name;
    this.#records = records;
    this.#handlerOf = handlerOf;
    this.#record = records.get(name);
  }

  get record(): StackRecord {
    return this.#record;
  }

  /** Whether the stack has nothing to which a failed operation could return. */
  get isNew(): boolean {
    return isInStatus(this.#record, 'CREATE_IN_PROGRESS', 'DELETE_COMPLETE', 'ROLLBACK_COMPLETE');
  }

  /** Changes the record; it reaches the disk with `save`. */
  change(changes: Partial<StackRecord>): void {
    this.#record = { ...this.#record, ...changes };
  }

  save(changes: Partial<StackRecord> = {}): void {
    this.change(changes);
    // JSON has no undefined.
    const { before, ...rest } = this.#record;
    this.#records.write(this.name, before === undefined ? rest : { ...rest, before });
  }

  /** Records that the stack is being changed, before the first change. */
  begin(): void {
    const { status, resources, exports, imports } = this.#record;
    if (status === 'CREATE_IN_PROGRESS' || status === 'UPDATE_IN_PROGRESS') return;
    if (this.isNew) this.save({ status: 'CREATE_IN_PROGRESS' });
    else this.save({ status: 'UPDATE_IN_PROGRESS', before: { resources, exports, imports } });
  }

  /** Makes a resource that has not changed usable. */
  async open(logicalId: string, recorded: RecordedResource): Promise<Provisioned> {
    const provisioned = await this.#handlerOf(recorded.type).open(this.#resource(logicalId, recorded), recorded);
    this.#open.add(keyOf(logicalId, recorded));
    this.#put(logicalId, recorded, provisioned);
    return provisioned;
  }

  /** @throws Error if the service refuses */
  async create(logicalId: string, desired: DesiredResource): Promise<Provisioned> {
    this.begin();
    this.#requireFreeIdentity(logicalId, desired);
    const recorded = { ...desired, generation: this.#record.generations[logicalId] ?? 0, ref: '', attributes: {} };
    try {
      const provisioned = await this.#handlerOf(desired.type).create(this.#resource(logicalId, recorded));
      this.#open.add(keyOf(logicalId, { ...recorded, ref: provisioned.ref }));
      this.#put(logicalId, recorded, provisioned);
      return provisioned;
    } catch (error) {
      if (error instanceof PartlyCreatedError) this.#put(logicalId, recorded, { ref: error.ref });
      throw error;
    }
  }

  /**
   * Updates or replaces a resource whose properties have changed.
   *
   * @throws Error if the service refuses
   */
  async update(logicalId: string, recorded: RecordedResource, desired: DesiredResource): Promise<Provisioned> {
    this.begin();
    if (!mustReplace(recorded, desired)) return this.#updateInPlace(logicalId, recorded, desired);
    const identity = identityIn(desired.type, desired.properties);
    if (identity !== undefined && identity === identityIn(recorded.type, recorded.properties)) {
      throw new Error(
        `CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename ${identity} and ` +
          'update the stack again.',
      );
    }
    this.discard(logicalId, recorded, 'replaced');
    return this.create(logicalId, desired);
  }

  /** Returns a resource to an earlier state, or leaves it as it is if it has that. @throws Error if the service refuses */
  async restore(logicalId: string, earlier: RecordedResource): Promise<void> {
    const present = this.#record.resources[logicalId];
    const isSame = present !== undefined && (isCustom(earlier.type) || present.generation === earlier.generation);
    if (isSame && (!isUpdatedTo(present, earlier) || present.ref !== earlier.ref)) {
      const { attempted: _attempted, ...desired } = earlier;
      await this.#updateInPlace(logicalId, present, desired);
      return;
    }
    if (present !== undefined && !isSame) this.discard(logicalId, present, 'rolled back');
    await this.#openIfPossible(logicalId, earlier);
    this.#put(logicalId, earlier, earlier);
  }

  /** Takes a resource out of the stack, for deletion; the next one of its logical id gets another physical name. */
  discard(logicalId: string, resource: RecordedResource, cause: Obsolete['cause']): void {
    const { generations, obsolete, resources } = this.#record;
    const { [logicalId]: _discarded, ...others } = resources;
    const next = Math.max(generations[logicalId] ?? 0, resource.generation + 1);
    this.change({
      resources: others,
      generations: { ...generations, [logicalId]: next },
      obsolete: [...obsolete, { logicalId, resource, cause }],
    });
  }

  /** Deletes what the stack no longer needs, each resource before those that it depends on; those of a failed one stay. */
  async deleteObsolete(): Promise<{ readonly undeleted: readonly Undeleted[]; readonly retained: readonly Obsolete[] }> {
    const ordered = sortForDeletion(this.#record.obsolete);
    // Deleting one may need another, such as the function of a custom resource.
    for (const { logicalId, resource } of ordered.toReversed()) await this.#openIfPossible(logicalId, resource);
    const undeleted: Undeleted[] = [];
    const retained: Obsolete[] = [];
    for (const each of ordered) {
      const { logicalId, resource } = each;
      if (isRetained(each)) {
        retained.push(each);
        continue;
      }
      const holder = undeleted.find((other) => other.resource.dependsOn.includes(logicalId));
      try {
        if (holder !== undefined) throw new Error(`${holder.logicalId} depends on it`);
        await this.#handlerOf(resource.type).delete(this.#resource(logicalId, resource), resource);
        this.#open.delete(keyOf(logicalId, resource));
      } catch (error) {
        undeleted.push({ ...each, reason: messageOf(error).replace(/\.$/, '') });
      }
    }
    return { undeleted, retained };
  }

  async #updateInPlace(logicalId: string, recorded: RecordedResource, desired: DesiredResource): Promise<Provisioned> {
    const { generation, ref, attributes, properties, attempted = properties } = recorded;
    const intended = { ...desired, generation, ref, attributes };
    const unsettled = { ...recorded, attempted: desired.properties };
    this.change({ resources: { ...this.#record.resources, [logicalId]: unsettled } });
    if (isCustom(desired.type)) this.save();
    const before = this.#resource(logicalId, { ...recorded, properties: attempted });
    const provisioned = await this.#handlerOf(desired.type).update(this.#resource(logicalId, intended), before, recorded);
    this.#open.add(keyOf(logicalId, { ...intended, ref: provisioned.ref }));
    // A custom resource that returns another id has replaced itself.
    if (isCustom(desired.type) && provisioned.ref !== ref) this.discard(logicalId, recorded, 'replaced');
    this.#put(logicalId, intended, provisioned);
    return provisioned;
  }

  async #openIfPossible(logicalId: string, recorded: RecordedResource): Promise<void> {
    const key = keyOf(logicalId, recorded);
    if (this.#open.has(key)) return;
    const opened = this.#handlerOf(recorded.type).open(this.#resource(logicalId, recorded), recorded);
    // One that cannot be used any more can still be deleted.
    await opened.then(() => this.#open.add(key)).catch(() => undefined);
  }

  #requireFreeIdentity(logicalId: string, { type, properties }: DesiredResource): void {
    const identity = identityIn(type, properties);
    if (identity === undefined) return;
    const all = [...Object.values(this.#record.resources), ...this.#record.obsolete.map(({ resource }) => resource)];
    const isTaken = all.some((other) => other.type === type && identityIn(type, other.properties) === identity);
    if (isTaken) throw new Error(`${type} '${identity}' already exists, so that ${logicalId} cannot be created.`);
  }

  #put(logicalId: string, recorded: RecordedResource, { ref, attributes = {} }: Provisioned): void {
    const resource = { ...recorded, ref, attributes: toPlain(attributes) };
    this.change({ resources: { ...this.#record.resources, [logicalId]: resource } });
    // What a function has created is not found again without its id.
    if (isCustom(recorded.type)) this.save();
  }

  #resource(logicalId: string, { type, properties, generation }: RecordedResource): Resource {
    return {
      stack: this.name,
      logicalId,
      type,
      properties,
      physicalName: makePhysicalName(this.name, logicalId, generation),
    };
  }
}

/** Returns a value as its JSON holds it. */
export function toPlain<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value));
}

/**
 * Returns whether a policy keeps a resource that its stack no longer needs. The laptop makes no snapshots and keeps the
 * resource instead.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
 */
function isRetained({ cause, resource: { deletionPolicy, updateReplacePolicy } }: Obsolete): boolean {
  if (cause === 'rolled back') return deletionPolicy === 'Retain';
  return (cause === 'removed' ? deletionPolicy : updateReplacePolicy) !== 'Delete';
}

export function isInStatus(record: StackRecord, ...statuses: readonly StackStatus[]): boolean {
  return statuses.includes(record.status);
}

/** Returns whether a resource has properties, and no update has failed since. */
export function isUpdatedTo(recorded: RecordedResource, { properties }: DesiredResource): boolean {
  return recorded.attempted === undefined && isDeepStrictEqual(recorded.properties, properties);
}

function mustReplace(recorded: RecordedResource, desired: DesiredResource): boolean {
  const names = new Set([...Object.keys(recorded.properties), ...Object.keys(desired.properties)]);
  return [...names].some(
    (name) =>
      isReplacedBy(desired.type, name) && !isDeepStrictEqual(recorded.properties[name], desired.properties[name]),
  );
}

/** Returns a key that distinguishes the physical resources of one logical id. Functions of custom resources choose the ids of theirs. */
export function keyOf(logicalId: string, { type, generation, ref }: RecordedResource): string {
  return isCustom(type) ? `${logicalId} ${ref}` : `${logicalId} ${generation}`;
}

/** Returns resources in the order of their deletion: each before those that it depends on. */
function sortForDeletion(obsolete: readonly Obsolete[]): readonly Obsolete[] {
  const ordered: Obsolete[] = [];
  const visited = new Set<Obsolete>();
  const visit = (each: Obsolete): void => {
    if (visited.has(each)) return;
    visited.add(each);
    for (const other of obsolete) if (each.resource.dependsOn.includes(other.logicalId)) visit(other);
    ordered.push(each);
  };
  for (const each of obsolete) visit(each);
  return ordered.toReversed();
}

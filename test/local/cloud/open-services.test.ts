import { type CloudContext, LaptopService, type ServiceDefinition } from '../../../local/cloud/laptop-service.ts';
import { openServices } from '../../../local/cloud/open-services.ts';
import { temporaryContext } from '../../support/local/serve-services.ts';

let context: Omit<CloudContext, 'isReplacedLocally'>;
let journal: string[];
beforeEach(() => {
  context = temporaryContext();
  journal = [];
});

/** Makes a service that records when it opens, starts and closes; its instance is its name. */
function recorded(name: string, more: Partial<ServiceDefinition<string>> = {}): LaptopService<string> {
  return new LaptopService({
    name,
    open: () => {
      journal.push(`open ${name}`);
      return {
        instance: name,
        start: () => journal.push(`start ${name}`),
        close: async () => void journal.push(`close ${name}`),
      };
    },
    ...more,
  });
}

test.each(['in any order of the list', 'in the reverse order'])('opens and starts dependencies first and closes them last, %s', async (order) => {
  const queue = recorded('queue');
  const functions = recorded('functions', { dependsOn: [queue], callsApis: true });
  const bus = recorded('bus', { deliversTo: [functions, queue] });
  const storage = recorded('storage', { dependsOn: [bus] });
  const database = recorded('database');
  const list = [storage, bus, functions, queue, database];
  const services = await openServices(order === 'in the reverse order' ? list.toReversed() : list, context);
  services.start();
  await services.close();
  const before = (first: string, second: string): boolean => journal.indexOf(first) < journal.indexOf(second);
  expect(journal).toHaveLength(15);
  for (const [dependency, dependent] of [['queue', 'functions'], ['database', 'functions'], ['functions', 'bus'], ['bus', 'storage']]) {
    expect([`open ${dependency}`, before(`open ${dependency}`, `open ${dependent}`)]).toEqual([`open ${dependency}`, true]);
    expect([`start ${dependency}`, before(`start ${dependency}`, `start ${dependent}`)]).toEqual([`start ${dependency}`, true]);
    expect([`close ${dependent}`, before(`close ${dependent}`, `close ${dependency}`)]).toEqual([`close ${dependent}`, true]);
  }
});

test('hands a service the instances of its dependencies, which need not be listed', async () => {
  const queue = recorded('queue');
  const sender = new LaptopService({
    name: 'sender',
    dependsOn: [queue],
    open: (_context, get) => ({ instance: `sends to ${get(queue)}` }),
  });
  const services = await openServices([sender], context);
  expect(services.instanceOf(sender)).toBe('sends to queue');
});

test('rejects a service that uses an undeclared dependency', async () => {
  const queue = recorded('queue');
  const sender = new LaptopService({ name: 'sender', open: (_context, get) => ({ instance: get(queue) }) });
  await expect(openServices([queue, sender], context)).rejects.toThrow('sender must list queue in dependsOn');
});

test('closes the open services when another cannot open', async () => {
  const broken = new LaptopService<undefined>({
    name: 'broken',
    open: () => {
      throw new Error('no disk');
    },
  });
  await expect(openServices([recorded('queue'), broken], context)).rejects.toThrow('no disk');
  expect(journal).toEqual(['open queue', 'close queue']);
});

test('rejects with the error of the service that cannot open, even if another one then fails to close', async () => {
  const broken = new LaptopService<undefined>({
    name: 'broken',
    open: () => {
      throw new Error('no disk');
    },
  });
  const stuck = new LaptopService<undefined>({
    name: 'stuck',
    open: () => ({ instance: undefined, close: () => Promise.reject(new Error('stuck')) }),
  });
  await expect(openServices([recorded('queue'), stuck, broken], context)).rejects.toThrow('no disk');
  expect(journal).toEqual(['open queue', 'close queue']);
});

test('prepares every service before the first one closes, and closes each of them whatever the others do', async () => {
  const preparing = (name: string, dependsOn: readonly LaptopService<unknown>[], close: () => Promise<void>) =>
    new LaptopService<undefined>({
      name,
      dependsOn,
      open: () => ({ instance: undefined, prepareToClose: () => journal.push(`prepare ${name}`), close }),
    });
  const queue = recorded('queue');
  const functions = preparing('functions', [queue], () => Promise.reject(new Error('functions are stuck')));
  const edge = preparing('edge', [functions], async () => void journal.push('close edge'));
  const services = await openServices([queue, functions, edge], context);
  await expect(services.close()).rejects.toThrow('functions are stuck');
  expect(journal).toEqual(['open queue', 'prepare edge', 'prepare functions', 'close edge', 'close queue']);
});

test('lets every service query which functions another one replaces', async () => {
  const copier = recorded('copier', { replaces: ({ logicalId }) => logicalId === 'Copy' });
  const functions = new LaptopService({
    name: 'functions',
    open: ({ isReplacedLocally }) => ({ instance: isReplacedLocally }),
  });
  const isReplaced = (await openServices([functions, copier], context)).instanceOf(functions);
  const resource = { stack: 'Test', type: 'AWS::Lambda::Function', properties: {}, physicalName: 'test' };
  expect(isReplaced({ ...resource, logicalId: 'Copy' })).toBe(true);
  expect(isReplaced({ ...resource, logicalId: 'Other' })).toBe(false);
});

import {
  BatchExecuteStatementCommand,
  BeginTransactionCommand,
  CommitTransactionCommand,
  ExecuteStatementCommand,
  type Field,
  RollbackTransactionCommand,
  type SqlParameter,
} from '@aws-sdk/client-rds-data';
import { type LocalCatalog, startLocalCatalog } from '../../support/catalog/local-catalog.ts';

let catalog: LocalCatalog;
let target: { resourceArn: string; secretArn: string; database: string };
beforeAll(async () => {
  catalog = await startLocalCatalog({ migrated: false });
  const { clusterArn: resourceArn, secretArn, database } = catalog.location;
  target = { resourceArn, secretArn, database };
  await execute('create table items (id int4 primary key, owner uuid, made timestamptz default now(), facts jsonb)');
});
afterAll(() => catalog.close());

function execute(sql: string, parameters: SqlParameter[] = [], more = {}) {
  return catalog.client.send(new ExecuteStatementCommand({ ...target, sql, parameters, ...more }));
}

async function value(sql: string, parameters: SqlParameter[] = []): Promise<Field | undefined> {
  return (await execute(sql, parameters)).records?.[0]?.[0];
}

function text(name: string, stringValue: string): SqlParameter {
  return { name, value: { stringValue } };
}

test.each([
  ['1::int2', { longValue: 1 }],
  ['9007199254740991', { longValue: 9_007_199_254_740_991 }],
  ['1.5::float8', { doubleValue: 1.5 }],
  ['2::float8', { doubleValue: 2 }],
  ["'NaN'::float8", { doubleValue: Number.NaN }],
  ['1.50::numeric', { stringValue: '1.50' }],
  ['true', { booleanValue: true }],
  ["'text'::text", { stringValue: 'text' }],
  ['null::int4', { isNull: true }],
  ["'\\x00ff'::bytea", { blobValue: new Uint8Array([0, 255]) }],
  [`'{"a": [1]}'::jsonb`, { stringValue: '{"a": [1]}' }],
  ["timestamptz '2026-03-01 12:00:00.25+09'", { stringValue: '2026-03-01 03:00:00.25' }],
  ["date '2026-03-01'", { stringValue: '2026-03-01' }],
  ['array[1, null, 3]', { arrayValue: { longValues: [1, null, 3] } }],
  [`array['a,b', 'c"\\d', '', null, 'NULL']`, { arrayValue: { stringValues: ['a,b', 'c"\\d', '', null, 'NULL'] } }],
  ["'192.0.2.1'::inet", { stringValue: '192.0.2.1' }],
  ["array['0190a7c1-2222-7000-8000-000000000001'::uuid]", { arrayValue: { stringValues: ['0190a7c1-2222-7000-8000-000000000001'] } }],
  ["'{}'::bool[]", { arrayValue: { booleanValues: [] } }],
])('%s is returned in the field that the API has for its type', async (expression, expected) => {
  expect(await value(`select ${expression}`)).toEqual(expected);
});

test('binds parameters unchanged', async () => {
  const odd = `it's "quoted" \\ :name $1 한글 🎬 \n;--`;
  expect(await value('select :v', [text('v', odd)])).toEqual({ stringValue: odd });
  expect(await value('select :v', [{ name: 'v', value: { longValue: -5 } }])).toEqual({ longValue: -5 });
  expect(await value('select :v', [{ name: 'v', value: { doubleValue: 0.1 } }])).toEqual({ doubleValue: 0.1 });
  expect(await value('select :v', [{ name: 'v', value: { booleanValue: false } }])).toEqual({ booleanValue: false });
  const blobValue = new Uint8Array([1, 2, 254]);
  expect(await value('select :v', [{ name: 'v', value: { blobValue } }])).toEqual({ blobValue });
  expect(await value('select :v::text', [{ name: 'v', value: { isNull: true } }])).toEqual({ isNull: true });
});

test('binds a string as text, or as the type of its hint', async () => {
  const owner = '0190a7c1-2222-7000-8000-000000000001';
  const insert = 'insert into items (id, owner, made, facts) values (:id, :owner, :made, :facts)';
  const parameters: SqlParameter[] = [
    { name: 'id', value: { longValue: 1 } },
    { ...text('owner', owner), typeHint: 'UUID' },
    { ...text('made', '2026-03-01 03:00:00.5'), typeHint: 'TIMESTAMP' },
    { ...text('facts', '{"a":1}'), typeHint: 'JSON' },
  ];
  await expect(execute(insert, parameters.map(({ typeHint: _hint, ...rest }) => rest))).rejects.toMatchObject({
    name: 'DatabaseErrorException',
    message: expect.stringMatching(/is of type uuid but expression is of type character varying.*SQLState: 42804/),
  });
  expect((await execute(insert, parameters)).numberOfRecordsUpdated).toBe(1);
  const { records } = await execute('select owner, made, facts from items where owner = :owner::uuid', [
    text('owner', owner),
  ]);
  expect(records).toEqual([
    [{ stringValue: owner }, { stringValue: '2026-03-01 03:00:00.5' }, { stringValue: '{"a": 1}' }],
  ]);
});

test("sends the API's error names with PostgreSQL's SQLSTATE", async () => {
  await execute('insert into items (id) values (99)');
  const failures = {
    'insert into items (id) values (99)': ['DatabaseErrorException', 'SQLState: 23505'],
    'select * from nowhere': ['DatabaseErrorException', 'SQLState: 42P01'],
    'select 1; select 2': ['DatabaseErrorException', 'SQLState: 42601'],
    'select :missing': ['BadRequestException', 'missing'],
    'select array[array[1]]': ['UnsupportedResultException', 'multidimensional'],
    'select pg_advisory_xact_lock(1)': ['UnsupportedResultException', 'unsupported data type'],
    "select 'items'::regclass": ['UnsupportedResultException', 'unsupported data type'],
    'select 1::oid': ['UnsupportedResultException', 'unsupported data type'],
    "select '1 minute'::interval": ['UnsupportedResultException', 'unsupported data type'],
    "select array['{}'::jsonb]": ['UnsupportedResultException', 'unsupported data type'],
    "select repeat('x', 70000)": ['UnsupportedResultException', '64 KB'],
    "select repeat('x', 60000) from generate_series(1, 20)": ['UnsupportedResultException', 'size limit'],
  };
  for (const [sql, [name, message]] of Object.entries(failures)) {
    await expect(execute(sql)).rejects.toMatchObject({ name, message: expect.stringContaining(message ?? '') });
  }
  await expect(execute('select 1', [], { database: 'other' })).rejects.toMatchObject({
    name: 'DatabaseErrorException',
  });
  await expect(execute('select 1', [], { resourceArn: `${target.resourceArn}2` })).rejects.toMatchObject({
    name: 'DatabaseNotFoundException',
  });
});

test('makes a transaction visible when it is committed, and not when it is rolled back', async () => {
  const begin = async () => (await catalog.client.send(new BeginTransactionCommand(target))).transactionId ?? '';
  const end = { resourceArn: target.resourceArn, secretArn: target.secretArn };
  const committed = await begin();
  await execute('insert into items (id) values (200)', [], { transactionId: committed });
  await catalog.client.send(new CommitTransactionCommand({ ...end, transactionId: committed }));
  expect(await value('select count(*) from items where id = 200')).toEqual({ longValue: 1 });

  const undone = await begin();
  await execute('insert into items (id) values (201)', [], { transactionId: undone });
  await catalog.client.send(new RollbackTransactionCommand({ ...end, transactionId: undone }));
  expect(await value('select count(*) from items where id = 201')).toEqual({ longValue: 0 });
  await expect(execute('select 1', [], { transactionId: undone })).rejects.toMatchObject({
    name: 'TransactionNotFoundException',
  });
});

test("runs a batch's statement once per parameter set", async () => {
  const ids = [301, 302, 303];
  const parameterSets = ids.map((longValue): SqlParameter[] => [{ name: 'id', value: { longValue } }]);
  const sql = 'insert into items (id) values (:id)';
  const { updateResults } = await catalog.client.send(
    new BatchExecuteStatementCommand({ ...target, sql, parameterSets }),
  );
  expect(updateResults).toHaveLength(3);
  expect(await value('select count(*) from items where id between 300 and 309')).toEqual({ longValue: 3 });
});

test('returns records as JSON on request, with column metadata', async () => {
  const sql = `select 1 as id, 'a' as name, array[1] as list`;
  const { formattedRecords } = await execute(sql, [], { formatRecordsAs: 'JSON' });
  expect(JSON.parse(formattedRecords ?? '')).toEqual([{ id: 1, name: 'a', list: [1] }]);
  const { columnMetadata } = await execute(sql, [], { includeResultMetadata: true });
  expect(columnMetadata?.map(({ name, typeName }) => [name, typeName])).toEqual([
    ['id', 'int4'],
    ['name', 'text'],
    ['list', '_int4'],
  ]);
});

test('pauses an idle cluster for functions, and not for the terminal', async () => {
  const resourceArn = `${target.resourceArn}-idle`;
  const owner = catalog.secrets.get(target.secretArn)!;
  catalog.service.addCluster({ arn: resourceArn, databaseName: 'sluice', httpEndpointEnabled: true, owner, pauseAfterMs: 0 });
  const statement = new ExecuteStatementCommand({ ...target, resourceArn, sql: 'select 1' });
  const fn = catalog.connect('arn:aws:iam::000000000000:role/function');
  await expect(fn.send(statement)).rejects.toMatchObject({
    name: 'DatabaseResumingException',
    message: expect.stringContaining('resuming after being auto-paused'),
  });
  expect((await catalog.client.send(statement)).records).toEqual([[{ longValue: 1 }]]);
});

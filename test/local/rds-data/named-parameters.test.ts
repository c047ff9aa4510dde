import { toPositional } from '../../../local/rds-data/named-parameters.ts';

function positional(sql: string) {
  return toPositional(sql, (position) => `$${position}`);
}

test.each([
  ['select :a, :b, :a', 'select $1, $2, $1', ['a', 'b']],
  ['values (:1,:2)', 'values ($1,$2)', ['1', '2']],
  ["select ':a', ':a'':b', :c", "select ':a', ':a'':b', $1", ['c']],
  ["select E'\\':a', :b", "select E'\\':a', $1", ['b']],
  ['select ":a""":b', 'select ":a"""$1', ['b']],
  ['select :id::uuid, now()::text', 'select $1::uuid, now()::text', ['id']],
  ['select 1 -- :a\n, :b', 'select 1 -- :a\n, $1', ['b']],
  ['select /* :a /* :b */ :c */ :d', 'select /* :a /* :b */ :c */ $1', ['d']],
  ['do $$ begin x := :a; end $$', 'do $$ begin x := :a; end $$', []],
  ['select $q$ :a $$ :b $q$, :c', 'select $q$ :a $$ :b $q$, $1', ['c']],
  ['select a$b$, :c, d$b$', 'select a$b$, $1, d$b$', ['c']],
])('%s', (sql, text, names) => {
  expect(positional(sql)).toEqual({ text, names });
});

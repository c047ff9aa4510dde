import { readFileSync } from 'node:fs';
import { isReplacedBy } from '../../../local/template/update-requirements.ts';
import { baselineFile } from '../../baseline/presets.ts';
import { isCustom, specificationOf } from '../../support/lib/templates/check-schema.ts';

test('what replaces a resource is what CloudFormation says of every property in the templates', () => {
  const stacks = JSON.parse(readFileSync(baselineFile('prod'), 'utf8')) as Record<
    string,
    { Resources: Record<string, { Type: string; Properties?: object }> }
  >;
  const used = new Set(
    Object.values(stacks).flatMap(({ Resources }) =>
      Object.values(Resources).flatMap(({ Type, Properties = {} }) =>
        Object.keys(Properties).map((property) => `${Type} ${property}`),
      ),
    ),
  );
  const differences = [...used].filter((each) => {
    const [type = '', property = ''] = each.split(' ');
    if (isCustom(type)) return false;
    const specification = specificationOf(type);
    if (specification === undefined) return true;
    const replaces = specification.properties[property]?.causesReplacement ?? 'no';
    return isReplacedBy(type, property) !== (replaces !== 'no');
  });
  expect(used.size).toBeGreaterThan(150);
  expect(differences).toEqual([]);
});

import { dirname, relative, resolve, sep } from 'node:path';

/**
 * Rules of this repository that no ready-made rule expresses, as a plugin of oxlint.
 * https://oxc.rs/docs/guide/usage/linter/js-plugins.html
 */
export default {
  meta: { name: 'house' },
  rules: {
    'function-declarations': { create: functionDeclarations },
    'import-direction': { create: importDirection },
    names: { create: names },
  },
};

/**
 * Requires function declarations at module level and arrow functions inside. A constant with a type annotation may hold an
 * arrow function, since a declaration cannot infer its parameter types from one.
 */
function functionDeclarations(context) {
  return {
    VariableDeclarator(node) {
      const declaration = node.parent;
      const scope = declaration.parent.type === 'ExportNamedDeclaration' ? declaration.parent.parent : declaration.parent;
      if (scope.type !== 'Program' || node.id.typeAnnotation) return;
      if (node.init?.type !== 'ArrowFunctionExpression' && node.init?.type !== 'FunctionExpression') return;
      context.report({ node, message: 'Write a module-level function as a function declaration.' });
    },
    FunctionDeclaration(node) {
      const owner = node.parent.type.startsWith('Export') ? node.parent.parent : node.parent;
      // An arrow function cannot be a generator or an assertion function.
      if (owner.type === 'Program' || node.generator || node.returnType?.typeAnnotation.asserts) return;
      if (owner.type === 'TSModuleBlock') return;
      context.report({ node, message: 'Write a function inside another function as an arrow function.' });
    },
  };
}

/** Folders below `lambdas/` that functions share; every other folder there is one function. */
const SHARED_LAMBDAS = ['contracts', 'runtime', 'chain', 'signing', 'just-in-time'];

/**
 * Folders from which each folder may import, besides itself. The first entry that contains a file applies; `types` lists
 * folders from which it may import only types. Folders without an entry may import from everywhere.
 */
const DIRECTIONS = [
  { folder: 'media', from: [] },
  { folder: 'catalog', from: [] },
  { folder: 'pricing', from: [] },
  { folder: 'lambdas/runtime', from: [] },
  { folder: 'lambdas/contracts', from: ['media', 'catalog'] },
  { folder: 'lambdas/signing', from: ['media', 'catalog', 'lambdas/contracts', 'lambdas/runtime'] },
  { folder: 'lambdas/just-in-time', from: ['media', 'catalog', 'lambdas/contracts', 'lambdas/runtime'] },
  { folder: 'lambdas/chain', from: ['media', 'catalog', 'lambdas/contracts', 'lambdas/runtime', 'lambdas/signing'] },
  { folder: 'lambdas/*', from: ['media', 'catalog', 'pricing', ...SHARED_LAMBDAS.map((name) => `lambdas/${name}`)] },
  { folder: 'lib', from: ['lambdas/contracts'], types: ['lambdas'] },
  { folder: 'bin', from: ['lib'] },
  { folder: 'web', from: ['lambdas/contracts', 'media'] },
  { folder: 'local', from: ['lib', 'lambdas', 'media', 'catalog', 'pricing', 'bin', 'web'] },
];

/** Enforces the table above, which `docs/architecture.md` describes. */
function importDirection(context) {
  const file = pathBelowRoot(context, context.filename);
  const direction = DIRECTIONS.find(({ folder }) => isBelow(file, folder));
  if (direction === undefined) return {};
  const own = direction.folder === 'lambdas/*' ? file.split('/', 2).join('/') : direction.folder;
  const check = (node, source, isType) => {
    if (typeof source !== 'string' || !source.startsWith('.')) return;
    const target = pathBelowRoot(context, resolve(dirname(context.filename), source));
    if (!target.includes('/')) return;
    const allowed = [own, ...direction.from, ...(isType ? (direction.types ?? []) : [])];
    if (allowed.some((folder) => isBelow(target, folder))) return;
    context.report({ node, message: `${own}/ may not import ${target}; it may import from ${allowed.join(', ')}.` });
  };
  return {
    ImportDeclaration: (node) => check(node, node.source.value, isTypesOnlyImport(node)),
    ExportNamedDeclaration: (node) => check(node, node.source?.value, node.exportKind === 'type'),
    ExportAllDeclaration: (node) => check(node, node.source.value, node.exportKind === 'type'),
    ImportExpression: (node) => check(node, node.source.value, false),
    TSImportType: (node) => check(node, node.source?.value ?? node.argument?.literal?.value, true),
  };
}

function isTypesOnlyImport({ importKind, specifiers }) {
  return importKind === 'type' || (specifiers.length > 0 && specifiers.every((specifier) => specifier.importKind === 'type'));
}

function pathBelowRoot(context, path) {
  return relative(context.cwd, path).split(sep).join('/');
}

/** @param folder path below the root; a final `*` matches any one folder */
function isBelow(path, folder) {
  if (!folder.endsWith('/*')) return path.startsWith(`${folder}/`);
  const parent = folder.slice(0, -1);
  return path.startsWith(parent) && path.slice(parent.length).includes('/');
}

/** Requires names of error classes to end in `Error`, and those of bounds to begin with `MAX_` or `MIN_`. */
function names(context) {
  return {
    ClassDeclaration(node) {
      const base = node.superClass?.name ?? '';
      if (!base.endsWith('Error') || node.id === null || node.id.name.endsWith('Error')) return;
      context.report({ node: node.id, message: `The name of an error class must end in Error: ${node.id.name}Error.` });
    },
    VariableDeclarator(node) {
      if (!/^(?:MOST|LEAST|LONGEST|SHORTEST|LARGEST|SMALLEST|HIGHEST|LOWEST|FEWEST)_/.test(node.id.name ?? '')) return;
      context.report({ node: node.id, message: `The name of a bound must begin with MAX_ or MIN_, not ${node.id.name}.` });
    },
  };
}

import { expect, test } from 'vitest';
import { envExample } from '../apps/cli/src/envExample.ts';
import { type Variable, variableNames, variables } from '../packages/process/src/variables.ts';
import { files, read, sources } from './repository.ts';

test('.env.example is what the table of variables prints', () => {
  expect(read('.env.example'), 'node apps/cli/src/envExample.ts > .env.example').toBe(envExample());
});

test('no secret has a value in .env.example', () => {
  expect(read('.env.example')).not.toMatch(/^[A-Z_]+=.+$/m);
});

test('only the machine’s own variables are read past the table', () => {
  const allowed = new Set(['PATH', 'HOME', 'CI', 'SHORT', 'LOG_LEVEL', 'CHROMIUM_PATH', ...variableNames]);
  // Measurements may be steered by variables of their own; they are no part of the product.
  const strays = sources
    .filter((path) => !path.startsWith('bench/'))
    .flatMap((path) =>
      [...read(path).matchAll(/process\.env\.(\w+)/g)]
        .filter(([, name]) => !allowed.has(name!))
        .map(([, name]) => `${path}: ${name}`),
    );
  expect(strays).toEqual([]);
});

test('every variable is used by the code, unless it belongs to a later version', () => {
  const code = sources
    .filter((path) => !path.endsWith('/variables.ts'))
    .map(read)
    .join('\n');
  const unused = variableNames.filter((name) => {
    const variable: Variable = variables[name];
    // There is nothing of AI to limit yet, but operators set its limit beforehand.
    if (name === 'AI_RATE_LIMIT_MAX_REQUESTS') return false;
    return !variable.later && !new RegExp(`\\b${name}\\b`).test(code);
  });
  expect(unused).toEqual([]);
});

test('.env itself is not in the repository', () => {
  expect(files.filter((path) => /(^|\/)\.env$/.test(path))).toEqual([]);
});

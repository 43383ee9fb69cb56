import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const source = fileURLToPath(new URL('..', import.meta.url));
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).map((name) => join(source, name));
const code = files
  .filter((name) => /\.tsx?$/.test(name) && !name.includes('generated'))
  .map((name) => ({ name, text: readFileSync(name, 'utf8') }));

/** How the code asks a sheet for a class: `styles.name`, `styles['name']`, a template that ends in what is chosen, or a value. */
function askedOf(sheet: string): (className: string) => boolean {
  const asked = new Set<string>();
  const begun: string[] = [];
  for (const { name, text } of code) {
    for (const [, local = '', from = ''] of text.matchAll(/import (\w+) from '([^']+\.module\.css)'/g)) {
      if (resolve(dirname(name), from) !== sheet) continue;
      for (const [, found = ''] of text.matchAll(new RegExp(`\\b${local}\\.(\\w+)`, 'g'))) asked.add(found);
      for (const [, found = ''] of text.matchAll(new RegExp(`\\b${local}\\['([^']+)'\\]`, 'g')))
        asked.add(found);
      for (const [, found = ''] of text.matchAll(new RegExp(`\\b${local}\\[\`([^$\`]+)\\$`, 'g')))
        begun.push(found);
      // Chosen by a value: any word of that file may be it.
      if (new RegExp(`\\b${local}\\[\\w`).test(text))
        for (const [, word = ''] of text.matchAll(/'([\w-]+)'/g)) asked.add(word);
    }
  }
  return (className) => asked.has(className) || begun.some((start) => className.startsWith(start));
}

test('every class of a sheet is asked for', () => {
  const unused = files
    .filter((name) => name.endsWith('.module.css'))
    .flatMap((sheet) => {
      const isAsked = askedOf(sheet);
      const text = readFileSync(sheet, 'utf8')
        .replace(/\/\*[\s\S]*?\*\//g, '')
        .replace(/:global\([^)]*\)/g, '');
      const named = new Set([...text.matchAll(/\.([a-zA-Z_][\w-]*)/g)].map(([, name = '']) => name));
      return [...named]
        .filter((name) => !isAsked(name))
        .map((name) => `${sheet.slice(source.length)} .${name}`);
    });
  expect(unused).toEqual([]);
});

test('whoever wants no motion gets none: no short transition either, which would begin with every change of every style', () => {
  const base = readFileSync(join(source, 'styles/base.css'), 'utf8');
  const [, calm = ''] = base.split('(prefers-reduced-motion: reduce)');
  expect(calm).toMatch(/animation: none !important;\s+transition: none !important;/);
  for (const name of files.filter((each) => each.endsWith('.css')))
    expect(readFileSync(name, 'utf8'), name).not.toMatch(/(transition|animation)-duration:/);
});

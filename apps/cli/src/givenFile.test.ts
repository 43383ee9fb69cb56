import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mustBeReadable } from './givenFile.ts';
import { importFile } from './import.ts';

test('a folder, and what is not there or cannot be opened, is named before anything is sent', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'summit-given-'));
  try {
    const file = join(folder, 'people.csv');
    await writeFile(file, 'name\nAnn\n');
    await symlink(join(folder, 'loop'), join(folder, 'loop'));
    await mustBeReadable(file);
    await expect(mustBeReadable(folder)).rejects.toThrow(`${folder} is a folder; name a file.`);
    await expect(mustBeReadable(join(folder, 'none.csv'))).rejects.toThrow('There is no file');
    await expect(mustBeReadable(join(file, 'inside'))).rejects.toThrow('There is no file');
    await expect(mustBeReadable(join(folder, 'loop'))).rejects.toThrow('cannot be read (ELOOP)');
    const options = { dataset: 'people', mode: 'merge' };
    await expect(importFile(folder, options)).rejects.toThrow('is a folder; name a file.');
    await expect(importFile(file, { ...options, mapping: folder })).rejects.toThrow('is a folder');
  } finally {
    await rm(folder, { recursive: true });
  }
});

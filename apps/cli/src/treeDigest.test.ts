import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { treeDigest } from './treeDigest.ts';

test('the digest changes with names and contents, not with what is built or installed', async () => {
  const root = await mkdtemp(join(tmpdir(), 'summit-tree-'));
  try {
    await mkdir(join(root, 'src/deep'), { recursive: true });
    await writeFile(join(root, 'src/a.ts'), 'a');
    const first = await treeDigest(root, ['src', 'absent']);
    await mkdir(join(root, 'src/node_modules'));
    await writeFile(join(root, 'src/node_modules/x.js'), 'x');
    expect(await treeDigest(root, ['src', 'absent'])).toBe(first);
    await writeFile(join(root, 'src/a.ts'), 'b');
    const second = await treeDigest(root, ['src']);
    expect(second).not.toBe(first);
    await writeFile(join(root, 'src/deep/c.ts'), '');
    expect(await treeDigest(root, ['src'])).not.toBe(second);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
});

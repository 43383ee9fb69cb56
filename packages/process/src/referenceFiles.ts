import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { cloneRoot } from './config.ts';
import { variables } from './variables.ts';

/** The folder of real files whose contents are known; it stands beside the clone and is no part of it. */
export const referenceFolder = resolve(
  cloneRoot,
  process.env.SUMMIT_SHARED_DATA || variables.SUMMIT_SHARED_DATA.default,
);

export const hasReferenceFiles = (): boolean => existsSync(join(referenceFolder, 'MANIFEST.tsv'));

import { writeFileSync } from 'node:fs';
import { printSdl } from './sdl.ts';

// Writes apps/server/schema.graphql. checks/ compares the two.
writeFileSync(new URL('../../schema.graphql', import.meta.url), printSdl());

import type { CodegenConfig } from '@graphql-codegen/cli';

/** `pnpm --filter @summit/web generate` writes src/api/generated from the printed schema and our own documents. */
const config: CodegenConfig = {
  schema: '../server/schema.graphql',
  documents: ['src/**/*.{ts,tsx}', '!src/api/generated/**'],
  ignoreNoDocuments: true,
  generates: {
    './src/api/generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        documentMode: 'string',
        enumsAsTypes: true,
        useTypeImports: true,
        emitLegacyCommonJSImports: false,
        importExtension: '.ts',
        avoidOptionals: { field: true, inputValue: false, object: true, defaultValue: false },
        strictScalars: true,
        scalars: { ID: 'string', DateTime: 'string', JSON: 'unknown', Position: 'string' },
      },
    },
  },
};

export default config;

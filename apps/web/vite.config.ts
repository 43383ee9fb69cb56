import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where a running Summit answers, for `vite dev` only; the built app is served by the gateway on the same origin. */
const product = process.env.SUMMIT_DEV_TARGET ?? 'http://localhost:3000';

export default defineConfig({
  plugins: [react()],
  server: {
    host: '127.0.0.1',
    proxy: Object.fromEntries(['/graphql', '/api', '/auth'].map((path) => [path, { target: product }])),
  },
  build: {
    target: 'es2024',
    // Everything is a file of its own: the content security policy allows no data: scripts or fonts.
    assetsInlineLimit: 0,
    sourcemap: false,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [{ name: 'react', test: /node_modules[\\/].*[\\/](react|react-dom|scheduler)[\\/]/ }],
        },
      },
    },
  },
});

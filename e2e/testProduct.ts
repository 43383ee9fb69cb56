import type { TestProject } from 'vitest/node';
import { startProduct } from './product.ts';

declare module 'vitest' {
  interface ProvidedContext {
    productUi: string;
    productApi: string;
    productHome: string;
    /** The environment with which `summit` commands reach it, as JSON. */
    productEnv: string;
    productToken: string;
  }
}

/** One Summit for a whole run, shared by its files; each makes what it needs under names of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const product = await startProduct();
  project.provide('productUi', product.ui);
  project.provide('productApi', product.api);
  project.provide('productHome', product.home);
  project.provide('productEnv', JSON.stringify(product.env));
  project.provide('productToken', await product.token());
  return () => product.stop();
}

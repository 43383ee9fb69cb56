import type { QueryClient } from '@tanstack/react-query';
export async function loadHome(_: QueryClient) {}

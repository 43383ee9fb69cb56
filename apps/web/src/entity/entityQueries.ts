import { queryOptions } from '@tanstack/react-query';
export const entityQuery = (id: string) =>
  queryOptions({ queryKey: ['entity', id], queryFn: async () => null });

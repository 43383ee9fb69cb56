import { createContext, useContext } from 'react';

/** The moment that everything of a panel is read as of; undefined reads now. */
export const ReadAt = createContext<string | undefined>(undefined);

export const useReadAt = (): string | undefined => useContext(ReadAt);

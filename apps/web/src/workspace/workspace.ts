import { createContext, type RefObject, useContext } from 'react';
import type { GraphCanvas, LayoutName, Tool } from '../canvas/graphCanvas.ts';
import type { CaseEntity, CaseModel } from './caseModel.ts';
import type { CaseData } from './caseQueries.ts';
import type { Found } from './expandQueries.ts';
import type { Filter, FilterField } from './filters.ts';
import type { Arranged } from './useArrange.ts';
import type { SetState } from './useWorkspaceState.ts';
import type { Pane, WorkspaceState } from './workspaceState.ts';

/** What stands over the panes: one at a time. */
export type Opened =
  | { what: 'expand'; ids: readonly string[] }
  | { what: 'menu'; id: string | null; x: number; y: number }
  | { what: 'judge' | 'link'; left: string; right: string | undefined }
  | { what: 'note'; id: string | undefined }
  | { what: 'facts'; id: string }
  | { what: 'relationship'; id: string }
  | { what: 'add' | 'people' | 'newEntity' | 'details' | 'asOf' | 'export' | 'filter' };

/** What is being looked for between entities; its answer stands in the inspector. */
export type Finding = { what: 'paths' | 'common'; ids: readonly string[] };

/** Everything the pieces of a workspace share. */
export type Workspace = {
  id: string;
  data: CaseData;
  model: CaseModel;
  state: WorkspaceState;
  set: SetState;
  filters: readonly Filter[];
  setFilter(field: FilterField, values: string[]): void;
  toggleFilter(field: FilterField): void;
  /** The pane on top where only one is shown. */
  front: Pane;
  setFront(pane: Pane): void;
  /** Selected entities that are in the investigation, as they were chosen. */
  selection: readonly string[];
  /** The one the inspector shows: any of the selection. */
  lead: CaseEntity | undefined;
  setLead(id: string): void;
  select(ids: readonly string[]): void;
  /** Why nothing can be written now. */
  locked: string | undefined;
  /** A moment's position or time to read as of. */
  at: string | undefined;
  canvas: RefObject<GraphCanvas | null>;
  tool: Tool;
  setTool(tool: Tool): void;
  isFading: boolean;
  setFading(on: boolean): void;
  arrange(changes: readonly Arranged[], from?: Parameters<GraphCanvas['place']>[0]): Promise<boolean>;
  layout(name: LayoutName): Promise<void>;
  add(found: readonly Found[]): Promise<boolean>;
  onPlaced(places: Parameters<GraphCanvas['place']>[0]): void;
  finding: Finding | null;
  find(what: Finding | null): void;
  opened: Opened | null;
  open(what: Opened | null): void;
  undo(): void;
  redo(): void;
};

export const WorkspaceContext = createContext<Workspace | null>(null);

export function useWorkspace(): Workspace {
  const workspace = useContext(WorkspaceContext);
  if (!workspace) throw new Error('This piece stands in a workspace only.');
  return workspace;
}

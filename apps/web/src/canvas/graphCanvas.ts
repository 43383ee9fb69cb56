/** One entity on the chart. Places are in world units: one unit is one CSS pixel at 100 %, y points up. */
export type CanvasNode = {
  id: string;
  schema: string;
  caption: string;
  x?: number | null;
  y?: number | null;
  /** All links of the entity, drawn or not: orders labels and lists. */
  degree?: number;
  pinned?: boolean;
  hidden?: boolean;
  /** Sources disagree about it: the amber corner. */
  disagree?: boolean;
  /** Not true at the chosen date: drawn hollow. */
  hollow?: boolean;
};

/** Certainty is drawn: several sources solid, one dashed, inferred dotted. */
export type Certainty = 'several' | 'one' | 'inferred';

export type CanvasLink = {
  id: string;
  source: string;
  target: string;
  label: string;
  directed: boolean;
  certainty: Certainty;
};

export type Place = { id: string; x: number; y: number };
export type Camera = { x: number; y: number; ratio: number };
export type Tool = 'select' | 'lasso' | 'hand';
export type LayoutName = 'force' | 'grid' | 'circle';

export type CanvasEvents = {
  /** A person chose: the whole new selection, lead first. */
  select: { ids: string[] };
  /** Enter or a double click on an entity. */
  open: { id: string };
  hover: { id: string | null };
  /** A person dragged entities: where they were and where they are. */
  moved: { from: Place[]; to: Place[] };
  camera: Camera;
  /** A right click, or the menu key: place in CSS pixels of the page. */
  menu: { id: string | null; x: number; y: number };
  /** A relationship was clicked. */
  link: { id: string };
};

/** What the rest of the app knows of the chart: any engine may stand behind it. */
export interface GraphCanvas {
  /** Shows these; what is there already keeps its place, what is new appears beside its neighbours. Returns new places. */
  setGraph(nodes: CanvasNode[], links: CanvasLink[]): Promise<Place[]>;
  /** Lead first. */
  setSelection(ids: readonly string[]): void;
  setPinned(ids: readonly string[]): void;
  setHidden(ids: readonly string[]): void;
  /** Rings one entity, as hover does. */
  highlight(id: string | null): void;
  /** Fades all but these; null shows everything again. */
  fadeOthers(ids: readonly string[] | null): void;
  /** Rings entities that just came, for 1.6 s. */
  pulse(ids: readonly string[]): void;
  setTool(tool: Tool): void;
  camera(): Camera;
  setCamera(camera: Camera): void;
  /** Brings all, or these, into view. */
  fit(ids?: readonly string[]): void;
  zoom(factor: number): void;
  places(): Place[];
  /** Middle of an entity in CSS pixels of the page; undefined when it is not drawn or out of view. */
  onPage(id: string): { x: number; y: number } | undefined;
  /** The pane has another size. */
  resize(): void;
  /** Puts entities back where they were: undo of a drag or of a layout. */
  place(places: readonly Place[]): void;
  /** Lays out all that is not pinned. Resolves with where they were and where they are. */
  layout(name: LayoutName): Promise<{ from: Place[]; to: Place[] }>;
  on<Name extends keyof CanvasEvents>(name: Name, listener: (event: CanvasEvents[Name]) => void): () => void;
  /** Colours changed: read the tokens again. */
  recolour(): void;
  destroy(): void;
}

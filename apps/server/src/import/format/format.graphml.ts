/** GraphML: nodes and edges with typed data. What Summit cannot hold is counted as a warning, never passed over. */
import { ontology as defaultOntology } from '../../ontology/ontology.ts';
import type { Fact, FormatReader, ReadOptions, SourceObject, SourceRef, Warning } from '../source.ts';
import {
  EdgeFacts,
  finished,
  type GraphEdge,
  type GraphNode,
  type GraphProblem,
  nodeFact,
  nodeProblem,
  put,
} from './graphFacts.ts';
import { parseXml, type XmlElement, type XmlHandler } from './xml.ts';

export const graphmlReader: FormatReader = {
  format: 'graphml',
  async *read(file, options) {
    const handler = new GraphmlHandler(options);
    yield* settle(parseXml(file, options, 'graphml', handler), handler, options);
  },
};

/** Yields what a handler has found so far, after each chunk; the settled ones are passed over. */
export async function* settle(
  chunks: AsyncIterable<void>,
  handler: { found: SourceObject[] },
  options: ReadOptions,
): AsyncGenerator<SourceObject> {
  let row = 0;
  for await (const _ of chunks) {
    for (const object of handler.found) {
      if (object.fate !== 'notice') {
        object.ref.row = ++row;
        if (options.sample !== undefined && row > options.sample) return;
      }
      // A notice belongs to the row after it.
      if ((object.fate === 'notice' ? row + 1 : row) > (options.skip ?? 0)) yield object;
    }
    handler.found = [];
  }
}

interface Key {
  name: string;
  for: string;
  isDefault?: string;
}
type Draft =
  | { kind: 'node'; node: GraphNode; ref: SourceRef; warnings: Warning[] }
  | { kind: 'edge'; edge: GraphEdge; ref: SourceRef; warnings: Warning[] };

class GraphmlHandler implements XmlHandler {
  found: SourceObject[] = [];
  readonly #ontology;
  readonly #keys = new Map<string, Key>();
  readonly #edges = new EdgeFacts();
  readonly #nodes = new Set<string>();
  readonly #open: Draft[] = [];
  readonly #path: string[] = [];
  /** Of each open graph: whether its edges are directed unless they say otherwise. */
  readonly #directed: boolean[] = [];
  #key: Key | undefined;
  #text = '';

  constructor(options: ReadOptions) {
    this.#ontology = options.ontology ?? defaultOntology;
  }

  open({ name, attributes, line, position }: XmlElement): void {
    this.#path.push(name);
    this.#text = '';
    const ref = { line, byteOffset: position };
    switch (name) {
      case 'graph':
        if (this.#path.filter((each) => each === 'graph').length > 1) {
          this.#warn(
            {
              code: 'NESTED_GRAPH',
              detail: `graph ${attributes.id ?? ''} inside of another: its nodes stand beside the others`,
            },
            ref,
          );
        }
        this.#directed.push(attributes.edgedefault !== 'undirected');
        break;
      case 'key':
        this.#key = {
          name: attributes['attr.name'] || attributes.id || 'data',
          for: attributes.for || 'all',
        };
        if (attributes.id !== undefined) this.#keys.set(attributes.id, this.#key);
        break;
      case 'node': {
        const parent = this.#open.at(-1);
        const props = parent?.kind === 'node' ? { parent: [parent.node.id] } : {};
        this.#open.push({ kind: 'node', ref, warnings: [], node: { id: attributes.id ?? '', props } });
        break;
      }
      case 'edge': {
        const { id, source = '', target = '', directed } = attributes;
        const edge: GraphEdge = {
          ...(id !== undefined && { id }),
          source,
          target,
          directed: directed === undefined ? (this.#directed.at(-1) ?? true) : directed === 'true',
          props: {},
        };
        const warnings: Warning[] = [];
        if (attributes.sourceport !== undefined || attributes.targetport !== undefined) {
          warnings.push({ code: 'PORT', detail: 'an edge ends at a port; it is kept between the nodes' });
        }
        this.#open.push({ kind: 'edge', ref, warnings, edge });
        break;
      }
      case 'port':
        this.#warn({ code: 'PORT', detail: `port ${attributes.name ?? ''} of a node is left out` }, ref);
        break;
      case 'hyperedge':
        this.#warn({ code: 'HYPEREDGE', detail: `hyperedge ${attributes.id ?? ''} is left out` }, ref);
        break;
      case 'data':
        this.#key = this.#keys.get(attributes.key ?? '') ?? { name: attributes.key ?? 'data', for: 'all' };
        break;
      case 'graphml':
      case 'default':
      case 'desc':
      case 'endpoint':
        break;
      case 'include':
        this.#warn(
          { code: 'OUTSIDE_REFERENCE_IN_XML', detail: 'an inclusion of another file is not followed' },
          ref,
        );
        break;
      default:
        this.#warn({ code: 'SKIPPED_ELEMENT', detail: name }, ref);
    }
  }

  text(text: string): void {
    this.#text += text;
  }

  close(name: string): void {
    this.#path.pop();
    if (name === 'default' && this.#key !== undefined) this.#key.isDefault = this.#text.trim();
    else if (name === 'graph') this.#directed.pop();
    else if (name === 'data') this.#data();
    else if (name === 'node' || name === 'edge') this.#finish();
    if (name === 'data' || name === 'key') this.#key = undefined;
    this.#text = '';
  }

  #data(): void {
    const draft = this.#open.at(-1);
    const value = this.#text.trim();
    // Data of the graph, a port or a hyperedge says nothing about a node.
    const owner = this.#path.at(-1);
    if (draft === undefined || this.#key === undefined || value === '' || owner !== draft.kind) return;
    put(draft.kind === 'node' ? draft.node.props : draft.edge.props, this.#key.name, value);
  }

  #finish(): void {
    const draft = this.#open.pop();
    if (draft === undefined) return;
    const props = draft.kind === 'node' ? draft.node.props : draft.edge.props;
    for (const key of this.#keys.values()) {
      const applies = key.for === 'all' || key.for === draft.kind;
      if (applies && key.isDefault !== undefined && key.isDefault !== '' && !Object.hasOwn(props, key.name)) {
        put(props, key.name, key.isDefault);
      }
    }
    const fact = draft.kind === 'node' ? this.#nodeFact(draft.node) : this.#edgeFact(draft.edge);
    this.found.push(
      finished(fact, draft.ref, draft.warnings, draft.kind === 'node' ? draft.node : draft.edge),
    );
  }

  #nodeFact(node: GraphNode): Fact | GraphProblem {
    const problem = nodeProblem(node, this.#nodes);
    if (problem !== undefined) return problem;
    const [x, y] = [Number(node.props.x?.[0] ?? Number.NaN), Number(node.props.y?.[0] ?? Number.NaN)];
    if (Number.isFinite(x) && Number.isFinite(y)) node.position = { x, y };
    const label = node.props.label?.[0];
    if (label !== undefined) node.label = label;
    return nodeFact(node, this.#ontology);
  }

  #edgeFact(edge: GraphEdge): Fact | GraphProblem {
    return this.#edges.make(edge);
  }

  #warn(warning: Warning, ref: SourceRef): void {
    this.found.push({ fate: 'notice', ref, rows: [], warnings: [warning] });
  }
}

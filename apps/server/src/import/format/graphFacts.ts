/** What nodes and edges of a graph file become: the shared half of GraphML and GEXF. */

import type { Ontology } from '../../ontology/ontology.ts';
import { addDistinct, isBlank } from '../distinct.ts';
import { plain, schemaWords } from '../mapping/guessWords.ts';
import { reject } from '../rejecting.ts';
import { Occurrences } from '../repeats.ts';
import type {
  Fact,
  LinkFact,
  Props,
  RecordFact,
  RejectCode,
  SourceObject,
  SourceRef,
  Warning,
} from '../source.ts';

export interface GraphNode {
  id: string;
  label?: string;
  props: Props;
  position?: { x: number; y: number };
  validFrom?: string;
  validTo?: string;
}
export interface GraphEdge {
  id?: string;
  source: string;
  target: string;
  directed: boolean;
  /** What the file calls the kind of edge, if anything. */
  type?: string;
  props: Props;
  validFrom?: string;
  validTo?: string;
}

export interface GraphProblem {
  code: RejectCode;
  reason: string;
}

/** Why a node cannot be kept; otherwise its id is noted in `seen`. */
export function nodeProblem(node: GraphNode, seen: Set<string>): GraphProblem | undefined {
  if (node.id === '') return { code: 'MISSING_ID', reason: 'a node has no id' };
  if (seen.has(node.id))
    return { code: 'DUPLICATE_KEY', reason: `node ${node.id.slice(0, 100)} stands there twice` };
  seen.add(node.id);
  return undefined;
}

/** The source object of a finished node or edge. */
export function finished(
  fact: Fact | GraphProblem,
  ref: SourceRef,
  warnings: Warning[],
  of: GraphNode | GraphEdge,
): SourceObject {
  if ('code' in fact) return reject(ref, fact.code, fact.reason, JSON.stringify(of));
  return { fate: 'rows', ref, rows: [fact], ...(warnings.length > 0 && { warnings }) };
}

/** Adds a value to a property once, unless it is blank; safe for any name. */
export function put(props: Props, name: string, value: string): void {
  if (isBlank(value)) return;
  const have = Object.hasOwn(props, name) ? props[name]! : undefined;
  if (have !== undefined) {
    addDistinct(have, value);
  } else if (name === '__proto__') {
    Object.defineProperty(props, name, {
      value: [value],
      enumerable: true,
      configurable: true,
      writable: true,
    });
  } else props[name] = [value];
}

/** A node's type is what a property called schema, type, kind or class says, when we know it; else it is a Node. */
export function nodeFact(node: GraphNode, ontology: Ontology): RecordFact {
  const label = node.label === undefined || isBlank(node.label) ? undefined : node.label;
  if (label !== undefined) put(node.props, 'label', label);
  let schema = 'Node';
  for (const name of ['schema', 'type', 'kind', 'class', 'labels']) {
    const said = node.props[name]?.[0]?.replace(/^:/, '');
    if (said === undefined) continue;
    const known = ontology.schema(said) !== undefined ? said : schemaWords[plain(said)];
    if (known !== undefined && !ontology.isEdge(known)) {
      schema = known;
      break;
    }
  }
  const name = label ?? ontology.caption(schema, node.props, node.id);
  // So that a node with a known type is named by its type's own property.
  if (schema !== 'Node' && label !== undefined && node.props.name === undefined)
    put(node.props, 'name', label);
  return {
    kind: 'record',
    sourceKey: node.id,
    schema,
    caption: name,
    props: node.props,
    ...(node.position && { position: node.position }),
    ...(node.validFrom && { validFrom: node.validFrom }),
    ...(node.validTo && { validTo: node.validTo }),
  };
}

/** Makes links; an edge without an id is known by its ends, its type and which of the equal ones it is. */
export class EdgeFacts {
  readonly #times = new Occurrences();
  readonly #seen = new Set<string>();

  make(edge: GraphEdge): LinkFact | GraphProblem {
    if (edge.source === '' || edge.target === '') {
      const missing = edge.source === '' ? 'source' : 'target';
      return { code: 'END_MISSING', reason: `an edge has no ${missing}` };
    }
    const type =
      edge.type || edge.props.type?.[0] || edge.props.kind?.[0] || edge.props.label?.[0] || 'UnknownLink';
    let sourceKey = edge.id;
    if (sourceKey === undefined) {
      const key = `${edge.source}\0${edge.target}\0${type}`;
      sourceKey = `${key}\0${this.#times.next(key)}`;
    } else if (this.#seen.has(sourceKey)) {
      return { code: 'DUPLICATE_KEY', reason: `edge ${sourceKey.slice(0, 100)} stands there twice` };
    } else this.#seen.add(sourceKey);
    return {
      kind: 'relationship',
      sourceKey,
      type: type.slice(0, 200),
      source: edge.source,
      target: edge.target,
      directed: edge.directed,
      props: edge.props,
      ...(edge.validFrom && { validFrom: edge.validFrom }),
      ...(edge.validTo && { validTo: edge.validTo }),
    };
  }
}

declare module 'graphology-layout-forceatlas2/iterate.js' {
  /** One round of ForceAtlas2 in place: ten numbers a node (x, y, …, mass, …, size, fixed), three a link. */
  export default function iterate(settings: object, nodes: Float32Array, links: Float32Array): void;
}

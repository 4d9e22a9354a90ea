/** The package ships no types; only what build-outline.ts calls. */
declare module 'topojson-client' {
  export interface Topology {
    readonly type: 'Topology';
    arcs: (readonly [number, number])[][];
    transform?: { readonly scale: readonly [number, number]; readonly translate: readonly [number, number] };
    readonly objects: Readonly<Record<string, GeometryCollection>>;
  }
  export interface GeometryCollection {
    readonly type: 'GeometryCollection';
    readonly geometries: readonly Geometry[];
  }
  export interface Geometry {
    readonly type: 'Polygon' | 'MultiPolygon';
    readonly arcs: readonly unknown[];
    readonly properties: { readonly name: string };
  }
  export function feature(
    topology: Topology,
    object: Geometry,
  ): {
    readonly geometry:
      | { readonly type: 'Polygon'; readonly coordinates: (readonly [number, number])[][] }
      | { readonly type: 'MultiPolygon'; readonly coordinates: (readonly [number, number])[][][] };
  };
}

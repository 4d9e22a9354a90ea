/** The bundled outline, typed. Loaded with the map, never with the first page. */
import type { Position } from '../../../contracts/places.ts';
import outlineJson from '../../map/outline.json';
import type { Fit } from './projection.ts';

export interface OutlineFeature {
  readonly type: 'Feature';
  readonly properties: { readonly kind: 'vietnam' | 'neighbour' };
  readonly geometry: { readonly type: 'MultiPolygon'; readonly coordinates: readonly Position[][][] };
}
export interface Outline {
  readonly type: 'FeatureCollection';
  readonly features: readonly OutlineFeature[];
}

// JSON modules lose literals and tuples; build-outline.ts writes exactly this shape and a test reads it back
export const OUTLINE = outlineJson as unknown as Outline;

/** SVG path of one kind of land. */
export function landPath(kind: OutlineFeature['properties']['kind'], fit: Fit, digits = 1): string {
  const land = OUTLINE.features.find((feature) => feature.properties.kind === kind);
  const rings = land?.geometry.coordinates.flat() ?? [];
  return rings
    .map((ring) => {
      const points = ring.map((position) => {
        const [x, y] = fit.at(position);
        return `${x.toFixed(digits)} ${y.toFixed(digits)}`;
      });
      return `M${points.join('L')}Z`;
    })
    .join('');
}

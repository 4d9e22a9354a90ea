/** Web Mercator for the plain SVG maps, and the boxes that views are fitted to. */
import type { Position } from '../../../contracts/places.ts';

export type Box = readonly [west: number, south: number, east: number, north: number];

/** World units, 0 to 1, y downwards. */
export function mercator([lon, lat]: Position): readonly [x: number, y: number] {
  const phi = (Math.max(-85, Math.min(85, lat)) * Math.PI) / 180;
  return [lon / 360 + 0.5, 0.5 - Math.log(Math.tan(Math.PI / 4 + phi / 2)) / (2 * Math.PI)];
}

/** Smallest box around the points, widened so that one school is not a point; null without points. */
export function boxOf(points: readonly Position[], leastDegrees = 0.03): Box | null {
  if (points.length === 0) return null;
  let [west, south, east, north] = [180, 90, -180, -90];
  for (const [lon, lat] of points) {
    west = Math.min(west, lon);
    south = Math.min(south, lat);
    east = Math.max(east, lon);
    north = Math.max(north, lat);
  }
  const [widen, heighten] = [
    Math.max(0, leastDegrees - (east - west)) / 2,
    Math.max(0, leastDegrees - (north - south)) / 2,
  ];
  return [west - widen, south - heighten, east + widen, north + heighten];
}

export interface Fit {
  readonly at: (position: Position) => readonly [x: number, y: number];
  /** Pixels of one degree of longitude. */
  readonly degreePx: number;
}

/** Room left free at the sides, and above and below, px. */
export type Margin = readonly [across: number, down: number];

/** Puts a box into a frame of width × height px, keeping shape, centred, with a margin. */
export function fitBox([west, south, east, north]: Box, width: number, height: number, [across, down]: Margin): Fit {
  const [x0, y0] = mercator([west, north]);
  const [x1, y1] = mercator([east, south]);
  const scale = Math.min((width - 2 * across) / (x1 - x0), (height - 2 * down) / (y1 - y0));
  const [left, top] = [width / 2 - ((x0 + x1) / 2) * scale, height / 2 - ((y0 + y1) / 2) * scale];
  return {
    at: (position) => {
      const [x, y] = mercator(position);
      return [left + x * scale, top + y * scale];
    },
    degreePx: scale / 360,
  };
}

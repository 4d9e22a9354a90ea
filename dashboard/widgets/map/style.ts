/** The map's style: one background, our own labels, no tile, glyph or sprite server. */
import type { ExpressionSpecification, GeoJSONSourceSpecification, StyleSpecification } from 'maplibre-gl';
import { rankOf } from '../../data/conditions.ts';
import { type Features, graticule, islandFeatures, type MapWords, type Side } from './features.ts';
import { markName, type Paint } from './marks.ts';
import { OUTLINE } from './outline.ts';

/** CSS families (theme/fonts.css); MapLibre reads the weight off the second name. */
const REGULAR = ['Be Vietnam Pro'];
const STRONG = ['Be Vietnam Pro SemiBold'];
const EMPTY: Features = { type: 'FeatureCollection', features: [] };

export interface StyleOptions {
  readonly paint: Paint;
  readonly remPx: number;
  readonly words: MapWords;
}

const ALONE: ExpressionSpecification = ['!', ['has', 'point_count']];
const CLUSTER: ExpressionSpecification = ['has', 'point_count'];

type Anchor = 'left' | 'right' | 'top' | 'bottom';
const ANCHORS: Record<Side, readonly Anchor[]> = {
  'west-edge': ['left', 'bottom', 'top'],
  west: ['left', 'bottom', 'top', 'right'],
  east: ['right', 'bottom', 'top', 'left'],
  'east-edge': ['right', 'bottom', 'top'],
};
/** From the middle of a mark to its name, in letters: clear of the mark, the larger one of danger too. */
const AWAY = { danger: [1.9, 2.2], others: [1.4, 1.7] } as const;

/** Where a name may stand, the first that is free: `left` means that the name's left end is at the mark. */
function namePlaces(side: Side, [aside, above]: readonly [number, number]): ExpressionSpecification {
  const offset = { left: [aside, 0], right: [-aside, 0], top: [0, above], bottom: [0, -above] } as const;
  return ['literal', ANCHORS[side].flatMap((anchor) => [anchor, [...offset[anchor]]])];
}

function namePlacesOfAll(away: readonly [number, number]): ExpressionSpecification {
  return [
    'match',
    ['get', 'side'],
    'west-edge',
    namePlaces('west-edge', away),
    'west',
    namePlaces('west', away),
    'east-edge',
    namePlaces('east-edge', away),
    namePlaces('east', away),
  ];
}

/** Beside the number of silent schools under a cluster. */
const SILENT_MARK = markName(rankOf('no_data'));

type Layer = StyleSpecification['layers'][number];

const ICON = ['concat', 'school-', ['to-string', ['get', 'rank']]] satisfies ExpressionSpecification;

/** Normal and notice: small, and no obstacle to any name. */
const quietMarks = (): Layer => ({
  id: 'quiet-schools',
  type: 'symbol',
  source: 'schools',
  filter: ['all', ALONE, ['<', ['get', 'rank'], 2]],
  layout: {
    'icon-image': ICON,
    'icon-allow-overlap': true,
    'icon-ignore-placement': true,
    'symbol-sort-key': ['get', 'rank'],
  },
});

/** No data, warning, danger: the worst on top. */
const loudMarks = (): Layer => ({
  id: 'loud-schools',
  type: 'symbol',
  source: 'schools',
  filter: ['all', ALONE, ['>=', ['get', 'rank'], 2]],
  layout: { 'icon-image': ICON, 'icon-allow-overlap': true, 'symbol-sort-key': ['get', 'rank'] },
});

export function mapStyle({ paint, remPx, words }: StyleOptions): StyleSpecification {
  const label = { 'text-halo-color': paint('ground'), 'text-halo-width': remPx * 0.12 };
  const names: Layer = {
    id: 'attention-names',
    type: 'symbol',
    source: 'schools',
    filter: ['all', ALONE, ['==', ['get', 'named'], 1]],
    layout: {
      'text-field': ['get', 'name'],
      'text-font': STRONG,
      'text-size': remPx,
      'text-variable-anchor-offset': [
        'case',
        ['==', ['get', 'rank'], 4],
        namePlacesOfAll(AWAY.danger),
        namePlacesOfAll(AWAY.others),
      ],
      'text-justify': 'auto',
      'text-max-width': 9,
      'symbol-sort-key': ['-', 0, ['get', 'rank']],
    },
    paint: {
      'text-color': ['match', ['get', 'rank'], 4, paint('danger'), 3, paint('warning'), paint('no-data')],
      ...label,
    },
  };
  // GeoJSON types of the map library want mutable arrays; it never writes to ours
  const data = (features: unknown) => features as GeoJSONSourceSpecification['data'];
  return {
    version: 8,
    sources: {
      // cut no finer than needed: two large tiles are drawn at once, sixteen small ones one by one
      outline: { type: 'geojson', data: data(OUTLINE), maxzoom: 8 },
      graticule: { type: 'geojson', data: data(graticule(1)), maxzoom: 6 },
      islands: { type: 'geojson', data: data(islandFeatures(words)) },
      sectors: { type: 'geojson', data: data(EMPTY), maxzoom: 11 },
      areas: { type: 'geojson', data: data(EMPTY) },
      schools: {
        type: 'geojson',
        data: data(EMPTY),
        promoteId: 'id',
        cluster: true,
        clusterRadius: remPx * 3.1,
        clusterMaxZoom: 10,
        clusterProperties: { rank: ['max', ['get', 'rank']], silent: ['+', ['get', 'silent']] },
      },
    },
    layers: [
      { id: 'sea', type: 'background', paint: { 'background-color': paint('sea') } },
      {
        id: 'land',
        type: 'fill',
        source: 'outline',
        paint: {
          'fill-color': ['match', ['get', 'kind'], 'vietnam', paint('homeland'), paint('land')],
        },
      },
      {
        id: 'graticule',
        type: 'line',
        source: 'graticule',
        // closer in, a lone line means nothing
        maxzoom: 8,
        paint: { 'line-color': paint('graticule'), 'line-width': 1 },
      },
      {
        id: 'shore',
        type: 'line',
        source: 'outline',
        paint: {
          'line-color': paint('shore'),
          'line-width': ['match', ['get', 'kind'], 'vietnam', 1.4, 0.6],
        },
      },
      {
        id: 'sectors',
        type: 'line',
        source: 'sectors',
        minzoom: 10.3,
        paint: {
          'line-color': paint('sector'),
          'line-width': Math.max(1, remPx * 0.08),
          'line-dasharray': [4, 3],
        },
      },
      {
        id: 'islands',
        type: 'circle',
        source: 'islands',
        filter: ['==', ['get', 'kind'], 'islands'],
        paint: { 'circle-radius': Math.max(1.5, remPx * 0.1), 'circle-color': paint('map-label') },
      },
      {
        id: 'sea-name',
        type: 'symbol',
        source: 'islands',
        filter: ['==', ['get', 'kind'], 'sea'],
        layout: {
          'text-field': ['get', 'name'],
          'text-font': REGULAR,
          'text-size': remPx * 1.1,
          'text-letter-spacing': 0.3,
        },
        paint: { 'text-color': paint('map-label'), 'text-opacity': 0.75 },
      },
      {
        id: 'archipelago-names',
        type: 'symbol',
        source: 'islands',
        filter: ['==', ['get', 'kind'], 'archipelago'],
        layout: {
          'text-field': ['get', 'name'],
          'text-font': REGULAR,
          'text-size': remPx,
          'text-max-width': 9,
          'text-anchor': 'top',
          // these names are never dropped for want of room
          'text-allow-overlap': true,
          'text-ignore-placement': true,
        },
        paint: { 'text-color': paint('map-label'), ...label },
      },
      {
        id: 'area-names',
        type: 'symbol',
        source: 'areas',
        layout: {
          'text-field': ['get', 'name'],
          'text-font': REGULAR,
          'text-size': remPx * 1.05,
          'text-transform': 'uppercase',
          'text-letter-spacing': 0.12,
          'text-max-width': 14,
          'text-variable-anchor': ['center', 'top', 'bottom'],
          'text-radial-offset': 2,
        },
        paint: { 'text-color': paint('map-label'), ...label },
      },
      {
        id: 'selected',
        type: 'circle',
        source: 'schools',
        filter: ['==', ['get', 'id'], ''],
        paint: {
          'circle-radius': remPx * 1.35,
          'circle-color': 'transparent',
          'circle-stroke-color': paint('focus'),
          'circle-stroke-width': Math.max(2, remPx * 0.14),
        },
      },
      quietMarks(),
      // names keep clear of the loud marks above them, which are placed first; the worst get their place first
      names,
      loudMarks(),
      {
        id: 'clusters',
        type: 'symbol',
        source: 'schools',
        filter: CLUSTER,
        layout: {
          'icon-image': ['concat', 'cluster-', ['to-string', ['get', 'rank']]],
          'icon-allow-overlap': true,
          'text-field': ['to-string', ['get', 'point_count']],
          'text-font': STRONG,
          'text-size': remPx * 1.1,
          'text-allow-overlap': true,
          'text-ignore-placement': true,
          'symbol-sort-key': ['get', 'rank'],
        },
        paint: { 'text-color': paint('ink') },
      },
      {
        id: 'cluster-silent',
        type: 'symbol',
        source: 'schools',
        filter: ['all', CLUSTER, ['>', ['get', 'silent'], 0]],
        layout: {
          'icon-image': SILENT_MARK,
          'icon-size': 0.75,
          'icon-anchor': 'right',
          'icon-offset': [0, remPx * 2.9],
          'text-field': ['to-string', ['get', 'silent']],
          'text-font': REGULAR,
          'text-size': remPx,
          'text-anchor': 'left',
          'text-offset': [0.15, 2.15],
          'text-allow-overlap': true,
          'icon-allow-overlap': true,
        },
        paint: { 'text-color': paint('no-data'), ...label },
      },
    ],
  };
}

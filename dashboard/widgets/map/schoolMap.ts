/** The only file that knows MapLibre's API: one map per page life, fed from outside, rebuilt when its context is lost. */
import {
  type GeoJSONSource,
  type LngLatBoundsLike,
  type MapLayerMouseEvent,
  Map as MapLibre,
  NavigationControl,
  setWorkerUrl,
} from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import 'maplibre-gl/dist/maplibre-gl.css';
import type { SchoolId } from '../../../contracts/ids.ts';
import {
  areaFeatures,
  type Features,
  type MapArea,
  type MapSchool,
  schoolFeatures,
  sectorFeatures,
} from './features.ts';
import { NATIONAL_EXTENT } from './islands.ts';
import { drawMarks } from './marks.ts';
import { type Box, boxOf } from './projection.ts';
import { mapStyle, type StyleOptions } from './style.ts';

// a bundler can not follow the library's own way of finding its worker
setWorkerUrl(workerUrl);

export interface SchoolMap {
  /** Whole picture; cheap when nothing moved. */
  show(schools: readonly MapSchool[], areas: readonly MapArea[]): void;
  select(school: SchoolId | null): void;
  restyle(options: StyleOptions): void;
  destroy(): void;
}

export interface SchoolMapOptions {
  readonly container: HTMLElement;
  readonly style: StyleOptions;
  readonly interactive: boolean;
  /** Air around the schools, px: left, top, right, bottom. */
  readonly paddingPx: readonly [number, number, number, number];
  readonly onSelect: (school: SchoolId) => void;
  readonly onView: (box: Box) => void;
  /** Schools are on screen for the first time. */
  readonly onReady: () => void;
  /** The drawing context is gone for good: destroy this map and build another. */
  readonly onLost: () => void;
}

const FAMILY = 'Be Vietnam Pro';
const SAMPLE = 'Trường ậữếđ ĐƯỢC 0123';
const CLOSEST_ZOOM = 14;

/** A fallback font drawn once stays in the glyph cache: the fonts must be there before the first label. */
async function loadFonts(): Promise<void> {
  await Promise.all([
    document.fonts.load(`400 24px "${FAMILY}"`, SAMPLE),
    document.fonts.load(`600 24px "${FAMILY} SemiBold"`, SAMPLE),
  ]);
}

function placesKey(schools: readonly MapSchool[], areas: readonly MapArea[]): string {
  const ids = schools.map(({ id, name, area, position }) => `${id} ${name} ${area} ${position.join()}`);
  return [...ids, ...areas.map(({ id, name }) => `${id} ${name}`)].join('\n');
}

function conditionsKey(schools: readonly MapSchool[]): string {
  return schools.map(({ condition }) => condition).join();
}

export function hasWebGl(): boolean {
  return document.createElement('canvas').getContext('webgl2') !== null;
}

export async function createSchoolMap(options: SchoolMapOptions): Promise<SchoolMap> {
  await loadFonts();
  let style = options.style;
  let schools: readonly MapSchool[] = [];
  let areas: readonly MapArea[] = [];
  let selected: SchoolId | null = null;
  let shownBox = '';
  // what the sources hold now: most ticks change an age, not the picture
  let shownPlaces = '';
  let shownPicture = '';
  let movedByHand = false;

  const map = new MapLibre({
    container: options.container,
    style: mapStyle(style),
    bounds: [...NATIONAL_EXTENT],
    maxBounds: [90, -2, 130, 32],
    maxZoom: 17,
    interactive: options.interactive,
    // Natural Earth is in the public domain and asks for no mention
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    fadeDuration: 0,
    canvasContextAttributes: { antialias: true, failIfMajorPerformanceCaveat: false },
  });
  map.touchZoomRotate.disableRotation();
  if (options.interactive) {
    map.addControl(new NavigationControl({ showCompass: false }), 'top-left');
  }

  function source(id: string): GeoJSONSource | undefined {
    return map.getSource<GeoJSONSource>(id);
  }

  function put(id: string, features: Features): void {
    // our features are read-only; the library's type wants mutable arrays and never writes to them
    void source(id)?.setData(features as unknown as Parameters<GeoJSONSource['setData']>[0]);
  }

  function addMarks(): void {
    const ratio = window.devicePixelRatio || 1;
    for (const { name, image } of drawMarks(style.paint, style.remPx * ratio)) {
      if (map.hasImage(name)) map.removeImage(name);
      map.addImage(name, image, { pixelRatio: ratio });
    }
  }

  /** As asked, but never more than half of what there is: a phone has little room to give away. */
  function padding() {
    const { clientWidth, clientHeight } = options.container;
    const [left, top, right, bottom] = options.paddingPx;
    const across = Math.min(1, clientWidth / 2 / (left + right));
    const down = Math.min(1, clientHeight / 2 / (top + bottom));
    return { left: left * across, right: right * across, top: top * down, bottom: bottom * down };
  }

  function fitToSchools(): void {
    const box = boxOf(schools.map(({ position }) => position));
    const key = String(box);
    if (!box || key === shownBox || movedByHand) return;
    shownBox = key;
    const bounds: LngLatBoundsLike = [box[0], box[1], box[2], box[3]];
    map.fitBounds(bounds, { padding: padding(), maxZoom: CLOSEST_ZOOM, animate: false });
  }

  function draw(): void {
    if (!source('schools')) return;
    const places = placesKey(schools, areas);
    if (places !== shownPlaces) {
      put('sectors', sectorFeatures(schools));
      put('areas', areaFeatures(schools, areas));
      shownPlaces = places;
    }
    const picture = `${places} ${conditionsKey(schools)}`;
    if (picture !== shownPicture) put('schools', schoolFeatures(schools));
    shownPicture = picture;
    map.setFilter('selected', ['==', ['get', 'id'], selected ?? '']);
  }

  map.on('style.load', () => {
    addMarks();
    shownPlaces = '';
    shownPicture = '';
    draw();
    fitToSchools();
  });
  map.on('error', ({ error }) => console.error('map', error));
  map.on('styleimagemissing', addMarks);
  // not `idle`: with news every second a slow machine may never be
  function onRender(): void {
    if (!map.isSourceLoaded('outline') || !map.isSourceLoaded('schools')) return;
    map.off('render', onRender);
    options.onReady();
  }
  map.on('render', onRender);
  map.on('move', () => {
    const bounds = map.getBounds();
    options.onView([bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()]);
  });
  map.on('resize', () => {
    shownBox = '';
    fitToSchools();
  });
  for (const gesture of ['dragstart', 'wheel', 'touchmove'] as const) map.on(gesture, () => (movedByHand = true));

  const SINGLE = ['quiet-schools', 'loud-schools'];
  map.on('click', SINGLE, (event) => {
    const school = schools.find(({ id }) => id === event.features?.[0]?.properties['id']);
    if (school) options.onSelect(school.id);
  });
  map.on('click', 'clusters', (event: MapLayerMouseEvent) => {
    const cluster: unknown = event.features?.[0]?.properties?.['cluster_id'];
    if (typeof cluster !== 'number') return;
    movedByHand = true;
    void source('schools')
      ?.getClusterExpansionZoom(cluster)
      .then((zoom) => map.easeTo({ center: event.lngLat, zoom: zoom + 0.3 }));
  });
  for (const layer of [...SINGLE, 'clusters']) {
    map.on('mouseenter', layer, () => (map.getCanvas().style.cursor = 'pointer'));
    map.on('mouseleave', layer, () => (map.getCanvas().style.cursor = ''));
  }
  map.getCanvas().addEventListener('webglcontextlost', options.onLost, { once: true });

  return {
    show(nextSchools, nextAreas) {
      schools = nextSchools;
      areas = nextAreas;
      draw();
      fitToSchools();
    },
    select(school) {
      selected = school;
      if (!source('schools')) return;
      map.setFilter('selected', ['==', ['get', 'id'], school ?? '']);
      const place = schools.find(({ id }) => id === school);
      if (place && !map.getBounds().contains([...place.position])) map.easeTo({ center: [...place.position] });
    },
    restyle(next) {
      style = next;
      map.setStyle(mapStyle(next), { diff: false });
    },
    destroy() {
      map.getCanvas().removeEventListener('webglcontextlost', options.onLost);
      map.remove();
    },
  };
}

/** The tree of areas in both eras. Unit names are real, ids are neutral; schools hang on the units of today. */
import { type Area, area } from '../../contracts/places.ts';

/** Two tiers since then; the old units no longer exist on that day. */
const REFORM = '2025-07-01';

const OLD_WARDS = [
  'Phường Phú Cường',
  'Phường Phú Hòa',
  'Phường Phú Thọ',
  'Phường Chánh Nghĩa',
  'Phường Hiệp Thành',
  'Phường Phú Lợi',
  'Phường Định Hòa',
  'Phường Hòa Phú',
  'Phường Phú Mỹ',
  'Phường Phú Tân',
  'Phường Tân An',
  'Phường Hiệp An',
  'Phường Tương Bình Hiệp',
  'Phường Chánh Mỹ',
];

/** [longitude, latitude, radius in km]: circles well inside the ward, so that no made-up school stands in the wrong one. */
type Disc = readonly [longitude: number, latitude: number, radiusKm: number];

export interface DemoWard {
  readonly id: string;
  readonly name: string;
  /** Share of the schools. */
  readonly weight: number;
  readonly discs: readonly [Disc, ...Disc[]];
}

export const WARDS: readonly DemoWard[] = [
  {
    id: 'tdm-2025-a',
    name: 'Phường Thủ Dầu Một',
    weight: 16,
    discs: [
      [106.6611, 10.9664, 1.2],
      [106.6573, 10.9835, 0.82],
      [106.6583, 10.9526, 0.54],
      [106.6371, 10.9835, 0.47],
      [106.6746, 10.9652, 0.44],
    ],
  },
  {
    id: 'tdm-2025-b',
    name: 'Phường Phú Lợi',
    weight: 14,
    discs: [
      [106.6833, 10.9824, 1.4],
      [106.6698, 10.9961, 0.8],
      [106.6573, 11.0007, 0.7],
      [106.6949, 10.9973, 0.66],
      [106.6958, 10.9744, 0.44],
    ],
  },
  {
    id: 'tdm-2025-c',
    name: 'Phường Bình Dương',
    weight: 12,
    discs: [
      [106.6795, 11.0385, 1.9],
      [106.7035, 11.0477, 1.1],
      [106.6814, 11.0133, 1.1],
      [106.6968, 11.0213, 0.92],
      [106.6689, 11.0202, 0.63],
    ],
  },
  {
    id: 'tdm-2025-d',
    name: 'Phường Phú An',
    weight: 6,
    discs: [
      [106.6226, 11.0328, 1.1],
      [106.6168, 11.0454, 0.53],
      [106.6361, 11.0294, 0.52],
      [106.6159, 11.0225, 0.37],
    ],
  },
  {
    id: 'tdm-2025-e',
    name: 'Phường Chánh Hiệp',
    weight: 9,
    discs: [
      [106.6332, 11.0076, 1.24],
      [106.6496, 11.0156, 0.86],
      [106.6255, 10.9927, 0.77],
      [106.6486, 11.0351, 0.62],
      [106.6544, 11.0259, 0.52],
    ],
  },
];

export function demoAreas(): Area[] {
  const old = { validFrom: null, validTo: REFORM };
  const now = { validFrom: REFORM, validTo: null };
  return [
    { id: 'bd', name: 'Tỉnh Bình Dương', kind: 'province', parent: null, ...old },
    { id: 'tdm', name: 'Thành phố Thủ Dầu Một', kind: 'city', parent: 'bd', ...old },
    ...OLD_WARDS.map((name, index) => ({
      id: `tdm-w${String(index + 1).padStart(2, '0')}`,
      name,
      kind: 'ward',
      parent: 'tdm',
      ...old,
    })),
    { id: 'hcm', name: 'Thành phố Hồ Chí Minh', kind: 'city', parent: null, ...now },
    ...WARDS.map((ward) => ({ id: ward.id, name: ward.name, kind: 'ward', parent: 'hcm', ...now })),
  ].map((entry) => area.parse(entry));
}

/** Quần đảo Hoàng Sa and quần đảo Trường Sa: on every map of Viet Nam, ours, whatever outline is loaded. */
import type { Position } from '../../../contracts/places.ts';

export type Archipelago = 'hoangSa' | 'truongSa';

export interface IslandGroup {
  readonly id: Archipelago;
  /** Top centre of its name: under the islands. */
  readonly label: Position;
  readonly islands: readonly Position[];
}

export const ISLAND_GROUPS: readonly IslandGroup[] = [
  {
    id: 'hoangSa',
    label: [112.0, 15.5],
    islands: [
      [112.337, 16.834], // Phú Lâm
      [111.607, 16.535], // Hoàng Sa
      [111.2, 15.783], // Tri Tôn
      [112.733, 16.667], // Linh Côn
      [111.71, 16.452], // Quang Hoà
      [111.587, 16.505], // Hữu Nhật
      [111.735, 16.465], // Duy Mộng
      [111.505, 16.45], // Quang Ảnh
      [112.27, 16.975], // Đảo Cây
      [112.31, 16.963], // Đảo Bắc
      [112.52, 16.05], // Bông Bay
      [111.77, 16.05], // Bạch Quy
    ],
  },
  {
    id: 'truongSa',
    label: [113.4, 7.6],
    islands: [
      [111.92, 8.643], // Trường Sa
      [114.33, 11.43], // Song Tử Tây
      [114.355, 11.452], // Song Tử Đông
      [114.365, 10.18], // Nam Yết
      [114.33, 9.885], // Sinh Tồn
      [114.48, 10.375], // Sơn Ca
      [112.92, 7.89], // An Bang
      [113.69, 8.97], // Phan Vinh
      [114.366, 10.377], // Ba Bình
      [114.285, 11.053], // Thị Tứ
      [114.42, 10.668], // Loại Ta
      [115.02, 11.083], // Bến Lạc
      [115.8, 10.733], // Vĩnh Viễn
      [115.83, 10.82], // Bình Nguyên
      [112.22, 8.86], // Đá Tây
      [111.67, 8.667], // Đá Lát
      [113.98, 8.82], // Tốc Tan
      [114.18, 8.71], // Núi Le
      [114.65, 8.86], // Tiên Nữ
      [114.37, 9.78], // Len Đao
      [114.25, 9.775], // Cô Lin
      [113.85, 10.06], // Đá Lớn
      [113.3, 8.17], // Thuyền Chài
      [112.6, 8.83], // Đá Đông
    ],
  },
];

/** West, south, east, north of the country with both archipelagos inside. */
export const NATIONAL_EXTENT = [101.4, 5.6, 117.6, 23.8] as const;
/** Where "Biển Đông" is written. */
export const EAST_SEA: Position = [112.9, 12.3];

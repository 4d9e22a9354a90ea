/** Invented school names: flowers, virtues, weather and small animals. No real school, no person. */
import type { Level } from '../../contracts/places.ts';

/** The levels of the demonstration. */
export type DemoLevel = Extract<Level, 'mam_non' | 'tieu_hoc' | 'thcs'>;

const PREFIX: Record<DemoLevel, string> = {
  mam_non: 'Trường Mầm non',
  tieu_hoc: 'Trường Tiểu học',
  thcs: 'Trường THCS',
};

const NAMES: Record<DemoLevel, readonly [string, ...string[]]> = {
  mam_non: [
    'Hoa Nắng',
    'Mầm Lá Biếc',
    'Giọt Sương Xanh',
    'Cánh Diều Nhỏ',
    'Hạt Đậu Nâu',
    'Vườn Ong Mật',
    'Chuồn Chuồn Ớt',
    'Đom Đóm Vàng',
    'Mưa Bong Bóng',
    'Cỏ Bốn Lá',
    'Bướm Cánh Cam',
    'Chim Sẻ Nâu',
    'Hoa Bèo Tím',
    'Trăng Lưỡi Liềm',
    'Lá Me Xanh',
    'Hoa Mười Giờ',
    'Cầu Vồng Nhỏ',
    'Ốc Sên Nâu',
    'Mây Trắng Bay',
    'Hoa Khế Tím',
    'Nấm Rơm Tròn',
    'Chong Chóng Tre',
    'Hạt Mưa Nhỏ',
    'Sóc Bông Nâu',
  ],
  tieu_hoc: [
    'Ban Mai',
    'Nắng Sớm',
    'Đồng Lúa Xanh',
    'Suối Reo',
    'Gió Nồm',
    'Hàng Me Xanh',
    'Lá Dừa Xanh',
    'Cánh Cò Trắng',
    'Bến Trăng',
    'Chân Trời Mở',
    'Trung Thực',
    'Siêng Năng',
    'Thật Thà',
    'Khiêm Nhường',
    'Hiếu Thảo',
    'Đồi Cỏ May',
    'Rặng Trâm Bầu',
    'Ngõ Hoa Giấy',
    'Vườn Măng Cụt',
    'Hoa Sứ Trắng',
    'Ao Sen Trắng',
    'Bờ Tre Làng',
    'Lá Thuộc Bài',
    'Mưa Đầu Mùa',
  ],
  thcs: [
    'Kiên Trì',
    'Ham Học',
    'Bền Chí',
    'Cần Mẫn',
    'Sáng Dạ',
    'Khát Vọng Xanh',
    'Đỉnh Mây',
    'Ngọn Hải Đăng',
    'Ngọn Gió Mới',
    'Dòng Sông Xanh',
    'Rừng Phong',
    'Trí Sáng',
    'Tự Lập',
    'Đường Chân Trời',
    'Cánh Buồm Nâu',
  ],
};

/** The n-th name of a level, n from 0. Past the end of the list names return with a number: "… Ban Mai 2". */
export function schoolName(level: DemoLevel, n: number): string {
  const names = NAMES[level];
  const round = Math.floor(n / names.length) + 1;
  const name = names[n % names.length] ?? names[0];
  return `${PREFIX[level]} ${name}${round > 1 ? ` ${round}` : ''}`;
}

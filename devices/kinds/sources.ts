/**
 * Where the limits come from, in the words an operator reads next to them. A workplace rule is called that: no rule
 * found sets air, light or noise of Vietnamese classrooms by law, so these are recommendations the school may change.
 */
export const SOURCES = {
  co2: 'Hướng dẫn CO₂ trong trường học của Đức: dưới 1.000 ppm đạt, trên 2.000 ppm không chấp nhận được (khuyến nghị)',
  heat: 'QCVN 26/2016/BYT, vi khí hậu nơi làm việc của người lớn, lao động nhẹ 20–34 °C, trung bình 18–32 °C (tham khảo, không phải quy định cho lớp học)',
  light: 'TCVN 7114-1:2008, lớp học tối thiểu 300 lx',
  noise: 'QCVN 24/2016/BYT, tiếng ồn nơi làm việc: 85 dBA trung bình 8 giờ, không lúc nào quá 115 dBA (tham khảo)',
  lel: 'Mức báo động thông dụng của nhà sản xuất: 10 % và 20 % LEL',
  toxic: 'Mức báo động thông dụng của nhà sản xuất thiết bị đo khí',
  oxygen: 'Mức báo động thông dụng của nhà sản xuất: dưới 19,5 % hoặc trên 23,5 % O₂',
  dust: 'WHO 2021: trung bình ngày PM2.5 15 µg/m³, PM10 45 µg/m³; mục tiêu trung gian 50 và 100 µg/m³ (khuyến nghị)',
  food: 'Thông lệ an toàn thực phẩm: bảo quản lạnh dưới 5 °C, cảnh báo từ 8 °C',
  vaccine: 'Thông lệ bảo quản vắc-xin: 2–8 °C',
  detector: 'Trạng thái do chính thiết bị báo',
  battery: 'Khuyến nghị vận hành: thay pin khi còn dưới 20 %',
} as const satisfies Record<string, string>;

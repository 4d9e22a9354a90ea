/** Draws the marks of the map from the same shapes that stand in lists and legends. */
import type { Condition } from '../../../contracts/live.ts';
import { WORST_FIRST } from '../../data/conditions.ts';
import { HATCH, SHAPES } from '../../ui/tones.ts';
import { TONE } from '../tone.ts';

export type Paint = (token: string) => string;

export interface Mark {
  readonly name: string;
  readonly image: ImageData;
}

const BOX = 24;
/** In rem: what is normal is small, what needs a person is large. */
export const MARK_REM: Record<Condition, number> = {
  normal: 1.6,
  information: 1.2,
  warning: 1.75,
  danger: 2.2,
  no_data: 1.35,
};
const CLUSTER_REM = 2.9;

export const markName = (rank: number) => `school-${rank}`;
export const clusterName = (rank: number) => `cluster-${rank}`;

function canvas(sizePx: number): CanvasRenderingContext2D {
  const element = document.createElement('canvas');
  element.width = sizePx;
  element.height = sizePx;
  const context = element.getContext('2d');
  if (!context) throw new Error('this browser has no 2d canvas');
  return context;
}

/** Draws a shape centred on (x, y), `size` px wide, with a ring of ground so that neighbours stay apart. */
function drawShape(context: CanvasRenderingContext2D, condition: Condition, paint: Paint, place: readonly number[]) {
  const [x = 0, y = 0, size = BOX] = place;
  const shape = SHAPES[TONE[condition]];
  const path = new Path2D(shape.path);
  context.save();
  context.translate(x - size / 2, y - size / 2);
  context.scale(size / BOX, size / BOX);
  context.lineJoin = 'round';
  context.strokeStyle = paint('ground');
  context.lineWidth = 5;
  context.stroke(path);
  context.fillStyle = shape.filled ? paint(shape.mark) : paint('ground');
  context.fill(path);
  context.strokeStyle = paint(shape.mark);
  if (shape.hatched) {
    context.save();
    context.clip(path);
    context.lineWidth = 1.6;
    for (const [x1, y1, x2, y2] of HATCH) {
      context.beginPath();
      context.moveTo(x1, y1);
      context.lineTo(x2, y2);
      context.stroke();
    }
    context.restore();
  }
  if (!shape.filled) {
    context.lineWidth = shape.hatched ? 1.8 : 2.4;
    context.stroke(path);
  }
  if (shape.glyph) {
    context.fillStyle = paint('ground');
    context.fill(new Path2D(shape.glyph));
  }
  context.restore();
}

function schoolMark(condition: Condition, paint: Paint, scale: number): ImageData {
  const size = MARK_REM[condition] * scale;
  const full = Math.ceil(size * 1.3);
  const context = canvas(full);
  drawShape(context, condition, paint, [full / 2, full / 2, size]);
  return context.getImageData(0, 0, full, full);
}

/** A disc whose rim has the worst member's colour, with that member's shape on its shoulder. */
function clusterMark(condition: Condition, paint: Paint, scale: number): ImageData {
  const size = CLUSTER_REM * scale;
  const full = Math.ceil(size * 1.5);
  const context = canvas(full);
  context.beginPath();
  context.arc(full / 2, full / 2, size / 2, 0, 2 * Math.PI);
  context.fillStyle = paint('raised');
  context.fill();
  context.lineWidth = condition === 'normal' ? size * 0.03 : size * 0.075;
  context.strokeStyle = paint(SHAPES[TONE[condition]].mark);
  if (condition === 'no_data') context.setLineDash([size * 0.09, size * 0.07]);
  context.stroke();
  context.setLineDash([]);
  if (condition !== 'normal') {
    const shoulder = full / 2 + size * 0.36;
    drawShape(context, condition, paint, [shoulder, full - shoulder, MARK_REM[condition] * scale * 0.72]);
  }
  return context.getImageData(0, 0, full, full);
}

/** Device pixels per rem decides how sharp they are. */
export function drawMarks(paint: Paint, devicePxPerRem: number): Mark[] {
  return WORST_FIRST.flatMap((condition, index) => {
    const rank = WORST_FIRST.length - 1 - index;
    return [
      { name: markName(rank), image: schoolMark(condition, paint, devicePxPerRem) },
      { name: clusterName(rank), image: clusterMark(condition, paint, devicePxPerRem) },
    ];
  });
}

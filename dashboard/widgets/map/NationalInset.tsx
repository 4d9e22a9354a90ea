/** Viet Nam whole, always on the wall, with both archipelagos by name; a frame shows what the large map looks at. */
import { useWords } from '../../words/words.ts';
import { EAST_SEA, ISLAND_GROUPS, NATIONAL_EXTENT } from './islands.ts';
import styles from './NationalInset.module.css';
import { landPath } from './outline.ts';
import { type Box, fitBox } from './projection.ts';

const WIDTH = 330;
const HEIGHT = 388;
const FIT = fitBox(NATIONAL_EXTENT, WIDTH, HEIGHT, [4, 4]);
const VIETNAM = landPath('vietnam', FIT);
const NEIGHBOUR = landPath('neighbour', FIT, 0);
/** A view smaller than this is a point on this scale: it gets a ring instead of a frame. */
const LEAST_FRAME = 14;

function Frame({ box }: { readonly box: Box }) {
  const [west, north] = FIT.at([box[0], box[3]]);
  const [east, south] = FIT.at([box[2], box[1]]);
  const [width, height] = [east - west, south - north];
  if (width > WIDTH && height > HEIGHT) return null;
  if (Math.max(width, height) > LEAST_FRAME)
    return <rect className={styles.view} x={west} y={north} width={width} height={height} />;
  const [x, y] = [(west + east) / 2, (north + south) / 2];
  return (
    <g className={styles.view}>
      <circle cx={x} cy={y} r={9} />
      <path d={`M${x - 15} ${y}h6M${x + 9} ${y}h6M${x} ${y - 15}v6M${x} ${y + 9}v6`} />
    </g>
  );
}

export function NationalInset({ view }: { readonly view: Box | null }) {
  const { t } = useWords();
  const names = { hoangSa: t('place.hoangSaShort'), truongSa: t('place.truongSaShort') };
  const [seaX, seaY] = FIT.at(EAST_SEA);
  return (
    <figure className={styles.inset}>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={t('wall.inset')}>
        <title>{t('wall.inset')}</title>
        <path className={styles.neighbour} d={NEIGHBOUR} />
        <path className={styles.vietnam} d={VIETNAM} />
        <text className={styles.sea} x={seaX} y={seaY}>
          {t('place.eastSea')}
        </text>
        {ISLAND_GROUPS.map(({ id, islands, label }) => {
          const [x, y] = FIT.at(label);
          return (
            <g key={id}>
              {islands.map((island) => {
                const [cx, cy] = FIT.at(island);
                return <circle key={String(island)} className={styles.island} cx={cx} cy={cy} r={1.5} />;
              })}
              <text className={styles.label} x={Math.min(x, WIDTH - 97)} y={y + 14}>
                {names[id]}
              </text>
              <text className={styles.label} x={Math.min(x, WIDTH - 97)} y={y + 34}>
                {t('place.ofVietnam')}
              </text>
            </g>
          );
        })}
        {view ? <Frame box={view} /> : null}
      </svg>
    </figure>
  );
}

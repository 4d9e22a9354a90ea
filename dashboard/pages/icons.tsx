import type { ReactNode } from 'react';

export type IconName = 'wall' | 'alarms' | 'schools' | 'devices' | 'connect' | 'system' | 'menu';

function icon(drawing: ReactNode): ReactNode {
  return (
    <svg
      viewBox="0 0 24 24"
      width="22"
      height="22"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.7"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {drawing}
    </svg>
  );
}

export const ICONS: Record<IconName, ReactNode> = {
  wall: icon(<path d="M3 4h18v12H3zM9 20h6M12 16v4M7 12l3-3 3 2 4-4" />),
  alarms: icon(<path d="M6 17v-6a6 6 0 0 1 12 0v6l1.5 2h-15zM10 21.5h4M12 5V3M4 8l-1.5-1M20 8l1.5-1" />),
  schools: icon(<path d="M4 20V9l8-5 8 5v11zM9 20v-5h6v5M8 11h.01M12 11h.01M16 11h.01" />),
  devices: icon(
    <path d="M9 9h6v6H9zM6 4h12a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2zM9 1v3M15 1v3M9 20v3M15 20v3" />,
  ),
  connect: icon(<path d="M9 7V3M15 7V3M6 7h12v4a6 6 0 0 1-12 0zM12 17v4" />),
  menu: icon(<path d="M4 7h16M4 12h16M4 17h16" />),
  system: icon(<path d="M4 6h16M4 12h16M4 18h16M8 4v4M15 10v4M10 16v4" />),
};

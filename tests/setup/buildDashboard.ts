/** Journeys look at the screens that are shipped: built once before the first of them. */
import { projectFolder } from '../guards/fixtures.ts';
import { startChild } from '../support/child.ts';

export async function setup(): Promise<void> {
  const build = startChild(process.execPath, ['--import', 'tsx', 'dashboard/build.ts'], { cwd: projectFolder });
  const { code } = await build.exited;
  if (code !== 0) throw new Error(`the dashboard could not be built:\n${build.said()}`);
}

/** Brings stale lines up to date and decides which of them the overview gets now. */

import type { SchoolId } from '../../contracts/ids.ts';
import type { IngestRate, SchoolCondition } from '../../contracts/live.ts';
import type { Book, SchoolEntry, Touched } from './book.ts';
import type { EventLog } from './eventLog.ts';
import type { DaySpan } from './localDay.ts';
import type { ConditionChanges } from './ports.ts';
import { differsInSubstance, isSameLine } from './schoolLine.ts';
import { schoolChanges, schoolLine } from './views.ts';

/**
 * Lines in which only ages and running figures moved, per take; the one that waits longest goes first. Up to so many
 * schools are always sent whole; a city of thousands, where each school says something every second, takes turns, and
 * a screen gets kilobytes a second instead of a megabyte.
 */
export const MINOR_LINES_PER_TAKE = 200;

export interface Publisher {
  /** Computes the lines that are stale, each once. */
  refresh(now: number, today: DaySpan): void;
  refreshOne(school: SchoolEntry, now: number, today: DaySpan): void;
  placesChanged(): void;
  take(rate: IngestRate, now: number, today: DaySpan): ConditionChanges;
}

export function createPublisher({ book, events }: { readonly book: Book; readonly events: EventLog }): Publisher {
  const publishNow = new Set<SchoolEntry>();
  const publishLater = new Set<SchoolEntry>();
  let havePlacesChanged = false;

  /** Falling silent is something that happened only when somebody had been heard; coming back only after that. */
  function noteSilence(school: SchoolEntry, before: SchoolCondition, now: number): void {
    const after = school.line;
    const isSilent = after.condition === 'no_data' && after.devices.silent + after.devices.gateway_down > 0;
    if (!school.fellSilent && isSilent && before.condition !== 'no_data') {
      school.fellSilent = true;
      events.record({ at: now, school: school.id, kind: 'school_silent', condition: 'no_data' });
    } else if (school.fellSilent && after.condition !== 'no_data') {
      school.fellSilent = false;
      events.record({ at: now, school: school.id, kind: 'school_back', condition: after.condition });
    }
  }

  function refreshOne(school: SchoolEntry, now: number, today: DaySpan): void {
    if (!book.stale.delete(school)) return;
    const before = school.line;
    const line = schoolLine(school, today);
    school.overChanged = false;
    if (!isSameLine(line, before)) school.line = line;
    noteSilence(school, before, now);
    if (school.publishedLine === school.line) return;
    if (school.publishedLine === undefined || differsInSubstance(school.line, school.publishedLine)) {
      publishLater.delete(school);
      publishNow.add(school);
    } else if (!publishNow.has(school)) {
      publishLater.add(school);
    }
  }

  function refresh(now: number, today: DaySpan): void {
    for (const school of book.stale) refreshOne(school, now, today);
  }

  function takeLines(): Map<SchoolId, SchoolCondition> {
    const lines = new Map<SchoolId, SchoolCondition>();
    const publish = (school: SchoolEntry): void => {
      school.publishedLine = school.line;
      lines.set(school.id, school.line);
    };
    for (const school of publishNow) publish(school);
    publishNow.clear();
    let left = MINOR_LINES_PER_TAKE;
    for (const school of publishLater) {
      if (left-- === 0) break;
      publishLater.delete(school);
      publish(school);
    }
    return lines;
  }

  /** Values are made only for the schools somebody watches, and only when asked. */
  function takeDetails(): ConditionChanges['ofSchool'] {
    const details = new Map<SchoolId, { school: SchoolEntry; touched: Touched; lineChanged: boolean }>();
    for (const [school, touched] of book.takeTouched()) {
      details.set(school.id, { school, touched, lineChanged: school.takenLine !== school.line });
      school.takenLine = school.line;
    }
    return (id) => {
      const detail = details.get(id);
      return detail && schoolChanges(detail.school, detail.touched, detail.lineChanged);
    };
  }

  return {
    refresh,
    refreshOne,
    placesChanged() {
      havePlacesChanged = true;
    },
    take(rate, now, today) {
      refresh(now, today);
      const changes = {
        schools: takeLines(),
        rate,
        events: events.take(),
        placesChanged: havePlacesChanged,
        reduced: new Set(book.reduced),
        ofSchool: takeDetails(),
      };
      book.reduced.clear();
      havePlacesChanged = false;
      return changes;
    },
  };
}

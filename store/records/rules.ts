import type { Selectable } from 'kysely';
import type { Rule } from '../../contracts/rule.ts';
import { isUniqueViolation } from './conflict.ts';
import { fromJson, toJson } from './json.ts';
import { AlreadyExists, type RecordsStore, type RuleVersion } from './port.ts';
import type { Tables, UseTables } from './tables.ts';

export function createRules(use: UseTables): RecordsStore['rules'] {
  return {
    current: () =>
      use(async (db) => {
        const rows = await db
          .selectFrom('rules')
          .selectAll()
          .where('version', '=', (newest) =>
            newest
              .selectFrom('rules as other')
              .select((select) => select.fn.max('other.version').as('newest'))
              .whereRef('other.id', '=', 'rules.id'),
          )
          .orderBy('id')
          .execute();
        return rows.map(fromRow);
      }),
    versions: (id) =>
      use(async (db) => {
        const rows = await db.selectFrom('rules').selectAll().where('id', '=', id).orderBy('version').execute();
        return rows.map(fromRow);
      }),
    add: ({ rule, changedAt, changedBy }) =>
      use(async (db) => {
        try {
          await db
            .insertInto('rules')
            .values({
              id: rule.id,
              version: rule.version,
              rule_json: toJson(rule),
              changed_at: changedAt,
              changed_by: changedBy,
            })
            .execute();
        } catch (error) {
          if (!isUniqueViolation(error)) throw error;
          throw new AlreadyExists(`rule ${rule.id} has a version ${rule.version}`, { cause: error });
        }
      }),
  };
}

function fromRow(row: Selectable<Tables['rules']>): RuleVersion {
  return {
    // Only `add` writes this column, from a value of this type.
    rule: fromJson(row.rule_json) as Rule,
    changedAt: row.changed_at,
    changedBy: row.changed_by,
  };
}

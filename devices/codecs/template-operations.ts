/** What the expressions of value templates are made of. */
import { isObject, toNumber } from './json.ts';

export interface TemplateInput {
  readonly value: string;
  /** Parsed payload; undefined when it is not JSON. */
  readonly json: unknown;
}

/** undefined: the template leads to nothing in this payload. */
export type Template = (input: TemplateInput) => unknown;

/** Outside the subset. */
export class Unsupported extends Error {}

export function member(base: unknown, key: unknown): unknown {
  if (Array.isArray(base) && typeof key === 'number') return base.at(key);
  if (isObject(base) && (typeof key === 'string' || typeof key === 'number')) {
    return Object.hasOwn(base, key) ? base[key] : undefined;
  }
  return undefined;
}

export function arithmetic(sign: string, left: Template, right: Template): Template {
  return (input) => {
    const a = toNumber(left(input));
    const b = toNumber(right(input));
    if (a === undefined || b === undefined) return undefined;
    if (sign === '+') return a + b;
    if (sign === '-') return a - b;
    if (sign === '*') return a * b;
    return sign === '/' ? a / b : a % b;
  };
}

export const numberOrText = (value: unknown): unknown => toNumber(value) ?? value;

export function comparison(sign: string, left: Template, right: Template): Template {
  return (input) => {
    const a = left(input);
    const b = right(input);
    if (sign === '==') return a === b;
    if (sign === '!=') return a !== b;
    const [x, y] = [toNumber(a), toNumber(b)];
    if (x === undefined || y === undefined) return undefined;
    if (sign === '<') return x < y;
    if (sign === '>') return x > y;
    return sign === '<=' ? x <= y : x >= y;
  };
}

export function filter(name: string, inner: Template, args: readonly Template[]): Template {
  const argument = (index: number, input: TemplateInput): unknown => args[index]?.(input);
  switch (name) {
    case 'float':
    case 'int':
      return (input) => {
        const value = toNumber(inner(input)) ?? toNumber(argument(0, input));
        return value === undefined || name === 'float' ? value : Math.trunc(value);
      };
    case 'round':
      return (input) => {
        const value = toNumber(inner(input));
        if (value === undefined) return undefined;
        const digits = Math.min(10, Math.max(0, toNumber(argument(0, input)) ?? 0));
        return Number(value.toFixed(digits));
      };
    case 'abs':
      return (input) => {
        const value = toNumber(inner(input));
        return value === undefined ? undefined : Math.abs(value);
      };
    case 'multiply':
      return arithmetic('*', inner, args[0] ?? (() => undefined));
    case 'default':
    case 'd':
      // A default stands for a missing value, and a missing value is no measurement.
      return inner;
    case 'string':
    case 'trim':
      return (input) => {
        const value = inner(input);
        if (typeof value === 'string') return value.trim();
        return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
      };
    case 'lower':
    case 'upper':
      return (input) => {
        const value = inner(input);
        if (typeof value !== 'string') return undefined;
        return name === 'lower' ? value.toLowerCase() : value.toUpperCase();
      };
    case 'is_defined':
      return inner;
    default:
      throw new Unsupported();
  }
}

export function constant(value: unknown): Template {
  return () => value;
}

export function truthy(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false && value !== 0 && value !== '';
}

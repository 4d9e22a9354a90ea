/**
 * The safe subset of Home Assistant value templates: one `{{ expression }}` of paths below `value_json` or `value`,
 * numbers, text, arithmetic, comparison, `a if b else c` and a few filters. Anything else does not compile; nothing
 * from the network is ever evaluated as code.
 */
import { isObject, toNumber } from './json.ts';

export interface TemplateInput {
  readonly value: string;
  /** Parsed payload; undefined when it is not JSON. */
  readonly json: unknown;
}

/** undefined: the template leads to nothing in this payload. */
export type Template = (input: TemplateInput) => unknown;

const MAX_LENGTH = 500;
const MAX_NODES = 100;
const TOKEN = /\s*(?:(\d+(?:\.\d+)?)|'([^'\\]*)'|"([^"\\]*)"|([A-Za-z_]\w*)|(==|!=|<=|>=|[-+*/%()[\].,|<>~]))/y;

interface Token {
  readonly kind: 'number' | 'text' | 'name' | 'sign';
  readonly text: string;
}

class Unsupported extends Error {}

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    if (source.slice(TOKEN.lastIndex).trim() === '') break;
    const match = TOKEN.exec(source);
    if (!match || tokens.length >= MAX_NODES) throw new Unsupported();
    const [, number, single, double, name, sign] = match;
    if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign });
    else tokens.push({ kind: 'text', text: single ?? double ?? '' });
  }
  return tokens;
}

function member(base: unknown, key: unknown): unknown {
  if (Array.isArray(base) && typeof key === 'number') return base.at(key);
  if (isObject(base) && (typeof key === 'string' || typeof key === 'number')) {
    return Object.hasOwn(base, key) ? base[key] : undefined;
  }
  return undefined;
}

function arithmetic(sign: string, left: Template, right: Template): Template {
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

const numberOrText = (value: unknown): unknown => toNumber(value) ?? value;

function comparison(sign: string, left: Template, right: Template): Template {
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

function filter(name: string, inner: Template, args: readonly Template[]): Template {
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
        return value === undefined || value === null ? undefined : String(value).trim();
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

function parse(tokens: readonly Token[]): Template {
  let at = 0;
  const peek = (text: string): boolean => tokens[at]?.text === text && tokens[at]?.kind !== 'text';
  const accept = (text: string): boolean => peek(text) && ++at > 0;
  function expect(text: string): void {
    if (!accept(text)) throw new Unsupported();
  }

  function list(): Template[] {
    const items: Template[] = [];
    if (!accept('(')) return items;
    while (!accept(')')) {
      if (items.length > 0) expect(',');
      items.push(condition());
    }
    return items;
  }

  function primary(): Template {
    const token = tokens[at++];
    if (!token) throw new Unsupported();
    if (token.kind === 'number') return constant(Number(token.text));
    if (token.kind === 'text') return constant(token.text);
    if (token.text === '(') {
      const inner = condition();
      expect(')');
      return inner;
    }
    if (token.text === '-') {
      const inner = postfix();
      return arithmetic('-', constant(0), inner);
    }
    if (token.kind !== 'name') throw new Unsupported();
    if (token.text === 'value_json') return (input) => input.json;
    if (token.text === 'value') return (input) => input.value;
    if (token.text === 'true' || token.text === 'True') return constant(true);
    if (token.text === 'false' || token.text === 'False') return constant(false);
    if (token.text === 'none' || token.text === 'None') return constant(undefined);
    if ((token.text === 'float' || token.text === 'int' || token.text === 'round') && peek('(')) {
      const [first, ...rest] = list();
      if (!first) throw new Unsupported();
      return filter(token.text, first, rest);
    }
    throw new Unsupported();
  }

  function postfix(): Template {
    let base = primary();
    for (;;) {
      if (accept('.')) {
        const name = tokens[at++];
        if (name?.kind !== 'name' && name?.kind !== 'number') throw new Unsupported();
        if (peek('(')) throw new Unsupported();
        const inner = base;
        base = (input) => member(inner(input), name.text);
      } else if (accept('[')) {
        const key = condition();
        expect(']');
        const inner = base;
        base = (input) => member(inner(input), key(input));
      } else if (accept('|')) {
        const name = tokens[at++];
        if (name?.kind !== 'name') throw new Unsupported();
        base = filter(name.text, base, list());
      } else return base;
    }
  }

  function binary(signs: readonly string[], operand: () => Template, join: typeof arithmetic): Template {
    let left = operand();
    for (let sign = signs.find(peek); sign !== undefined; sign = signs.find(peek)) {
      at++;
      left = join(sign, left, operand());
    }
    return left;
  }

  const product = (): Template => binary(['*', '/', '%'], postfix, arithmetic);
  const sum = (): Template => binary(['+', '-'], product, arithmetic);
  const compare = (): Template => binary(['==', '!=', '<=', '>=', '<', '>'], sum, comparison);

  function condition(): Template {
    const chosen = compare();
    if (!accept('if')) return chosen;
    const test = compare();
    expect('else');
    const other = condition();
    return (input) => (truthy(test(input)) ? chosen(input) : other(input));
  }

  const root = condition();
  if (at !== tokens.length) throw new Unsupported();
  return root;
}

function constant(value: unknown): Template {
  return () => value;
}

function truthy(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false && value !== 0 && value !== '';
}

/** Compiles a template; undefined when it is outside the subset. */
export function compileTemplate(source: string): Template | undefined {
  const match = source.length > MAX_LENGTH ? null : /^\s*\{\{-?([\s\S]*?)-?\}\}\s*$/.exec(source);
  const expression = match?.[1];
  if (expression === undefined || expression.includes('{{') || expression.includes('{%')) return undefined;
  try {
    const template = parse(tokenize(expression));
    return (input) => numberOrText(template(input));
  } catch (error) {
    if (error instanceof Unsupported) return undefined;
    throw error;
  }
}

/** The field of `value_json` a simple template reads, for people: `{{ value_json.temperature }}` is `temperature`. */
export function fieldOfTemplate(source: string): string | undefined {
  const match = /value_json(?:\.([A-Za-z_]\w*)|\[\s*['"]([^'"]+)['"]\s*\])/.exec(source);
  return match?.[1] ?? match?.[2];
}

/**
 * The safe subset of Home Assistant value templates: one `{{ expression }}` of paths below `value_json` or `value`,
 * numbers, text, arithmetic, comparison, `a if b else c` and a few filters. Anything else does not compile; nothing
 * from the network is ever evaluated as code.
 */
import {
  arithmetic,
  comparison,
  constant,
  filter,
  member,
  numberOrText,
  type Template,
  truthy,
  Unsupported,
} from './template-operations.ts';

const MAX_LENGTH = 500;
const MAX_NODES = 100;
const TOKEN = /\s*(?:(\d+(?:\.\d+)?)|'([^'\\]*)'|"([^"\\]*)"|([A-Za-z_]\w*)|(==|!=|<=|>=|[-+*/%()[\].,|<>~]))/y;

interface Token {
  readonly kind: 'number' | 'text' | 'name' | 'sign';
  readonly text: string;
}

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

const PATH = /value_json((?:\.[A-Za-z_]\w*|\[\s*(?:'[^']*'|"[^"]*"|\d+)\s*\])+)/;

/** The path below `value_json` a template reads, for people: `{{ value_json['AM2301'].Humidity }}` is `AM2301.Humidity`. */
export function fieldOfTemplate(source: string): string | undefined {
  const path = PATH.exec(source)?.[1];
  return path
    ?.replace(/\[\s*['"]?([^'"\]]*)['"]?\s*\]/g, '.$1')
    .slice(1)
    .trim();
}

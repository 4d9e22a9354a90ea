/** JSON values in text columns. */
export function toJson(value: unknown): string {
  const text: string | undefined = JSON.stringify(value);
  if (text === undefined) throw new TypeError(`a ${typeof value} is not a JSON value and can not be stored`);
  return text;
}

export function fromJson(text: string): unknown {
  return JSON.parse(text);
}

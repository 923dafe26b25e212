/**
 * What is read of a T that was stored as JSON: a Date is a text, whatever has a `toJSON` is what that answers, methods are
 * gone, and what may be undefined may be missing. `never` is what is refused, such as a bigint or a Map.
 *
 * @public
 */
export type Jsonify<T> = unknown extends T
  ? T
  : T extends string | number | boolean | null
    ? T
    : T extends { toJSON(...args: never[]): infer TJson }
      ? Jsonify<TJson>
      : T extends Refused
        ? never
        : T extends readonly unknown[]
          ? { [K in keyof T]: Jsonify<T[K]> }
          : T extends object
            ? Whole<JsonFields<T>>
            : never;

/** What no JSON can be made of. @public */
export type Refused =
  | ((...args: never[]) => unknown)
  | (bigint | symbol | undefined)
  | (
      | ReadonlyMap<unknown, unknown>
      | ReadonlySet<unknown>
      | WeakMap<WeakKey, unknown>
      | Promise<unknown>
      | RegExp
      | Error
    );

/** The fields that JSON keeps, those that may be undefined as optional ones. @public */
export type JsonFields<T> = { [K in keyof T as FieldOf<T, K, false>]: Jsonify<T[K]> } & {
  [K in keyof T as FieldOf<T, K, true>]?: Jsonify<Exclude<T[K], undefined>>;
};

/** The name of a field that is kept, when it may be missing or may not. @public */
export type FieldOf<T, K extends keyof T, TMissing extends boolean> = K extends symbol
  ? never
  : unknown extends T[K]
    ? TMissing extends true
      ? never
      : K
    : Exclude<T[K], undefined> extends (...args: never[]) => unknown
      ? never
      : (undefined extends T[K] ? true : false) extends TMissing
        ? K
        : never;

/** An intersection written as one object. @public */
export type Whole<T> = { [K in keyof T]: T[K] };

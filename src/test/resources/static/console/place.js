// Where one user stands in the log, kept over reconnects and over a reload of the page, and
// what this page has had of it: docs/protocol.md, section 4.

const REMEMBERED = 10_000;
const CONTROL = 'io.fanfare.';

export class Place {
  #key;
  #cursor;
  #seen = new Set();

  // user: null where it is not known; its place is then not kept over a reload.
  constructor(user) {
    this.#key = user && `cursor of ${user}`;
    this.#cursor = this.#key && sessionStorage.getItem(this.#key);
  }

  // null is the end of the log.
  get cursor() {
    return this.#cursor;
  }

  // Returns whether this is anything but a notification that the page has had before.
  received({ source, id, type, cursor }) {
    if (cursor) {
      this.#cursor = cursor;
      if (this.#key) {
        sessionStorage.setItem(this.#key, cursor);
      }
    }
    if (type.startsWith(CONTROL)) {
      return true;
    }
    const name = JSON.stringify([source, id]);
    if (this.#seen.has(name)) {
      return false;
    }
    this.#seen.add(name);
    if (this.#seen.size > REMEMBERED) {
      this.#seen.delete(this.#seen.values().next().value);
    }
    return true;
  }

  forget() {
    this.#cursor = null;
    if (this.#key) {
      sessionStorage.removeItem(this.#key);
    }
  }
}

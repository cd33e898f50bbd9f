// What this browser remembers for one site: its token, what is not sent yet, what is half typed.

export class Keep {
  constructor(site) {
    this.prefix = `coterie.${site}.`;
    this.memory = new Map(); // where the browser forbids storage, or has no room
  }

  get(name) {
    const key = this.prefix + name;
    if (this.memory.has(key)) return this.memory.get(key);
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  }

  // Everything whose name begins like this.
  all(start) {
    const from = this.prefix + start;
    const names = new Set([...storedNames(), ...this.memory.keys()].filter((key) => key.startsWith(from)));
    return [...names].map((key) => this.get(key.slice(this.prefix.length))).filter(Boolean);
  }

  set(name, value) {
    const key = this.prefix + name;
    try {
      if (value === null) localStorage.removeItem(key);
      else localStorage.setItem(key, JSON.stringify(value));
      this.memory.delete(key);
    } catch {
      this.memory.set(key, value);
    }
  }
}

function storedNames() {
  try {
    return Object.keys(localStorage);
  } catch {
    return [];
  }
}

// What the tabs of this browser take turns by. None in a page without https, nor where the browser forbids storage.
export async function usableLocks() {
  try {
    await navigator.locks.query();
    return navigator.locks;
  } catch {
    return null;
  }
}

// Random, and unlike crypto.randomUUID there without https too.
export function randomKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export const byId = (id) => document.getElementById(id);

export function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) {
    made.className = className;
  }
  made.append(...children);
  return made;
}

export function clock(time = Date.now()) {
  return new Date(time).toLocaleTimeString('en-GB');
}
